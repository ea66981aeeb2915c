/** One entry of a Java keystore. */
export type KeystoreEntry =
  | { readonly kind: 'private-key'; readonly chain: readonly Uint8Array[] }
  | { readonly kind: 'trusted-certificate'; readonly der: Uint8Array };

const keystoreMagic = 0xfeedfeed;
const keyTag = 1;
const certificateTag = 2;
const mostEntries = 5000;

/**
 * The entries of a keystore in Sun's JKS format; `undefined` for anything else. Private keys are encrypted with the
 * store's password, certificates are not. Reading stops at the first entry that does not fit: those before it count.
 * Source: OpenJDK 21, `sun.security.provider.JavaKeyStore`, `engineStore`.
 */
export function javaKeystoreEntries(bytes: Uint8Array): readonly KeystoreEntry[] | undefined {
  const reader = readerOver(bytes);
  if (reader.number(4) !== keystoreMagic) return undefined;
  const version = reader.number(4);
  const count = Math.min(reader.number(4), mostEntries);
  const entries: KeystoreEntry[] = [];
  for (let index = 0; index < count && !reader.exhausted(); index++) {
    const tag = reader.number(4);
    reader.take(reader.number(2));
    reader.take(8);
    const entry = entryOf(reader, tag, version);
    if (!entry || reader.exhausted()) return entries;
    entries.push(entry);
  }
  return entries;
}

interface Reader {
  readonly number: (size: number) => number;
  readonly take: (size: number) => Uint8Array;
  /** More was asked for than there is. */
  readonly exhausted: () => boolean;
}

function readerOver(bytes: Uint8Array): Reader {
  let offset = 0;
  const take = (size: number): Uint8Array => {
    const taken = bytes.subarray(offset, offset + size);
    offset += size;
    return taken;
  };
  return {
    take,
    number: (size) => take(size).reduce((value, byte) => value * 256 + byte, 0),
    exhausted: () => offset > bytes.length,
  };
}

function entryOf(reader: Reader, tag: number, version: number): KeystoreEntry | undefined {
  if (tag === certificateTag) return { kind: 'trusted-certificate', der: certificate(reader, version) };
  if (tag !== keyTag) return undefined;
  reader.take(reader.number(4));
  const length = Math.min(reader.number(4), mostEntries);
  const chain: Uint8Array[] = [];
  for (let index = 0; index < length && !reader.exhausted(); index++) chain.push(certificate(reader, version));
  return { kind: 'private-key', chain };
}

/** Version 2 names the certificate's type first. */
function certificate(reader: Reader, version: number): Uint8Array {
  if (version >= 2) reader.take(reader.number(2));
  return reader.take(reader.number(4));
}
