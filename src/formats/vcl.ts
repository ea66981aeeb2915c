import type { Diagnostic } from '../core/finding.ts';
import { type Range, type Source, spanOf } from '../core/source.ts';
import { hasPlaceholder, templatedText } from './template-lines.ts';
import type { Word } from './word.ts';

/** `backend name { .host = "…"; … }` of a VCL file. */
export interface VclBackend {
  readonly name: string;
  readonly nameRange: Range;
  /** `.host`, `.ssl` and so on, without the dot; those of nested blocks (`.probe = { … }`) are left out. */
  readonly settings: ReadonlyMap<string, Word>;
}

export interface VclFile {
  readonly backends: readonly VclBackend[];
  readonly diagnostics: readonly Diagnostic[];
}

const lexeme =
  /\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\{"[\s\S]*?(?:"\}|$)|"([^"\n]*)"?|(\{\{[^{}\n]{0,300}\}\}|\$\{[^{}\n]{0,100}\}|\.?[\w-]+(?:\.[\w-]+)*)|([\s\S])/gy;

interface Token extends Range {
  readonly text: string;
  readonly kind: 'word' | 'string' | 'mark';
}

/** Finds the backends of a VCL file and passes over everything else. Source: Varnish reference manual, VCL, "Backend definition". */
export function parseVcl(source: Source): VclFile {
  const templated = templatedText(source.text);
  const tokens = tokensOf(templated.text);
  const backends: VclBackend[] = [];
  const diagnostics: Diagnostic[] = [];
  let depth = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const [token, name, open] = tokens.slice(at, at + 3);
    if (depth === 0 && isText(token, 'backend') && name?.kind === 'word' && isText(open, '{')) {
      const end = closing(tokens, at + 2);
      if (end === tokens.length)
        diagnostics.push({
          code: 'parse-error',
          message: 'this backend is never closed: expected "}"',
          span: spanOf(source, name.start, name.end),
        });
      const known = (word: Token): Word => ({
        text: word.text,
        source,
        range: { start: word.start, end: word.end },
        unknown:
          hasPlaceholder(word.text) ||
          templated.touches(word) ||
          templated.depthAt(word.start) > templated.depthAt(name.start),
      });
      backends.push({
        name: name.text,
        nameRange: { start: name.start, end: name.end },
        settings: settingsOf(tokens.slice(at + 3, end), known),
      });
      at = end;
    } else if (isText(token, '{')) depth += 1;
    else if (isText(token, '}')) depth = Math.max(depth - 1, 0);
  }
  return { backends, diagnostics };
}

function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(lexeme)].flatMap(({ 0: whole, 1: string, 2: word, 3: mark, index }): readonly Token[] => {
    const end = index + whole.length;
    if (string !== undefined)
      return [{ kind: 'string', text: string, start: index + 1, end: index + 1 + string.length }];
    if (word !== undefined) return [{ kind: 'word', text: word, start: index, end }];
    return mark === undefined ? [] : [{ kind: 'mark', text: mark, start: index, end }];
  });
}

const isText = (token: Token | undefined, text: string): boolean => token?.kind !== 'string' && token?.text === text;

/** The index of the brace that closes the one at `open`; the number of tokens where none does. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    if (isText(tokens[at], '{')) depth += 1;
    if (isText(tokens[at], '}')) depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

function settingsOf(tokens: readonly Token[], known: (word: Token) => Word): ReadonlyMap<string, Word> {
  const settings = new Map<string, Word>();
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (isText(token, '{')) depth += 1;
    if (isText(token, '}')) depth -= 1;
    const value = tokens[at + 2];
    if (depth === 0 && token.kind === 'word' && token.text.startsWith('.') && isText(tokens[at + 1], '=') && value)
      if (value.kind !== 'mark') settings.set(token.text.slice(1), known(value));
  }
  return settings;
}
