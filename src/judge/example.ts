import type { Severity } from '../core/finding.ts';
import type { Example } from '../core/rule.ts';

/** An example as a rule file spells it, once the schema has accepted it. */
export interface ExampleContent extends Omit<Example, 'files' | 'expected'> {
  readonly file?: string;
  readonly text?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly findings?: readonly string[];
}

const marker = /[ \t]*(?:#|\/\/)[ \t]*finding(?::[ \t]*(error|warning|note))?[ \t]*$/;

/** An example as the rule file writes it, with the markers taken off and their lines noted. */
export function exampleOf({ file, text, files, findings, ...rest }: ExampleContent): Example {
  const written = Object.entries(files ?? (file !== undefined ? { [file]: text ?? '' } : {}));
  const marked = written.map(([path, content]) => ({ path, ...withoutMarkers(content) }));
  return {
    ...rest,
    files: Object.fromEntries(marked.map(({ path, text: stripped }) => [path, stripped])),
    expected: [
      ...marked.flatMap(({ path, lines }) => lines.map((line) => ({ path, ...line }))),
      ...(findings ?? []).map(expectedPlace),
    ],
  };
}

function withoutMarkers(text: string): {
  readonly text: string;
  readonly lines: readonly { readonly line: number; readonly severity?: Severity }[];
} {
  const lines: { line: number; severity?: Severity }[] = [];
  const stripped = text.split('\n').map((content, index) => {
    const found = marker.exec(content);
    if (!found) return content;
    const severity = severityOf(found[1]);
    lines.push({ line: index + 1, ...(severity && { severity }) });
    return content.slice(0, found.index);
  });
  return { text: stripped.join('\n'), lines };
}

/** `path:line` or `path:line severity`. */
function expectedPlace(place: string): Example['expected'][number] {
  const [, path = place, line = '1', severity] = /^(.+):(\d+)(?: (\w+))?$/.exec(place) ?? [];
  const known = severityOf(severity);
  return { path, line: Number(line), ...(known && { severity: known }) };
}

const severityOf = (word: string | undefined): Severity | undefined =>
  word === 'error' || word === 'warning' || word === 'note' ? word : undefined;
