/** Offset of the next character that is neither blank nor comment; the length of the text when there is none. */
function pastBlanks(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const character = text[at];
    if (character === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      while (at + 1 < text.length && text[at + 1] !== '\n' && text[at + 1] !== '\r') at++;
    } else if (character !== ' ' && character !== '\n' && character !== '\r' && character !== '\t') break;
  }
  return at;
}

/** The end of a flow collection whose last child ended at `from`: past blanks, commas and comments to the bracket. */
export function endOfFlow(text: string, from: number): number {
  for (let at = pastBlanks(text, from); at < text.length; at = pastBlanks(text, at + 1)) {
    if (text[at] === ']' || text[at] === '}') return at + 1;
  }
  return text.length;
}

/** Where a value that is not there would stand: after the colon of its key or the dash of its item, `from` at the latest. */
export function placeOfEmpty(text: string, from: number, indicator: ':' | '-'): number {
  const at = indicator === '-' ? pastBlanks(text, from) : pastSpaces(text, from);
  return text[at] === indicator ? at + 1 : from;
}

function pastSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}
