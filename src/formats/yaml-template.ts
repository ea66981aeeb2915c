import { opaque, type TemplateAction, templateActions } from './template.ts';

/** A templated text made parseable: the same length, every offset where it was. */
export interface MaskedTemplate {
  readonly text: string;
  /** Where a line that only a template can fill, or that switches lines on and off, was blanked. */
  readonly holes: readonly Hole[];
}

export interface Hole {
  readonly offset: number;
  /** It puts something there; a control line only makes what stands around it conditional. */
  readonly fills: boolean;
}

/**
 * Whether the text is a template: it says so by its place (`templates/` of a chart, `.tpl`, `.j2`), or an action
 * stands where no scalar of plain YAML could hold it. `{{ $labels.x }}` in the quoted text of a Prometheus rule does
 * not make a template.
 */
export function isTemplate(path: string, text: string): boolean {
  if (!text.includes('{{') && !text.includes('{%')) return false;
  if (/(^|\/)templates\/|\.(tpl|j2|jinja2?|gotmpl|tmpl)(\.|$)/.test(path)) return true;
  return actionOutsideScalars(text);
}

function actionOutsideScalars(text: string): boolean {
  let block = Number.POSITIVE_INFINITY;
  for (const line of text.split('\n')) {
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const indent = line.length - content.length;
    if (indent > block) continue;
    block = Number.POSITIVE_INFINITY;
    if (/(^|[:\-?]\s+|[:\-?]\s*[&!]\S+\s+)[|>][-+\d]*\s*(#.*)?$/.test(content)) block = indent;
    if (/^(-\s+)*(\{\{|\{%)|^[^'"#]*(:|-)\s+(\{\{|\{%)|^[^'"#]*[\w./:-](\{\{|\{%)/.test(content)) return true;
  }
  return false;
}

/** Blanks control lines with line ends, makes inline expressions opaque, and notes the holes. */
export function maskTemplate(text: string): MaskedTemplate {
  const actions = templateActions(text);
  const holes: Hole[] = [];
  const parts: string[] = [];
  let done = 0;
  for (let index = 0; index < actions.length; ) {
    const group = actionsOfLines(text, actions, index);
    const start = text.lastIndexOf('\n', group.start - 1) + 1;
    const end = lineEnd(text, group.end);
    parts.push(text.slice(done, start));
    const alone = group.actions.reduceRight((rest, action) => rest.slice(0, action.start - start) + rest.slice(action.end - start), text.slice(start, end));
    if (/^[\s-]*$/.test(alone) && !/-\s/.test(`${alone} `)) {
      const roles = group.actions.map(({ role }) => role);
      if (roles.includes('expression')) holes.push({ offset: start, fills: true });
      else if (roles.includes('control')) holes.push({ offset: start, fills: false });
      parts.push('\n'.repeat(end - start));
    } else {
      if (isBlockValue(text.slice(start, end), group.actions, start)) holes.push({ offset: group.start, fills: true });
      parts.push(maskedLine(text, group.actions, start, end));
    }
    done = end;
    index += group.actions.length;
  }
  parts.push(text.slice(done));
  return { text: parts.join(''), holes };
}

/** `key: {{ … | nindent 4 }}`: a block that may go on with written lines. */
function isBlockValue(line: string, actions: readonly TemplateAction[], start: number): boolean {
  const [only] = actions;
  if (actions.length !== 1 || only?.role !== 'expression') return false;
  const action = line.slice(only.start - start, only.end - start);
  return /^[^"'#{]*:[ \t]*$/.test(line.slice(0, only.start - start)) && line.slice(only.end - start).trim() === '' && /\bn?indent\b|\btoYaml\b/.test(action);
}

/** Expressions become opaque words; control after the last value of a line, and a block value, become blanks. */
function maskedLine(text: string, actions: readonly TemplateAction[], start: number, end: number): string {
  const block = isBlockValue(text.slice(start, end), actions, start);
  let line = text.slice(start, end);
  for (const action of actions) {
    const afterKey = /^\s*(?:- +)*[\w./-]+:[ \t]*$/.test(line.slice(0, action.start - start));
    const last = line.slice(action.end - start).replaceAll(opaque, '').trim() === '';
    const length = action.end - action.start;
    const blank = block || (action.role !== 'expression' && (afterKey || last));
    const first = afterKey && line[action.start - start - 1] === ':' ? ' ' : '';
    const mask = blank ? ' '.repeat(length) : first + opaque.repeat(length - first.length);
    line = line.slice(0, action.start - start) + mask + line.slice(action.end - start);
  }
  return line;
}

/** The actions that share lines with the one at `index`, through actions that span several lines. */
function actionsOfLines(
  text: string,
  actions: readonly TemplateAction[],
  index: number,
): { readonly actions: readonly TemplateAction[]; readonly start: number; readonly end: number } {
  const first = actions[index];
  const together: TemplateAction[] = first ? [first] : [];
  for (let next = index + 1; next < actions.length; next++) {
    const last = together.at(-1);
    const action = actions[next];
    if (!last || !action || action.start >= lineEnd(text, last.end)) break;
    together.push(action);
  }
  return { actions: together, start: together[0]?.start ?? 0, end: together.at(-1)?.end ?? 0 };
}

const lineEnd = (text: string, from: number): number => {
  const at = text.indexOf('\n', from);
  return at === -1 ? text.length : at;
};
