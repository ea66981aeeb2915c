import { COLLECTION_STYLE, EVENT_ID, type Event, SCALAR_STYLE } from 'js-yaml';
import { opaque, type TemplateAction, templateActions } from './yaml-actions.ts';
import { documentBoundaries } from './yaml-defines.ts';
import { alternativeKeys, wholeValue } from './yaml-lines.ts';
import { type Regions, regionsOf } from './yaml-regions.ts';

/** A templated text made parseable: the same length, every offset where it was. */
export interface MaskedTemplate {
  readonly text: string;
  /** Whether it holds opaque words at all: what broke off a broken text is a hole too. */
  readonly templated: boolean;
  readonly holes: readonly Hole[];
  readonly regions: Regions;
}

/** What was masked in a text that was read up to `cuts` only: anything may stand there. */
export function withCuts(text: string, template: MaskedTemplate | undefined, cuts: readonly number[]): MaskedTemplate {
  const holes = cuts.map((offset) => ({ offset, end: offset, atValue: false }));
  const all = [...(template?.holes ?? []), ...holes].sort((one, other) => one.offset - other.offset);
  return {
    text,
    templated: template !== undefined,
    holes: all,
    regions: template?.regions ?? { all: [], offsets: [], ids: [] },
  };
}

/** Where a template puts entries, items or a value of its own. */
export interface Hole {
  readonly offset: number;
  readonly end: number;
  /** The column at which its lines will stand; absent when the text does not say. */
  readonly column?: number;
  /** It stands where a value begins: after `key:` or `- `. */
  readonly atValue: boolean;
}

export const mayHoldActions = ({ path, text }: { readonly path: string; readonly text: string }): boolean =>
  text.includes('{{') || text.includes('{%') || (/\.erb(\.|$)/.test(path) && text.includes('<%'));

