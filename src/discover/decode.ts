import { isUtf8 } from 'node:buffer';

/** A file's text, and where it stops being valid: `undefined` for a valid one. */
export interface Decoded {
  readonly text: string;
  /** UTF-16 offset into `text` of what stands for the first byte that cannot be read. */
  readonly invalidAt: number | undefined;
}

/** Whether the bytes start with a UTF-16 byte order mark. */
export const isUtf16 = (bytes: Buffer): boolean =>
  bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff));

/**
 * Bytes as text. UTF-8 is assumed; UTF-16 is recognised by its byte order mark. The mark stays in the text, as does
 * everything else: offsets count from the file's first character. What cannot be read becomes U+FFFD.
 */
export function decode(bytes: Buffer): Decoded {
  if (isUtf16(bytes)) return decodeUtf16(bytes);
  const text = bytes.toString('utf8');
  return { text, invalidAt: isUtf8(bytes) ? undefined : validLength(bytes) };
}

function decodeUtf16(bytes: Buffer): Decoded {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  const littleEndian = bytes[0] === 0xff ? even : Buffer.from(even).swap16();
  const text = littleEndian.toString('utf16le');
  return even.length === bytes.length
    ? { text, invalidAt: undefined }
    : { text: `${text}\ufffd`, invalidAt: text.length };
}

/** The length of the text before the first invalid byte, by bisection: a prefix is valid or it is not. */
function validLength(bytes: Buffer): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  let length = 0;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const text = decodedPrefix(bytes.subarray(0, middle));
    if (text === undefined) invalid = middle;
    else {
      valid = middle;
      length = text.length;
    }
  }
  return length;
}

/** The complete characters of a prefix; `undefined` when it holds an invalid byte. A character cut at the end is none. */
function decodedPrefix(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}
