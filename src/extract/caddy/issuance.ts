import { data as acmeServers } from '../../../data/acme-servers.yaml';
import { data as hostNames } from '../../../data/host-names.yaml';
import type { Fact, Issuance } from '../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { isFixed } from './model.ts';

/** A request for certificates from an authority that the configuration names. */
export interface Request {
  readonly subject: string;
  readonly self: Span;
  /** The issuer's module: `acme`, `zerossl`. */
  readonly module: string;
  /** The URL of the ACME directory. */
  readonly directory?: Word | undefined;
  readonly hosts?: Field<readonly string[]> | undefined;
  readonly keyType?: Word | undefined;
}

/** Modules under `tls.issuance`, and what they are to the rules. */
const issuerTypes: Readonly<Record<string, NonNullable<Issuance['issuerType']>>> = {
  acme: 'acme',
  zerossl: 'acme',
  internal: 'ca',
};

/** Caddy renews what it issues by itself; what can be wrong is whom it asks. */
export function issuanceFact({ subject, self, module, directory, hosts, keyType }: Request): Fact<Issuance> {
  const issuerType = issuerTypes[module];
  return buildFact<Issuance>(
    { technology: 'caddy', subject, self },
    { kind: 'issuance' },
    {
      issuer: directory && isFixed(directory) ? written(hostOf(directory.text), spanOfWord(directory)) : unknown,
      issuerType: issuerType
        ? written(issuerType, directory ? spanOfWord(directory) : self)
        : written('external', self),
      staging: directory && stagingField(directory, hosts, self),
      hosts,
      key: keyType && keyField(keyType),
    },
  );
}

const hostOf = (url: string): string => /^https?:\/\/([^/:?#]+)/i.exec(url.trim())?.[1]?.toLowerCase() ?? url;

/** For a host or a file that is there for tests, a test authority is what belongs: nothing is said then. */
function stagingField(
  directory: Word,
  hosts: Field<readonly string[]> | undefined,
  self: Span,
): Field<boolean> | undefined {
  if (!isFixed(directory)) return unknown;
  const staging = acmeServers.some(({ host }) => host === hostOf(directory.text));
  const names = hosts && 'value' in hosts ? hosts.value : [];
  if (staging && (isSample(self.file) || [self.file, ...names].some(saysTest))) return undefined;
  return written(staging, spanOfWord(directory));
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/[^a-z0-9]+/);
const saysTest = (text: string): boolean => wordsOf(text).some((word) => hostNames.testWords.includes(word));
const isSample = (path: string): boolean => wordsOf(path).some((word) => hostNames.samplePathWords.includes(word));

/** `key_type` (certmagic: p256 unless told otherwise). */
function keyField(word: Word): Field<NonNullable<Issuance['key']>> {
  const [, rsa, curve] = /^(?:rsa(\d+)|p(\d+)|ed25519)$/.exec(word.text) ?? [];
  if (!isFixed(word)) return unknown;
  const bits = rsa ?? curve;
  const algorithm = rsa ? 'RSA' : curve ? 'ECDSA' : 'Ed25519';
  return written({ algorithm, ...(bits && { bits: Number(bits) }) }, spanOfWord(word));
}
