import { opaque, type TemplateAction } from './yaml-actions.ts';

/** No key is longer: a bound on what is searched for one. */
const longestKey = 1000;

/** No value is made by more actions than these. */
const mostActions = 100;

/** `{{ if x -}} data: {{- else -}} stringData: {{- end }}`: a key that only the template knows, as a text as long. */
export function alternativeKeys(
  text: string,
  actions: readonly TemplateAction[],
  start: number,
  end: number,
): string | undefined {
  const [first] = actions;
  const last = actions.at(-1);
  if (first?.role !== 'open' || last?.role !== 'end' || text.slice(start, first.start).trim() !== '') return undefined;
  const pieces = actions.map((action, index) => text.slice(action.end, actions[index + 1]?.start ?? end));
  const keys = pieces.slice(0, -1);
  if (keys.length < 2 || pieces.at(-1)?.trim() !== '' || !keys.every((piece) => /^\s*[\w.-]+:\s*$/.test(piece)))
    return undefined;
  const colon = text.lastIndexOf(':', last.start);
  return `${text.slice(start, first.start)}${opaque.repeat(colon - first.start)}:${' '.repeat(end - colon - 1)}`;
}

/**
 * The actions from `{{ if x -}}` at the end of the line of a key to its `{{- end }}`, where the lines between them are no
 * deeper than the key: they are joined with it when the template is rendered.
 */
export function wholeValue(
  text: string,
  actions: readonly TemplateAction[],
  index: number,
): readonly TemplateAction[] | undefined {
  const first = actions[index];
  if (first?.role !== 'open' || !text.startsWith('-}}', first.end - 3)) return undefined;
  const start = text.lastIndexOf('\n', first.start - 1) + 1;
  if (first.start - start > longestKey) return undefined;
  const indent = /^([ \t]*)(?:-[ \t]+)*[^\s"'#{[:]+:[ \t]*$/.exec(text.slice(start, first.start))?.[1];
  const next = /^[ \t]*\r?\n([ \t]*)[^\s{]/.exec(text.slice(first.end, first.end + longestKey))?.[1];
  if (indent === undefined || next === undefined || next.length > indent.length) return undefined;
  let depth = 0;
  for (let at = index; at < Math.min(actions.length, index + mostActions); at++) {
    const role = actions[at]?.role;
    if (role === 'open') depth++;
    if (role === 'end' && --depth === 0) return actions.slice(index, at + 1);
  }
  return undefined;
}
