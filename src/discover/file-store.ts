import { join } from 'node:path';
import type { Diagnostic } from '../core/finding.ts';
import type { Source } from '../core/source.ts';
import { decode, isUtf16 } from './decode.ts';
import { type Bytes, largeFileHasWord, largestFile, largestSearched, readBytes } from './read-bytes.ts';

/** Discovered files, opened when something asks for what is in them. */
export interface FileStore {
  readonly hasWord: (path: string, word: string) => boolean;
  readonly read: (path: string) => Source | undefined;
  /** What could not be read so far. */
  readonly diagnostics: () => readonly Diagnostic[];
}

/** Names under which certificates, keys and key stores are kept in binary; every other binary file is passed over. */
const binaryCertificate =
  /(?:^|\/)cacerts$|\.(?:pem|crt|cer|certs?|der|key|p7[bc]|p8|pk8|p12|pfx|jks|keystore|truststore)(?:\.(?:bak|backup|old|orig))?$/i;

/** Written by people, and hardly ever large: one that is too large is said, whatever it holds. */
const configuration = /\.(?:ya?ml|conf|cfg|toml|ini)$/i;

/** A program's source is only searched for evidence: an odd byte in a comment of it is nothing to report. */
const programSource = /\.(?:c|cc|cpp|cs|go|h|hpp|java|js|jsx|kt|mjs|php|pl|py|rb|rs|scala|sh|swift|ts|tsx)$/i;

/** How many characters of text are kept for a second reading. */
const keptCharacters = 16 * 1024 * 1024;

/**
 * The files below `workingDirectory` by their reported path. The file asked for last stays open to questions, so that
 * searching it for ten words and then reading it costs one read.
 */
export function fileStore(workingDirectory: string): FileStore {
  const problems = new Map<string, Diagnostic>();
  const kept = recentlyUsed();
  let last: Opened | undefined;

  const open = (path: string): Opened => {
    if (last?.path !== path)
      last = { path, content: contentOf(path, readBytes(join(workingDirectory, path))), words: new Map() };
    return last;
  };
  const report = (code: Diagnostic['code'], path: string, message: string, offset = 0): undefined => {
    problems.set(`${code}\0${path}`, { code, message, span: { file: path, start: offset, end: offset } });
  };
  const reportUnread = (path: string, content: Content): undefined => {
    if (content.kind === 'large') report('file-too-large', path, tooLarge(content.size));
    if (content.kind === 'unreadable') report('unreadable-file', path, `this file cannot be read: ${content.reason}`);
  };
  const sourceOf = (path: string): Source | undefined => {
    const { content } = open(path);
    switch (content.kind) {
      case 'unreadable':
      case 'large':
        return reportUnread(path, content);
      case 'binary':
        return undefined;
      case 'certificate':
        return { path, text: content.bytes.toString('latin1'), bytes: new Uint8Array(content.bytes) };
      case 'text': {
        const { text, invalidAt } = decode(content.bytes);
        if (invalidAt !== undefined && !programSource.test(path)) {
          report('invalid-encoding', path, 'from here on this is not valid UTF-8; save the file as UTF-8', invalidAt);
        }
        return { path, text };
      }
    }
  };
  return {
    hasWord: (path, word) => {
      const { content, words } = open(path);
      const known = words.get(word);
      if (known !== undefined) return known;
      // Who asks for a word would have read the file: that nobody can tell must not look like a clean file.
      const unsearched = content.kind === 'large' && (content.size > largestSearched || configuration.test(path));
      if (content.kind === 'unreadable' || unsearched) reportUnread(path, content);
      const found = holds(join(workingDirectory, path), content, word);
      words.set(word, found);
      return found;
    },
    read: (path) => kept.get(path) ?? kept.keep(path, sourceOf(path)),
    diagnostics: () => [...problems.values()],
  };
}

type Content =
  | Exclude<Bytes, { kind: 'whole' }>
  | { readonly kind: 'text' | 'certificate'; readonly bytes: Buffer }
  | { readonly kind: 'binary' };

interface Opened {
  readonly path: string;
  readonly content: Content;
  readonly words: Map<string, boolean>;
}

function contentOf(path: string, bytes: Bytes): Content {
  if (bytes.kind !== 'whole') return bytes;
  const content = bytes.bytes;
  if (isUtf16(content)) return { kind: 'text', bytes: content };
  if (binaryCertificate.test(path) && !content.includes('-----BEGIN')) return { kind: 'certificate', bytes: content };
  return content.includes(0) ? { kind: 'binary' } : { kind: 'text', bytes: content };
}

function holds(file: string, content: Content, word: string): boolean {
  switch (content.kind) {
    case 'text':
      return isUtf16(content.bytes)
        ? decode(content.bytes).text.includes(word)
        : content.bytes.includes(word, 0, 'latin1');
    case 'certificate':
      return content.bytes.includes(word, 0, 'latin1');
    case 'large':
      return largeFileHasWord(file, content.size, word);
    case 'binary':
    case 'unreadable':
      return false;
  }
}

const tooLarge = (size: number): string =>
  `this file has ${Math.round(size / 1024 / 1024)} MiB, and tlslint reads up to ${largestFile / 1024 / 1024}; ` +
  'split it, or name it under "ignore" in .tlslint.yml';

/**
 * Sources by path, those used last kept alive; an older one is found again as long as somebody else holds it, so that
 * one file has one `Source` and is parsed once.
 */
function recentlyUsed(): {
  readonly get: (path: string) => Source | undefined;
  readonly keep: (path: string, source: Source | undefined) => Source | undefined;
} {
  const known = new Map<string, WeakRef<Source>>();
  const recent = new Map<string, Source>();
  let characters = 0;
  const keep = (path: string, source: Source | undefined): Source | undefined => {
    if (!source) return undefined;
    known.set(path, new WeakRef(source));
    recent.set(path, source);
    characters += source.text.length;
    for (const [oldest, { text }] of recent) {
      if (characters <= keptCharacters || oldest === path) break;
      recent.delete(oldest);
      characters -= text.length;
    }
    return source;
  };
  return { get: (path) => known.get(path)?.deref(), keep };
}