/** Whether a path says that the text is a template: the `templates/` of a chart, `.tpl`, `.j2`, a cookiecutter. */
export const isTemplatePath = (path: string): boolean =>
  /(^|\/)templates\/|\.(tpl|j2|jinja2?|gotmpl|tmpl|erb)(\.|$)|\{\{/.test(path);

/**
 * Whether an action stands outside quoted text, block scalars and comments, by the events of the unmasked text: a bare
 * `{{ x }}` parses as a mapping in a mapping. `{{ $labels.x }}` in the quoted text of a Prometheus rule makes no template.
 */
export const hasBareAction = (text: string, events: readonly Event[]): boolean =>
  events.some((event) => {
    if (event.type === EVENT_ID.MAPPING) {
      return event.style === COLLECTION_STYLE.FLOW && /^\{[{%]/.test(text.slice(event.start, event.start + 2));
    }
    return (
      event.type === EVENT_ID.SCALAR &&
      event.style === SCALAR_STYLE.PLAIN &&
      event.valueStart >= 0 &&
      /\{[{%]/.test(text.slice(event.valueStart, event.valueEnd))
    );
  });

/** The same question of a text that does not parse, answered line by line. */
export function looksTemplated(text: string): boolean {
  let block = Number.POSITIVE_INFINITY;
  for (const line of text.split('\n')) {
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const indent = line.length - content.length;
    if (indent > block) continue;
    block = Number.POSITIVE_INFINITY;
    if (endsWithBlockHeader(content)) block = indent;
    if (/^(-\s+)*(\{\{|\{%)|^[^'"#]*(:|-)\s+(\{\{|\{%)|^[^'"#]*[\w./:-](\{\{|\{%)/.test(content)) return true;
  }
  return false;
}

const endsWithBlockHeader = (line: string): boolean =>
  /(^|[:\-?]\s+)([&!]\S+\s+)*[|>][-+\d]*\s*(#.*)?$/.test(line.slice(-200));

/** Control lines become line ends, inline expressions opaque words, and what only a template can fill in a hole. */
export function maskTemplate(text: string): MaskedTemplate {
  const actions = templateActions(text);
  const boundaries = documentBoundaries(text, actions);
  const holes: Hole[] = [];
  const inline = new Set<TemplateAction>();
  const parts: string[] = [];
  let done = 0;
  for (let index = 0; index < actions.length; ) {
    const lines = linesOf(text, actions, index);
    parts.push(text.slice(done, lines.start), maskedLines(text, lines, holes, inline, boundaries));
    done = lines.end;
    index += lines.actions.length;
  }
  parts.push(text.slice(done));
  const regions = regionsOf(inline.size > 0 ? actions.filter((action) => !inline.has(action)) : actions, text.length);
  return { text: parts.join(''), templated: true, holes, regions };
}

/** The lines that some actions share, through actions that span several lines. */
interface Lines {
  readonly actions: readonly TemplateAction[];
  /** They make the value of a key together: `key: {{ if x -}}`, the value on lines of its own, `{{- end }}`. */
  readonly value?: readonly TemplateAction[];
  readonly start: number;
  readonly end: number;
}

function linesOf(text: string, actions: readonly TemplateAction[], index: number): Lines {
  const first = actions[index];
  const value = first && wholeValue(text, actions, index);
  if (first && value)
    return {
      actions: value,
      start: text.lastIndexOf('\n', first.start - 1) + 1,
      end: lineEnd(text, value.at(-1)?.end ?? 0),
      value,
    };
  const together: TemplateAction[] = first ? [first] : [];
  let end = lineEnd(text, first?.end ?? 0);
  for (let next = index + 1; next < actions.length; next++) {
    const action = actions[next];
    if (!action || action.start >= end) break;
    together.push(action);
    if (action.end > end) end = lineEnd(text, action.end);
  }
  const start = first ? text.lastIndexOf('\n', first.start - 1) + 1 : 0;
  return { actions: together, start: first?.start === 0 ? 0 : start, end };
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? text.length : at;
}

function maskedLines(
  text: string,
  lines: Lines,
  holes: Hole[],
  inline: Set<TemplateAction>,
  boundaries: ReadonlySet<TemplateAction>,
): string {
  const { start, end } = lines;
  if (lines.actions.some((action) => boundaries.has(action)))
    return `${'\n'.repeat(Math.max(end - start - 3, 0))}${'-'.repeat(Math.min(end - start, 3))}`;
  const words = bounds(text, lines);
  const expression = lines.actions.find(({ role }) => role === 'expression');
  if (words.first === undefined) {
    if (expression)
      holes.push({
        offset: expression.start,
        end: expression.end,
        ...columnOf(text, expression, start),
        atValue: false,
      });
    return '\n'.repeat(end - start);
  }
  const key = alternativeKeys(text, lines.actions, start, end);
  if (key !== undefined) {
    for (const action of lines.actions) inline.add(action);
    return key;
  }
  const [opener] = lines.value ?? [];
  const value = opener ? { start: opener.start, end } : valueOnly(text, lines, words);
  if (value && (expression || opener)) {
    holes.push({ offset: value.start, end: value.end, atValue: true });
    return text.slice(start, value.start) + ' '.repeat(end - value.start);
  }
  const repeated = lines.actions.find(
    ({ role, start: at }) => role === 'open' && /[[{]/.test(text.slice(words.first, at)),
  );
  if (repeated) holes.push({ offset: repeated.start - 1, end: repeated.end, column: 0, atValue: false });
  return maskedText(text, lines, words, inline);
}

/** Where the first text that is no action begins and the last one ends. */
interface Bounds {
  readonly first: number | undefined;
  readonly last: number;
}

function bounds(text: string, { actions, start, end }: Lines): Bounds {
  let first: number | undefined;
  let last = start;
  let from = start;
  for (const [index] of [...actions, undefined].entries()) {
    const action = actions[index];
    const piece = text.slice(from, action?.start ?? end);
    const content = piece.trim();
    if (content !== '') {
      const at = from + piece.length - piece.trimStart().length;
      first ??= at;
      last = at + content.length;
    }
    from = action?.end ?? end;
  }
  return { first, last };
}

/** The column that `nindent 4` names, or the action's own where nothing trims the line end before it. */
function columnOf(text: string, { start, end }: TemplateAction, lineStart: number): { readonly column?: number } {
  const named = /\bn?indent\s+(\d{1,3})\b/.exec(text.slice(start, end))?.[1];
  if (named !== undefined) return { column: Number(named) };
  return text[start + 2] === '-' ? {} : { column: start - lineStart };
}

const longestKey = 1000;

/**
 * The actions of `key: {{ … }}`, `- {{ … }}` or `key: | {{ … }}` when what they put there is a block: because they say
 * so, or because deeper lines follow that go on with it.
 */
function valueOnly(
  text: string,
  { actions, start, end }: Lines,
  words: Bounds,
): { readonly start: number; readonly end: number } | undefined {
  const [first] = actions.filter((action) => action.start >= (words.first ?? 0));
  if (!first || words.last > first.start || first.start - start > longestKey) return undefined;
  const before = text.slice(words.first, first.start);
  const place = { start: first.start, end };
  if (/(^|[:-]\s)\s*[|>][-+\d]*[ \t]*$/.test(before)) return place;
  const dashes = /^(?:-[ \t]+)+/.exec(before)?.[0].length ?? 0;
  const key = before.slice(dashes);
  if (key !== '' && !/^(?:"[^"]*"|'[^']*'|[^\s"'#{[](?:[^"'#:]|:(?=\S))*):[ \t]*$/.test(key)) return undefined;
  if (dashes === 0 && key === '') return undefined;
  if (/\bn?indent\b|\btoYaml\b|\bto_(?:nice_)?yaml\b/.test(text.slice(first.start, end)) && key !== '') return place;
  const column = (words.first ?? start) - start + (key === '' ? Math.max(before.trimEnd().length - 1, 0) : dashes);
  return nextColumn(text, end) > column ? place : undefined;
}

/** The column of the next line that holds more than an action or a comment; -1 when there is none. */
function nextColumn(text: string, from: number): number {
  for (let newline = text.indexOf('\n', from); newline !== -1; newline = text.indexOf('\n', newline + 1)) {
    let at = newline + 1;
    while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r') at++;
    const isAction = text[at] === '{' && (text[at + 1] === '{' || text[at + 1] === '%');
    if (at < text.length && text[at] !== '\n' && text[at] !== '#' && !isAction) return at - newline - 1;
  }
  return -1;
}

/** Expressions become opaque words, and so does control inside a value; control around it becomes blank. */
function maskedText(text: string, lines: Lines, words: Bounds, inline: Set<TemplateAction>): string {
  const { actions, start, end } = lines;
  const expressions = actions.filter(({ role }) => role === 'expression');
  const first = Math.min(words.first ?? end, expressions[0]?.start ?? end);
  const last = Math.max(words.last, expressions.at(-1)?.end ?? start);
  const inValue = controlInValue(actions, first, last);
  const guardsAnchor = actions.length === 2 && /^\s*&[\w-]+\s*$/.test(text.slice(actions[0]?.end, actions[1]?.start));
  const parts: string[] = [];
  let done = start;
  if (actions.some((action) => action.start < first)) {
    const column = Math.max((actions[0]?.start ?? start) - start, 0);
    parts.push('\n'.repeat(first - start - column), ' '.repeat(column));
    done = first;
  }
  for (const action of actions) {
    if (inValue.has(action)) inline.add(action);
    if (action.start < done) continue;
    parts.push(text.slice(done, action.start));
    const length = action.end - action.start;
    const isAround = action.start >= last && !inValue.has(action);
    const isBlank = action.role !== 'expression' && (isAround || guardsAnchor);
    if (isBlank) parts.push(' '.repeat(length));
    else if (text[action.start - 1] === ':' && isKey(text, first, action.start))
      parts.push(' ', opaque.repeat(length - 1));
    else parts.push(opaque.repeat(length));
    done = action.end;
  }
  parts.push(text.slice(done, end));
  return parts.join('');
}

const isKey = (text: string, from: number, to: number): boolean =>
  to - from <= longestKey && /^(?:-[ \t]+)*[^\s"'#{[:]+:$/.test(text.slice(from, to));

/** The control actions that open and close within the text of one line, unless they hold the whole line. */
function controlInValue(actions: readonly TemplateAction[], first: number, last: number): ReadonlySet<TemplateAction> {
  const found = new Set<TemplateAction>();
  const open: TemplateAction[][] = [];
  for (const action of actions) {
    if (action.role === 'open') open.push([action]);
    else if (action.role === 'branch') open.at(-1)?.push(action);
    else if (action.role === 'end') {
      const group = [...(open.pop() ?? []), action];
      const opener = group[0];
      if (group.length === 1 || !opener) continue;
      const holdsLine = opener.start < first && action.start >= last && group.length === 2;
      if (!holdsLine) for (const member of group) found.add(member);
    }
  }
  return found;
}
