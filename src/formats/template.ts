/** Stands for one UTF-16 unit of a template expression in a masked text: a character that no file has a use for. */
export const opaque = '\uE000';

export const isOpaque = (value: string): boolean => value.includes(opaque);

/** One action of a Go template, Jinja or ERB. */
export interface TemplateAction {
  readonly start: number;
  readonly end: number;
  /** `control` switches lines on and off, `end` closes it, `expression` puts something there. */
  readonly role: 'control' | 'end' | 'comment' | 'expression';
}

/** The actions of a text in order: `{{ … }}` with Go's strings inside, `{% … %}`, `{# … #}` and `<% … %>`. */
export function templateActions(text: string): readonly TemplateAction[] {
  const actions: TemplateAction[] = [];
  const opening = /\{[{%#]|<%/g;
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const end =
      found[0] === '{{'
        ? endOfExpression(text, found.index + 2)
        : endAfter(text, found.index + 2, closings[found[0]] ?? '}}');
    if (end === undefined) continue;
    if (found[0] === '{#' && text.slice(found.index, end).includes('\n')) continue;
    actions.push({ start: found.index, end, role: roleOf(text.slice(found.index, end)) });
    opening.lastIndex = end;
  }
  return actions;
}

const closings: Readonly<Record<string, string>> = { '{%': '%}', '{#': '#}', '<%': '%>' };

/** Longer than any action that somebody writes; it keeps a text of unclosed braces from costing its square. */
const longestAction = 20_000;

function endOfExpression(whole: string, from: number): number | undefined {
  const text = whole.slice(0, from + longestAction);
  if (/^-?\s*\/\*/.test(text.slice(from, from + 40))) {
    const comment = text.indexOf('*/', from);
    return comment === -1 ? undefined : endAfter(text, comment, '}}');
  }
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '}' && text[at + 1] === '}') return text[at + 2] === '}' && text[from] === '{' ? at + 3 : at + 2;
    if (character === '"' || character === '`' || character === "'") {
      const close = closingQuote(text, at, character);
      if (close !== undefined) at = close;
    }
  }
  return undefined;
}

/** The closing quote on the same line; a raw string may span lines. `undefined` for a lone quote. */
function closingQuote(text: string, open: number, quote: string): number | undefined {
  for (let at = open + 1; at < text.length; at++) {
    const character = text[at];
    if (character === quote) return at;
    if (character === '\\' && quote !== '`') at++;
    if (character === '\n' && quote !== '`') return undefined;
  }
  return undefined;
}

const endAfter = (text: string, from: number, closing: string): number | undefined => {
  const at = text.slice(from, from + longestAction).indexOf(closing);
  return at === -1 ? undefined : from + at + closing.length;
};

function roleOf(action: string): TemplateAction['role'] {
  if (action.startsWith('{#') || /^\{\{-?\s*\/\*/.test(action)) return 'comment';
  if (/^\{[{%][-+]?\s*end\w*\b/.test(action)) return 'end';
  if (action.startsWith('<%')) return action.startsWith('<%=') ? 'expression' : 'control';
  if (action.startsWith('{%')) return 'control';
  return /^\{\{-?\s*(if|else|range|with|define|block|break|continue|\$\w*\s*:?=|\$\w+\s*,)/.test(action)
    ? 'control'
    : 'expression';
}
