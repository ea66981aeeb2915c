/**
 * A program's text with some of its tokens blanked out, so that offsets stay. `tokens` matches comments and texts alike,
 * because each may look like the other inside; `blank` tells which of them go.
 */
export const blankTokens = (text: string, tokens: RegExp, blank: RegExp): string =>
  text.replace(tokens, (token) => (blank.test(token) ? token.replace(/[^\n]/g, ' ') : token));

/** The text without the comments of C and the languages that took them over, with the raw texts of Go and JavaScript. */
export const withoutComments = (text: string): string =>
  blankTokens(text, /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, /^\//);
