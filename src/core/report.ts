import type { Finding, LocatedDiagnostic, Location } from './finding.ts';

/** Everything that a writer turns into text. Findings are sorted by file, place and rule. */
export interface Report {
  /** tlslint's own version. */
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly diagnostics: readonly LocatedDiagnostic[];
  /** The texts of the rules that found something, by id. */
  readonly rules: Readonly<Record<string, RuleText>>;
  readonly summary: Summary;
}

export interface RuleText {
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly sources: readonly string[];
}

export interface SuppressedFinding extends Finding {
  readonly suppression: { readonly location: Location; readonly reason: string };
}

export interface Summary {
  /** Files that a technology claimed and read. */
  readonly files: number;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly suppressed: number;
  readonly diagnostics: number;
  readonly milliseconds: number;
}

/** One output format: the report in, text out. It neither prints nor sorts. */
export interface Writer {
  readonly format: string;
  readonly write: (report: Report, options: WriterOptions) => string;
}

export interface WriterOptions {
  readonly color: boolean;
}
