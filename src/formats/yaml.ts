import { EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml';
import type { Diagnostic } from '../core/finding.ts';
import { nestedSource, type Source, spanOf } from '../core/source.ts';
import { buildDocuments } from './yaml-build.ts';
import { type Hole, isTemplate, maskTemplate } from './yaml-template.ts';
import type { YamlNode } from './yaml-tree.ts';

/** The documents of a YAML or JSON text, and what could not be read of it. */
export interface YamlFile {
  readonly documents: readonly YamlNode[];
  /** `parse-error`, each with its place and what was expected. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether template control lines or expressions were masked. */
  readonly templated: boolean;
}

const parsed = new WeakMap<Source, YamlFile>();

/** Never throws. Parsed once per source: later calls with the same source return the same tree. */
export function parseYaml(source: Source): YamlFile {
  const known = parsed.get(source);
  if (known) return known;
  const file = parseFresh(source);
  parsed.set(source, file);
  return file;
}

function parseFresh(source: Source): YamlFile {
  const objects = /\.(json|jsonl|ndjson)$/.test(source.path) ? severalObjects(source.text) : [];
  if (objects.length > 1) return joined(objects.map(({ start, end }) => parseFresh(sliceOf(source, start, end))));
  const templated = isTemplate(source.path, source.text);
  const { text, holes } = templated ? maskTemplate(source.text) : { text: withoutTabs(source), holes: [] };
  return { ...parseRecovering(source, text, holes), templated };
}

const sliceOf = (source: Source, start: number, end: number): Source =>
  nestedSource(source, source.text.slice(start, end), [{ inner: { start: 0, end: end - start }, outer: { start, end } }]);

const joined = (files: readonly YamlFile[]): YamlFile => ({
  documents: files.flatMap(({ documents }) => documents),
  diagnostics: files.flatMap(({ diagnostics }) => diagnostics),
  templated: files.some(({ templated }) => templated),
});

/** JSON may indent with tabs, YAML may not; inside its strings a tab is no JSON. */
const withoutTabs = ({ path, text }: Source): string => (path.endsWith('.json') && text.includes('\t') ? text.replaceAll('\t', ' ') : text);

/** One broken document costs itself, from its error on, and no other: each is then parsed for itself. */
function parseRecovering(source: Source, text: string, holes: readonly Hole[]): Omit<YamlFile, 'templated'> {
  const whole = tryParse(text);
  if (whole.events) return { documents: buildDocuments(source, text, whole.events, holes), diagnostics: [] };
  const parts = documentsOf(text).map((bounds) => parseDocument(text, bounds));
  return {
    documents: buildDocuments(source, text, parts.flatMap(({ events }) => events), holes),
    diagnostics: parts.flatMap(({ error }) => (error ? [parseError(source, error.position, error.reason)] : [])),
  };
}

const mostCuts = 5;

/** The events of one document; of a broken one, those before the line of its error. */
function parseDocument(
  text: string,
  { start, end }: Bounds,
): { readonly events: readonly Event[]; readonly error?: { readonly position: number; readonly reason: string } } {
  let part = text.slice(start, end);
  let error: { position: number; reason: string } | undefined;
  for (let attempt = 0; attempt < mostCuts && part.trim() !== ''; attempt++) {
    const outcome = tryParse(part);
    if (outcome.events) return { events: outcome.events.map((event) => shifted(event, start)), ...(error && { error }) };
    error ??= { position: start + outcome.position, reason: outcome.reason };
    const before = part.slice(0, Math.min(outcome.position, part.length)).trimEnd();
    part = part.slice(0, before.lastIndexOf('\n', outcome.position < part.length ? outcome.position : before.length) + 1);
  }
  return { events: [], ...(error && { error }) };
}

/** An event of a document that starts at `by`, in the offsets of the whole text; -1 stays: it says that nothing is there. */
function shifted(event: Event, by: number): Event {
  const move = (offset: number): number => (offset < 0 ? offset : offset + by);
  const names = 'anchorStart' in event ? { anchorStart: move(event.anchorStart), anchorEnd: move(event.anchorEnd) } : {};
  const tags = 'tagStart' in event ? { tagStart: move(event.tagStart), tagEnd: move(event.tagEnd) } : {};
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return { ...event, ...names, ...tags, valueStart: move(event.valueStart), valueEnd: move(event.valueEnd) };
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return { ...event, ...names, ...tags, start: move(event.start) };
    default:
      return { ...event, ...names };
  }
}

type Outcome =
  | { readonly events: readonly Event[]; readonly position?: undefined; readonly reason?: undefined }
  | { readonly events?: undefined; readonly position: number; readonly reason: string };

function tryParse(text: string): Outcome {
  try {
    return { events: parseEvents(text, {}) };
  } catch (error) {
    if (error instanceof YAMLException) return { position: error.mark?.position ?? 0, reason: error.reason };
    return { position: 0, reason: error instanceof Error ? error.message : String(error) };
  }
}

function parseError(source: Source, position: number, reason: string): Diagnostic {
  const at = Math.min(position, source.text.length);
  const message = `this is not valid YAML: ${reason}; what follows in this document was not read`;
  return { code: 'parse-error', message, span: spanOf(source, at, Math.min(at + 1, source.text.length)) };
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** Each from its document marker to the next. Indented text cannot hold one. */
function documentsOf(text: string): readonly Bounds[] {
  const starts = [0, ...[...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index).filter((index) => index > 0)];
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? text.length }));
}

/** The top-level objects of a text that holds several in a row, as line-delimited JSON does. */
function severalObjects(text: string): readonly Bounds[] {
  if (!/\}\s*\{/.test(text)) return [];
  const objects: Bounds[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      if (depth === 0) start = at;
      depth++;
    } else if (character === '}' || character === ']') {
      depth--;
      if (depth === 0) objects.push({ start, end: at + 1 });
      if (depth < 0) return [];
    }
  }
  return depth === 0 && !inString ? objects : [];
}
