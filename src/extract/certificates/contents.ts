import type { Certificate } from '../../core/fact.ts';
import type { Diagnostic } from '../../core/finding.ts';
import { type Source, type Span, spanOf } from '../../core/source.ts';
import { type DerKind, derKind } from '../../formats/der.ts';
import { javaKeystoreEntries } from '../../formats/java-keystore.ts';
import { contentByName, nameOf } from './file-names.ts';
import { isFixturePath } from './fixture.ts';
import { type LocatedBlock, locatedBlocks } from './located-blocks.ts';
import { isSealed } from './sealed.ts';

/** The bytes of a certificate, or of a PKCS #7 structure full of them, and where they were written. */
export interface FoundCertificate {
  readonly der: Uint8Array;
  readonly form: 'certificate' | 'pkcs7';
  readonly head: Span;
}

/** Certificates that are read as one: those of a file, or those that follow each other in one value. */
export interface Run {
  readonly certificates: readonly FoundCertificate[];
  /** What names them: the file's name, or the words before them. */
  readonly label: string;
}

export interface FoundKey {
  readonly head: Span;
  readonly encrypted: boolean;
  /** How `der` is to be read; absent where only a password or another tool could. */
  readonly form?: 'pkcs8' | 'pkcs1' | 'sec1' | 'dsa';
  readonly der?: Uint8Array;
  /** What the label says, such as `RSA`. */
  readonly algorithm?: string;
}

