/** Why a text is no YAML: the parser's reason and place. */
export interface Problem {
  readonly position: number;
  readonly reason: string;
}

/** What may have opened and is never closed: the parser notices that only later. */
export function neverClosed({ reason }: Problem): string | undefined {
  if (reason.startsWith('deficient indentation')) return `"'[{`;
  if (!reason.startsWith('unexpected end of the')) return undefined;
  if (reason.includes('single quoted')) return "'";
  if (reason.includes('double quoted')) return '"';
  return reason.includes('flow collection') ? '[{' : undefined;
}

/** What was expected, in words that name the repair; the first entry whose beginning fits. */
const expectations: readonly (readonly [reason: string, words: string])[] = [
  ['unexpected end of the stream within a flow collection', 'a [ or { opens here and is never closed'],
  ['unexpected end of the stream within a verbatim tag', 'expected > at the end of this tag'],
  ['unexpected end of the', 'a quote opens here and is never closed'],
  ['bad indentation of a mapping entry', 'expected a key that lines up with the ones above it'],
  ['bad indentation of a sequence entry', 'expected a list item that lines up with the ones above it'],
  ['bad explicit indentation', 'expected an indentation of 1 to 9 after | or >'],
  ['deficient indentation', 'a quote or bracket opens here and is not closed before less indented text'],
  ['tab characters', 'expected blanks as indentation, found a tab'],
  ["expected ':'", 'expected a colon after this key'],
  ['can not read a block mapping entry', 'expected a key and a colon on one line'],
  ['missed comma', 'expected a comma or the closing bracket'],
  ["expected the node content, but found ','", 'expected a value before this comma'],
  ['unknown escape', 'expected an escape that YAML knows after this backslash'],
  ['expected hexadecimal', 'expected a hexadecimal digit in this escape'],
  ['nesting exceeded', 'expected at most 100 levels of nesting'],
  ['a whitespace character is expected', 'expected a blank after the colon'],
  ['a line break is expected', 'expected nothing more on the line of | or >'],
  ['the stream contains non-printable', 'expected text, found a control character'],
  ['expected valid JSON character', 'expected text, found a control character'],
  ['null byte', 'expected text, found a null character'],
  ['repeat of', 'expected each indicator after | or > once'],
  ['alias node', 'expected nothing beside an alias'],
  ['name of an a', 'expected a name after & or *'],
  ['duplication of a', 'expected at most one tag and one anchor'],
  ['undeclared tag', 'expected a tag whose handle a %TAG line declares'],
  ['named tag', 'expected a tag'],
  ['tag ', 'expected a tag'],
  ['directives end mark', 'expected --- after the lines that begin with %'],
  ['end of the stream or a document separator', 'expected the end of the document or ---'],
];

/** What was expected where `text` breaks. */
export function expectationOf({ reason, position }: Problem, text: string): string {
  if (reason === 'bad indentation of a mapping entry' && text[position] === ':') {
    return 'expected no colon here: quote the value, or line the key up with the ones above it';
  }
  return expectations.find(([beginning]) => reason.startsWith(beginning))?.[1] ?? 'expected YAML';
}
