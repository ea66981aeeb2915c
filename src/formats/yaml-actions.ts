/** Stands for one UTF-16 unit of a template expression in a masked text: a character that no file has a use for. */
export const opaque = '\uE000';

export const isOpaque = (value: string): boolean => value.includes(opaque);

/** One action of a Go template, Jinja or ERB. */
export interface TemplateAction {
  readonly start: number;
  readonly end: number;
  /**
   * `open` begins a part that is conditional or repeated, `branch` its next alternative, `end` closes it; a `statement`
   * writes nothing; an `expression` puts something there.
   */
  readonly role: 'open' | 'branch' | 'end' | 'statement' | 'comment' | 'expression';
  /** The word that the action begins with: `if`, `endfor`, `include`. */
  readonly word: string;
}

const closings: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}', '<%': '%>' };

/** The actions of a text in order: `{{ … }}` with Go's strings inside, `{% … %}`, `{# … #}` and `<% … %>`. */
export function templateActions(text: string): readonly TemplateAction[] {
  const actions: TemplateAction[] = [];
  const opening = /\{[{%#]|<%/g;
  const missing = new Set<string>();
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const closing = closings[found[0]] ?? '}}';
    if (missing.has(closing)) continue;
    const end = endOfAction(text, found.index, closing);
    if (end === undefined) missing.add(closing);
    else if (found[0] !== '{#' || !text.slice(found.index, end).includes('\n')) {
      actions.push({ start: found.index, end, ...roleOf(text.slice(found.index, end)) });
      opening.lastIndex = end;
    }
  }
  return actions;
}

function endOfAction(text: string, start: number, closing: string): number | undefined {
  const from = start + 2;
  if (closing === '}}') {
    if (/^-?\s*\/\*/.test(text.slice(from, from + 40))) {
      const comment = text.indexOf('*/', from);
      return comment === -1 ? endAfter(text, from, closing) : endAfter(text, comment, closing);
    }
    const end = endOfExpression(text, from);
    if (end !== undefined) return end;
  }
  return endAfter(text, from, closing);
}

/** Past the strings of an expression to its braces; `undefined` when its quotes do not pair. */
function endOfExpression(text: string, from: number): number | undefined {
  const lone = new Set<string>();
  for (let at = from; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '}' && text[at + 1] === '}') return text[at + 2] === '}' && text[from] === '{' ? at + 3 : at + 2;
    if (character === '\\' && text[at + 1] === '"') at = pastEscapedString(text, at);
    else if ((character === '"' || character === '`' || character === "'") && !lone.has(character)) {
      const close = closingQuote(text, at, character);
      if (close === undefined) lone.add(character);
      else at = close;
    }
  }
  return undefined;
}

/** Past a string inside a quoted text, whose quotes are escaped: `"{{ printf \"%.0f\" $value }}"`. */
function pastEscapedString(text: string, open: number): number {
  const close = text.slice(open + 2, open + longestString).search(/\\"|\n/);
  return close === -1 || text[open + 2 + close] === '\n' ? open + 1 : open + 3 + close;
}

/** No string of a template is longer: a bound, so that lone quotes cost little. */
const longestString = 1000;

/** The closing quote on the same line; a raw string may span lines. `undefined` for a lone quote. */
function closingQuote(text: string, open: number, quote: string): number | undefined {
  const last = Math.min(text.length, open + longestString);
  for (let at = open + 1; at < last; at++) {
    const character = text[at];
    if (character === quote) return at;
    if (character === '\\' && quote !== '`') at++;
    if (character === '\n' && quote !== '`') return undefined;
  }
  return undefined;
}

function endAfter(text: string, from: number, closing: string): number | undefined {
  const at = text.indexOf(closing, from);
  return at === -1 ? undefined : at + closing.length;
}

const goRoles: Readonly<Record<string, TemplateAction['role']>> = {
  if: 'open',
  range: 'open',
  with: 'open',
  define: 'open',
  block: 'open',
  else: 'branch',
  end: 'end',
  break: 'statement',
  continue: 'statement',
  fail: 'statement',
};

const jinjaRoles: Readonly<Record<string, TemplateAction['role']>> = {
  if: 'open',
  for: 'open',
  block: 'open',
  macro: 'open',
  call: 'open',
  filter: 'open',
  raw: 'open',
  with: 'open',
  autoescape: 'open',
  else: 'branch',
  elif: 'branch',
  include: 'expression',
};

function roleOf(action: string): Pick<TemplateAction, 'role' | 'word'> {
  const word = /^.[%{]?[-+~]?\s*([A-Za-z]\w*)?/.exec(action)?.[1] ?? '';
  if (action.startsWith('{#') || /^\{\{-?\s*\/\*/.test(action)) return { role: 'comment', word };
  if (action.startsWith('<%')) return { role: action.startsWith('<%=') ? 'expression' : 'statement', word };
  if (action.startsWith('{%')) {
    if (word.startsWith('end')) return { role: 'end', word };
    if (word === 'set') return { role: action.includes('=') ? 'statement' : 'open', word };
    return { role: (Object.hasOwn(jinjaRoles, word) && jinjaRoles[word]) || 'statement', word };
  }
  if (/^\{\{-?\s*\$\w*\s*(:?=(?!=)|,)/.test(action)) return { role: 'statement', word };
  return { role: (Object.hasOwn(goRoles, word) && goRoles[word]) || 'expression', word };
}
