/** A text that TOML can be read from, of the same length as the one with actions in it. */
export interface MaskedToml {
  readonly text: string;
  /** Actions stand between the statements: they may add keys, or leave some out. */
  readonly open: boolean;
}

/** Stands for what only an action knows. From the private use area, so that no file has it. */
const mask = '\u{E000}';

/**
 * Takes the actions of Go templates and Jinja (`{{ … }}`, `{% … %}`) out of a text. One inside quotes or in place
 * of a value becomes a masked string, one that stands alone or controls what is written becomes blanks. A byte order mark becomes a blank.
 */
export function maskToml(text: string): MaskedToml {
  let open = false;
  const masked = text.replace(/^\u{FEFF}/u, ' ');
  if (!/\{\{|\{[%#]/.test(masked)) return { text: masked, open };
  const replaced = masked.replace(action, (found: string, at: number) => {
    const before = lastLine(masked.slice(Math.max(0, at - longestLine), at));
    const after = firstLine(masked.slice(at + found.length, at + found.length + longestLine));
    if (isQuoted(before)) return mask.repeat(found.length);
    const alone = before.replace(action, '').trim() === '' && after.replace(action, '').trim() === '';
    if (alone || isControl.test(found)) {
      open = true;
      return ' '.repeat(found.length);
    }
    return `"${mask.repeat(found.length - 2)}"`;
  });
  return { text: replaced, open };
}

const action = /\{\{[^\r\n]*?\}\}|\{%[^\r\n]*?%\}|\{#[^\r\n]*?#\}/g;

/** Says what is written, not what a value is. */
const isControl = /^(?:\{[%#]|\{\{-?\s*(?:if|else|end|range|with|define|block|template|\/\*)\b)/;

/** How much of a line is looked at around an action: what is longer was written by no one. */
const longestLine = 1000;
const lastLine = (text: string): string => text.slice(text.lastIndexOf('\n') + 1);
const firstLine = (text: string): string => text.slice(0, text.indexOf('\n') + 1 || undefined);

/** Whether a quote is open at the end of a line's beginning; quotes inside actions do not count. */
const isQuoted = (before: string): boolean =>
  (before.replace(action, '').replace(/\\./g, '').match(/["']/g)?.length ?? 0) % 2 === 1;

/** Whether an action stood in a string. */
export const hasMaskedPart = (value: string): boolean => value.includes(mask);

/** `${VAR}`, or nothing but `@VAR@`, `__VAR__` or `#{VAR}#`: what a deployment fills in. */
export const isPlaceholder = (value: string): boolean =>
  /(?<!\$)\$\{[A-Za-z_][\w.]*(?:[:\-=+?#%/^,@][^{}]*)?\}/.test(value) ||
  /^(?:@[A-Z]\w*@|__[A-Z]\w*__|#\{[^{}]+\}#?|\$\([A-Za-z_][\w.-]*\))$/.test(value);