/** The certificates and keys of one source. */
export interface Contents {
  readonly source: Source;
  readonly container: Certificate['container'];
  /** The whole source is for certificates and keys. */
  readonly dedicated: boolean;
  readonly fixture: boolean;
  readonly runs: readonly Run[];
  readonly keys: readonly FoundKey[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Finds what a source holds by its bytes, never by its name alone. Nothing is parsed as X.509 here. */
export function contentsOf(source: Source): Contents {
  const dedicated = source.held
    ? contentByName(nameOf(source)) !== 'text' || !nameOf(source).includes('.')
    : contentByName(source.path) === 'certificates';
  const empty: Contents = {
    source,
    container: source.held?.container ?? (dedicated ? 'file' : 'inline'),
    dedicated,
    fixture: isFixturePath(source.path),
    runs: [],
    keys: [],
    diagnostics: [],
  };
  if (isSealed(source.text)) return empty;
  return { ...empty, ...(fromBinary(source) ?? fromText(source, empty)) };
}

type Found = Pick<Contents, 'runs' | 'keys' | 'diagnostics'>;

function fromBinary(source: Source): Found | undefined {
  const { bytes } = source;
  if (!bytes) return undefined;
  const head = spanOf(source, 0, 0);
  const entries = javaKeystoreEntries(bytes);
  if (entries) {
    const certificates = (ders: readonly Uint8Array[]) =>
      ders.map((der) => ({ der, form: 'certificate' as const, head }));
    const chains = entries.flatMap((entry) => (entry.kind === 'private-key' ? [certificates(entry.chain)] : []));
    const trusted = certificates(entries.flatMap((entry) => (entry.kind === 'trusted-certificate' ? [entry.der] : [])));
    return {
      runs: [...chains, trusted]
        .filter((run) => run.length > 0)
        .map((run) => ({ certificates: run, label: nameOf(source) })),
      keys: chains.slice(0, 1).map(() => ({ head, encrypted: true })),
      diagnostics: [],
    };
  }
  const kind = derKind(bytes);
  if (!kind) return undefined;
  if (kind === 'certificate' || kind === 'pkcs7') {
    return {
      runs: [{ certificates: [{ der: bytes, form: kind, head }], label: nameOf(source) }],
      keys: [],
      diagnostics: [],
    };
  }
  return { runs: [], keys: keysIn(bytes, kind, head), diagnostics: [] };
}

/** A PKCS #12 file tells without its password whether it holds a key: the bag's type is written in the clear. */
function keysIn(bytes: Uint8Array, kind: DerKind, head: Span): readonly FoundKey[] {
  if (kind !== 'pkcs12') return [{ head, encrypted: kind === 'encrypted-pkcs8', ...formOf(kind, bytes) }];
  const content = Buffer.from(bytes);
  if (content.includes(keyBag)) return [{ head, encrypted: false }];
  return content.includes(shroudedKeyBag) ? [{ head, encrypted: true }] : [];
}

/** 1.2.840.113549.1.12.10.1.1 and .2 (RFC 7292 section 4.2), as DER writes them. */
const keyBag = Buffer.from('060b2a864886f70d010c0a0101', 'hex');
const shroudedKeyBag = Buffer.from('060b2a864886f70d010c0a0102', 'hex');

const mostBlocks = 2000;

function fromText(source: Source, { dedicated, fixture }: Contents): Found {
  const all = locatedBlocks(source, dedicated);
  const blocks = all
    .slice(0, mostBlocks)
    .filter(({ block }) => /(CERTIFICATE|PRIVATE KEY|PKCS7|CMS)$/.test(block.label));
  const runs: { certificates: FoundCertificate[]; label: string }[] = [];
  const keys: FoundKey[] = [];
  for (const located of blocks) {
    const { block, head, label, follows } = located;
    if (block.label.endsWith('PRIVATE KEY')) {
      keys.push(...keyOf(located));
      continue;
    }
    const found = block.commented ? undefined : certificateOf(located);
    if (!found) continue;
    const current = runs.at(-1);
    if (current && follows) current.certificates.push({ ...found, head });
    else runs.push({ certificates: [{ ...found, head }], label });
  }
  const problems = fixture ? [] : [...blocks.flatMap(problemOf), ...strayData(source, dedicated, all.length)];
  return { runs, keys, diagnostics: all.length > mostBlocks ? [...problems, tooMany(source)] : problems };
}

function certificateOf({ block }: LocatedBlock): Omit<FoundCertificate, 'head'> | undefined {
  if (block.body.state !== 'der' || block.label.endsWith('REQUEST')) return undefined;
  const { der } = block.body;
  return /PKCS7|CMS/.test(block.label) ? { der, form: 'pkcs7' } : { der, form: 'certificate' };
}

/** OpenSSH's own format and PGP are no business of TLS. `Proc-Type: 4,ENCRYPTED` is RFC 1421's way to encrypt. */
function keyOf({ block, head }: LocatedBlock): readonly FoundKey[] {
  if (/OPENSSH|PGP|SSH2/.test(block.label)) return [];
  const named = /^(RSA|EC|DSA) PRIVATE KEY$/.exec(block.label)?.[1];
  const algorithm = named !== undefined ? { algorithm: named } : {};
  const { 'Proc-Type': type, 'DEK-Info': cipher } = block.headers;
  const legacy = type?.includes('ENCRYPTED') && cipher !== undefined;
  if (legacy) return [{ head, encrypted: true, ...algorithm }];
  if (block.body.state !== 'der') return [];
  const { der } = block.body;
  if (block.label === 'ENCRYPTED PRIVATE KEY') return [{ head, encrypted: true }];
  return [{ head, encrypted: false, ...algorithm, ...formOf(derKind(der), der) }];
}

const formOf = (kind: DerKind | undefined, der: Uint8Array): Pick<FoundKey, 'form' | 'der'> =>
  kind === 'pkcs8' || kind === 'pkcs1' || kind === 'sec1' || kind === 'dsa' ? { form: kind, der } : {};

function problemOf({ block, head, span }: LocatedBlock): readonly Diagnostic[] {
  if (block.commented) return [];
  const what = block.label.endsWith('KEY') ? 'private key' : 'certificate';
  const unreadable = (message: string, at = head): readonly Diagnostic[] => [
    { code: 'unreadable-certificate', message, span: at },
  ];
  if (block.body.state === 'malformed') {
    return unreadable(
      `this ${what} is cut off or altered: its base64 does not decode to a whole one; copy it again from its source`,
      span,
    );
  }
  if (block.body.state === 'none') return [];
  if (block.problems.includes('missing-end')) {
    return unreadable(`this ${what} has no END line and most programs refuse it; add "-----END ${block.label}-----"`);
  }
  if (block.problems.includes('label-mismatch')) {
    return unreadable(
      `BEGIN and END of this ${what} name different things and most programs refuse it; end it with "-----END ${block.label}-----"`,
    );
  }
  if (block.problems.includes('dash-count')) {
    return unreadable(`BEGIN and END of this ${what} need exactly five dashes on each side; most programs refuse it`);
  }
  return [];
}

/** A file for certificates whose content starts as one does in DER or bare base64, and is none. */
function strayData(source: Source, dedicated: boolean, blocks: number): readonly Diagnostic[] {
  if (!dedicated || source.held || blocks > 0) return [];
  const bareBase64 = /^\s{0,20}MII[A-Za-z0-9+/]{57}/.test(source.text.slice(0, 100));
  const brokenDer = source.bytes?.[0] === 0x30 && source.bytes[1] === 0x82 && /\.(der|crt|cer)$/i.test(source.path);
  if (!bareBase64 && !brokenDer) return [];
  const message = bareBase64
    ? 'this is base64 without the BEGIN and END lines that programs look for; add them'
    : 'this is neither a whole certificate in DER nor a PEM; copy it again from its source';
  return [{ code: 'unreadable-certificate', message, span: spanOf(source, 0, 0) }];
}

const tooMany = (source: Source): Diagnostic => ({
  code: 'unreadable-certificate',
  message: `only the first ${mostBlocks} certificates of this file were read; split it`,
  span: spanOf(source, 0, 0),
});
