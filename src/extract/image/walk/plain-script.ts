/**
 * A shell script without what is no code of it: comments, quoted text and here-documents become blanks. Offsets stay
 * what they are. What stands in `$( … )` inside double quotes is code again.
 */
export function codeOf(script: string): string {
  const out: string[] = [];
  /** `"`: inside double quotes; `(`: inside `$( … )`, with the parentheses open in it. */
  const modes: { readonly quoted: boolean; open: number }[] = [{ quoted: false, open: 0 }];
  const bodies: { readonly end: string; readonly tabs: boolean }[] = [];
  let at = 0;
  const blank = (to: number): void => {
    for (; at < to; at++) out.push(' ');
  };
  while (at < script.length) {
    const mode = modes.at(-1) ?? { quoted: false, open: 0 };
    const letter = script[at] ?? '';
    if (letter === '\\') {
      blank(Math.min(at + 2, script.length));
      continue;
    }
    if (letter === '"') {
      if (mode.quoted) modes.pop();
      else modes.push({ quoted: true, open: 0 });
      blank(at + 1);
      continue;
    }
    if (letter === '$' && script[at + 1] === '(' && modes.length < mostModes) {
      out.push('$', '(');
      modes.push({ quoted: false, open: 0 });
      at += 2;
      continue;
    }
    if (mode.quoted) {
      blank(at + 1);
      continue;
    }
    if (letter === "'") {
      const end = script.indexOf("'", at + 1);
      blank(end < 0 ? script.length : end + 1);
      continue;
    }
    if (letter === '#' && (at === 0 || /[\s;&|(]/.test(script[at - 1] ?? ''))) {
      const end = script.indexOf('\n', at);
      blank(end < 0 ? script.length : end);
      continue;
    }
    if (letter === '(') mode.open++;
    else if (letter === ')' && mode.open > 0) mode.open--;
    else if (letter === ')' && modes.length > 1) modes.pop();
    const opened = letter === '<' && script[at - 1] !== '<' ? heredocAt(script, at) : undefined;
    if (opened) bodies.push(opened);
    out.push(letter);
    at++;
    while (letter === '\n' && bodies.length > 0) {
      const body = bodies.shift();
      if (body) blank(endOfBody(script, at, body));
    }
  }
  return out.join('');
}

/** Quotes and substitutions inside each other. */
const mostModes = 50;

function heredocAt(script: string, at: number): { readonly end: string; readonly tabs: boolean } | undefined {
  const opening = /<<(-?)[ \t]*(?:"([^"\n]{1,80})"|'([^'\n]{1,80})'|\\?([\w.-]{1,80}))/y;
  opening.lastIndex = at;
  const [, dash, double, single, bare] = opening.exec(script) ?? [];
  const end = double ?? single ?? bare;
  return end === undefined ? undefined : { end, tabs: dash === '-' };
}

/** Where the here-document that begins at `from` ends, its last line with it. */
function endOfBody(
  script: string,
  from: number,
  { end, tabs }: { readonly end: string; readonly tabs: boolean },
): number {
  for (let start = from; start < script.length; ) {
    const next = script.indexOf('\n', start);
    const line = script.slice(start, next < 0 ? script.length : next);
    if ((tabs ? line.replace(/^\t+/, '') : line) === end) return start + line.length;
    if (next < 0) break;
    start = next + 1;
  }
  return script.length;
}
