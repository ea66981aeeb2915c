import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { data as names } from '../../../data/certificate-names.yaml';
import { derAt, dottedIdentifier } from '../../formats/der.ts';
import type { Contents, FoundKey } from './contents.ts';

/** A private key, as far as it can be read without a password. */
export interface ReadKey {
  readonly found: FoundKey;
  readonly contents: Contents;
  readonly algorithm?: string;
  readonly bits?: number;
  /** SHA-256 of the public half's SubjectPublicKeyInfo, lower-case hex. */
  readonly publicKeyHash?: string;
}

/** Reads a key. One that OpenSSL does not know keeps the name of its algorithm. No byte of it goes any further. */
export function readKey(found: FoundKey, contents: Contents): ReadKey {
  const base = { found, contents, ...(found.algorithm !== undefined && { algorithm: found.algorithm }) };
  const { der, form } = found;
  if (!der || !form) return base;
  const key = privateKey(der, form);
  if (!key) return form === 'pkcs8' ? { ...base, ...namedAlgorithm(der) } : base;
  return { ...base, ...described(key) };
}

function privateKey(der: Uint8Array, form: NonNullable<FoundKey['form']>): KeyObject | undefined {
  try {
    const key = Buffer.from(der);
    return form === 'dsa' ? createPrivateKey(pemOf(key)) : createPrivateKey({ key, format: 'der', type: form });
  } catch {
    return undefined;
  }
}

/** Node names no DER type for the old DSA form. */
const pemOf = (der: Buffer): string =>
  `-----BEGIN DSA PRIVATE KEY-----\n${der.toString('base64')}\n-----END DSA PRIVATE KEY-----\n`;

function described(key: KeyObject): Pick<ReadKey, 'algorithm' | 'bits' | 'publicKeyHash'> {
  const details = key.asymmetricKeyDetails;
  const curveBits = /\d{3}/.exec(details?.namedCurve ?? '')?.[0];
  const bits = details?.modulusLength ?? (curveBits === undefined ? undefined : Number(curveBits));
  try {
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
    const algorithm = algorithmIn(publicKey, 0);
    return {
      ...(algorithm !== undefined && { algorithm }),
      ...(bits !== undefined && { bits }),
      publicKeyHash: createHash('sha256').update(publicKey).digest('hex'),
    };
  } catch {
    return bits === undefined ? {} : { bits };
  }
}

function namedAlgorithm(der: Uint8Array): Pick<ReadKey, 'algorithm'> {
  const algorithm = algorithmIn(der, 1);
  return algorithm === undefined ? {} : { algorithm };
}

/** The algorithm that the identifier at child `index` of the outer sequence names. */
function algorithmIn(der: Uint8Array, index: number): string | undefined {
  const identifier = dottedIdentifier(der, derAt(der, index, 0));
  return identifier === '' ? undefined : (names.keys[identifier] ?? identifier);
}
