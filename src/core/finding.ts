import type { Span } from './source.ts';

/** By harm: readable, replayable, spoofable or about to stop · one mistake away from that · better practice. */
export type Severity = 'error' | 'warning' | 'note';

/** A span as people read it: 1-based lines and columns, columns in UTF-16 units, the end exclusive. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A further place that explains a finding: what it was inherited from, what decided it. */
export interface Related {
  readonly span: Span;
  readonly phrase: string;
  /** The part of the fact that it explains, a pointer; the whole fact when absent. */
  readonly about?: string;
}

/** A rule matched a fact, at a span. */
export interface Match {
  readonly rule: string;
  readonly severity: Severity;
  readonly technology: string;
  readonly subject: string;
  readonly message: string;
  readonly span: Span;
  readonly related: readonly Related[];
}

/** A match as reported: located, with the text of its lines for the code frame, and an identity that outlives edits. */
export interface Finding extends Omit<Match, 'span' | 'related'> {
  readonly location: Location;
  /** The source line that `location` starts on, without its line end. */
  readonly excerpt: string;
  readonly related: readonly { readonly message: string; readonly location: Location }[];
  /** Stable over edits elsewhere in the file: derived from rule, file, subject and the text pointed at. */
  readonly fingerprint: string;
}

export type DiagnosticCode =
  | 'parse-error'
  | 'invalid-encoding'
  | 'file-too-large'
  | 'unreadable-file'
  | 'unreadable-certificate'
  | 'internal-error';

/** An input that could not be read or understood; `message` says what was expected or what to do. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly span: Span;
}

/** A diagnostic as reported. */
export interface LocatedDiagnostic extends Omit<Diagnostic, 'span'> {
  readonly location: Location;
}
