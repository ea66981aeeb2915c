import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What the disk gave for a file. */
export type Bytes =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'large'; readonly size: number }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Larger files are searched for words, never kept. */
export const largestFile = 10 * 1024 * 1024;
/** Larger files are not even searched. */
export const largestSearched = 256 * 1024 * 1024;

/** One buffer serves all reads: a run opens thousands of small files. */
let scratch = Buffer.allocUnsafe(64 * 1024);

/** The bytes of a regular file. They are valid until the next call: copy what has to stay. */
export function readBytes(path: string): Bytes {
  return withFile<Bytes>(path, (descriptor) => {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { kind: 'unreadable', reason: 'it is not a regular file' };
    if (stats.size > largestFile) return { kind: 'large', size: stats.size };
    if (stats.size > scratch.length) scratch = Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(stats.size)));
    const length = fill(descriptor, scratch, 0, stats.size);
    return { kind: 'whole', bytes: scratch.subarray(0, length) };
  });
}

/** Whether a large file holds a word, read piece by piece. */
export function largeFileHasWord(path: string, size: number, word: string): boolean {
  if (size > largestSearched) return false;
  const piece = Buffer.allocUnsafe(1024 * 1024);
  const found = withFile(path, (descriptor) => {
    const overlap = word.length - 1;
    for (let position = 0; position < size; position += piece.length - overlap) {
      const length = fill(descriptor, piece, position, piece.length);
      const read = piece.subarray(0, length);
      if (position === 0 && read.includes(0)) return false;
      if (read.includes(word, 0, 'latin1')) return true;
      if (length < piece.length) return false;
    }
    return false;
  });
  return found === true;
}

/** Fills the buffer from `position` as far as the file goes; returns how many bytes that is. */
function fill(descriptor: number, buffer: Buffer, position: number, wanted: number): number {
  let length = 0;
  while (length < wanted) {
    const read = readSync(descriptor, buffer, length, wanted - length, position + length);
    if (read === 0) break;
    length += read;
  }
  return length;
}

function withFile<T>(path: string, use: (descriptor: number) => T): T | Extract<Bytes, { kind: 'unreadable' }> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    return use(descriptor);
  } catch (error) {
    return { kind: 'unreadable', reason: reasonOf(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Why the file system refused, in words. */
export function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOENT':
      return 'no such file';
    case 'ENAMETOOLONG':
      return 'its path is too long';
    case 'ELOOP':
      return 'its symbolic links form a loop';
    default:
      return code || String(error);
  }
}
