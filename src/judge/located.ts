import { createHash } from 'node:crypto';
import type { Diagnostic, Finding, LocatedDiagnostic, Location, Match } from '../core/finding.ts';
import type { Report, RuleText } from '../core/report.ts';
import type { CompiledRule } from '../core/rule.ts';
import type { Source, Span } from '../core/source.ts';
import type { Repository } from '../core/technology.ts';
import { compareText, lineStarts, lineText, locate } from '../core/text.ts';
import type { Judgement } from './judge.ts';

/** Matches as reported: lines and columns computed once, sorted by file, place and rule, with the rules' own texts. */
export function located(
  judgement: Judgement,
  diagnostics: readonly Diagnostic[],
  sources: readonly Source[],
  repository: Repository,
  rules: readonly CompiledRule[],
): Pick<Report, 'findings' | 'suppressed' | 'diagnostics' | 'rules'> {
  const places = placeFinder(sources, repository);
  const findings = withFingerprints(judgement.matches.map((found) => findingOf(found, places)).sort(byPlace));
  return {
    findings,
    suppressed: judgement.suppressed
      .map(({ match, suppression }) => ({
        ...findingOf(match, places),
        suppression: { location: places.location(suppression.span), reason: suppression.reason },
      }))
      .sort(byPlace),
    diagnostics: uniqueDiagnostics(
      diagnostics.map(({ span, ...rest }) => ({ ...rest, location: places.location(span) })),
    ),
    rules: ruleTexts(findings, rules),
  };
}

interface Places {
  readonly location: (span: Span) => Location;
  readonly excerpt: (span: Span) => string;
  readonly pointedAt: (span: Span) => string;
}

function placeFinder(sources: readonly Source[], repository: Repository): Places {
  const texts = new Map(sources.map(({ path, text }) => [path, text]));
  const starts = new Map<string, readonly number[]>();
  const textOf = (file: string): string => {
    const text = texts.get(file) ?? repository.read(file)?.text ?? '';
    texts.set(file, text);
    return text;
  };
  const startsOf = (file: string): readonly number[] => {
    const known = starts.get(file) ?? lineStarts(textOf(file));
    starts.set(file, known);
    return known;
  };
  const at = ({ file }: Span, offset: number) => locate(startsOf(file), offset);
  return {
    location: (span) => {
      const start = at(span, span.start);
      const end = at(span, span.end);
      return { file: span.file, ...start, endLine: end.line, endColumn: end.column };
    },
    excerpt: (span) => lineText(textOf(span.file), startsOf(span.file), at(span, span.start).line),
    pointedAt: (span) => textOf(span.file).slice(span.start, Math.min(span.end, span.start + 200)),
  };
}

function findingOf({ span, related, ...rest }: Match, places: Places): Finding {
  const identity = [rest.rule, span.file, rest.subject, places.pointedAt(span)].join('\0');
  return {
    ...rest,
    location: places.location(span),
    excerpt: places.excerpt(span),
    related: related.map(({ phrase, span: place }) => ({ message: phrase, location: places.location(place) })),
    fingerprint: digest(identity),
  };
}

const digest = (identity: string): string => createHash('sha256').update(identity).digest('hex').slice(0, 16);

/** Equal findings of one file get an ordinal, so that each has an identity of its own. */
function withFingerprints(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const count = seen.get(finding.fingerprint) ?? 0;
    seen.set(finding.fingerprint, count + 1);
    return count === 0 ? finding : { ...finding, fingerprint: digest(`${finding.fingerprint}\0${count}`) };
  });
}

function uniqueDiagnostics(diagnostics: readonly LocatedDiagnostic[]): readonly LocatedDiagnostic[] {
  const unique = new Map(
    diagnostics.map((one) => [[one.code, one.location.file, one.location.line, one.location.column].join('\0'), one]),
  );
  return [...unique.values()].sort((a, b) => comparePlaces(a.location, b.location) || compareText(a.code, b.code));
}

function ruleTexts(findings: readonly Finding[], rules: readonly CompiledRule[]): Readonly<Record<string, RuleText>> {
  const found = new Set(findings.map(({ rule }) => rule));
  return Object.fromEntries(
    rules
      .filter(({ head }) => found.has(head.id))
      .map(({ head: { id, title, why, remedy, sources } }) => [id, { title, why, remedy, sources }]),
  );
}

const byPlace = (a: Finding, b: Finding): number =>
  comparePlaces(a.location, b.location) || compareText(a.rule, b.rule) || compareText(a.subject, b.subject);

const comparePlaces = (a: Location, b: Location): number =>
  compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
