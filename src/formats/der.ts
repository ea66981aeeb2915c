import type { Range } from '../core/source.ts';

/** One tag-length-value element of DER (ITU-T X.690 section 8.1): definite lengths, tag numbers below 31. */
export interface DerElement {
  readonly tag: number;
  readonly content: Range;
  readonly end: number;
}

const sequence = 0x30;
const integer = 0x02;
const objectIdentifier = 0x06;
const octetString = 0x04;
const bitString = 0x03;
const firstContext = 0xa0;

/** The element at `offset`, `undefined` when it is not DER or does not fit before `limit`. */
export function derElement(bytes: Uint8Array, offset: number, limit = bytes.length): DerElement | undefined {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || first === 0x80 || first > 0x84)
    return undefined;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  let length = lengthBytes === 0 ? first : 0;
  for (let index = 0; index < lengthBytes; index++) length = length * 256 + (bytes[offset + 2 + index] ?? 0);
  const start = offset + 2 + lengthBytes;
  const end = start + length;
  return end > limit ? undefined : { tag, content: { start, end }, end };
}

/** The elements inside a constructed one, up to the first that is not DER. */
export function derChildren(bytes: Uint8Array, { content }: DerElement): readonly DerElement[] {
  const children: DerElement[] = [];
  for (let offset = content.start; offset < content.end; ) {
    const child = derElement(bytes, offset, content.end);
    if (!child) return children;
    children.push(child);
    offset = child.end;
  }
  return children;
}

/** What a DER structure is, by its shape. `pkcs1`, `sec1` and `dsa` are the private keys of one algorithm. */
export type DerKind = 'certificate' | 'pkcs7' | 'pkcs12' | 'pkcs8' | 'encrypted-pkcs8' | 'pkcs1' | 'sec1' | 'dsa';

/** The kind of structure that `bytes` start with; certificate requests and revocation lists are none of these. */
export function derKind(bytes: Uint8Array): DerKind | undefined {
  const outer = derElement(bytes, 0);
  if (outer?.tag !== sequence) return undefined;
  const children = derChildren(bytes, outer);
  const tags = children.map(({ tag }) => tag);
  if (startsWith(tags, [sequence, sequence, bitString]))
    return isToBeSigned(bytes, children[0]) ? 'certificate' : undefined;
  if (startsWith(tags, [sequence, octetString])) return tags.length === 2 ? 'encrypted-pkcs8' : undefined;
  if (startsWith(tags, [objectIdentifier, firstContext]))
    return isOid(bytes, children[0], signedData) ? 'pkcs7' : undefined;
  if (startsWith(tags, [integer, sequence, octetString])) return 'pkcs8';
  if (startsWith(tags, [integer, octetString])) return 'sec1';
  if (startsWith(tags, [integer, sequence])) return isPkcs12(bytes, children) ? 'pkcs12' : undefined;
  if (tags.every((tag) => tag === integer || tag === sequence))
    return tags.length >= 9 ? 'pkcs1' : tags.length === 6 ? 'dsa' : undefined;
  return undefined;
}

/** 1.2.840.113549.1.7.2 and 1.2.840.113549.1.7.1 (RFC 5652). */
const signedData = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const data = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];

/** RFC 5280 section 4.1: version, serial, signature, issuer, validity, subject, public key. */
function isToBeSigned(bytes: Uint8Array, element: DerElement | undefined): boolean {
  if (!element) return false;
  const tags = derChildren(bytes, element).map(({ tag }) => tag);
  const afterVersion = tags[0] === firstContext ? tags.slice(1) : tags;
  return startsWith(afterVersion, [integer, sequence, sequence, sequence, sequence, sequence]);
}

/** RFC 7292 section 4: version 3, then content of type data or signed data. */
function isPkcs12(bytes: Uint8Array, [version, content]: readonly DerElement[]): boolean {
  if (!version || !content || bytes[version.content.start] !== 3) return false;
  const [type] = derChildren(bytes, content);
  return isOid(bytes, type, data) || isOid(bytes, type, signedData);
}

function isOid(bytes: Uint8Array, element: DerElement | undefined, oid: readonly number[]): boolean {
  if (element?.tag !== objectIdentifier || element.content.end - element.content.start !== oid.length) return false;
  return oid.every((byte, index) => bytes[element.content.start + index] === byte);
}

/** The dotted form of an OBJECT IDENTIFIER element (X.690 section 8.19), '' for any other. */
export function dottedIdentifier(bytes: Uint8Array, element: DerElement | undefined): string {
  if (element?.tag !== objectIdentifier) return '';
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of bytes.subarray(element.content.start, element.content.end)) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...rest].join('.');
}

/** The element reached by taking the child with each index in turn. */
export function derAt(bytes: Uint8Array, ...path: readonly number[]): DerElement | undefined {
  let element = derElement(bytes, 0);
  for (const index of path) element = element && derChildren(bytes, element)[index];
  return element;
}

const startsWith = (tags: readonly number[], expected: readonly number[]): boolean =>
  expected.every((tag, index) => tags[index] === tag);
