import type { Certificate } from '../../core/fact.ts';
import { nameOf, wordsOf } from './file-names.ts';
import { looksLikeHost } from './fixture.ts';
import type { ReadRun, Surroundings } from './surroundings.ts';
import type { ParsedCertificate } from './x509.ts';

/** What a certificate is for, by its own extensions, its file's name and what stands beside it. */
export function useOf(certificate: ParsedCertificate, run: ReadRun, surroundings: Surroundings): Certificate['use'] {
  const { ca, selfSigned } = certificate;
  if (isBundle(run, surroundings)) return 'bundle';
  if (ca && !(selfSigned && presentsItself(certificate, run, surroundings))) return 'authority';
  if (isTrusted(run) && !surroundings.hasKey(certificate)) return selfSigned ? 'authority' : 'other';
  return leafUse(certificate, run, surroundings);
}

/** X.509's own terms, whatever the certificate is used for. */
export const roleOf = ({ ca, selfSigned }: ParsedCertificate): Certificate['role'] =>
  ca ? (selfSigned ? 'root' : 'intermediate') : 'leaf';

/** A list of authorities to trust: several in one file, or a folder full of files with one root each. */
function isBundle(run: ReadRun, surroundings: Surroundings): boolean {
  if (run.certificates.length >= 2) return run.certificates.every(({ parsed }) => parsed.ca);
  const roots = loneRoots(surroundings);
  return roots.size >= fewestInFolder && roots.has(run);
}

const fewestInFolder = 3;
const rootsByUnit = new WeakMap<Surroundings, ReadonlySet<ReadRun>>();

/** The runs that are one root which issued nothing here and whose key is elsewhere. Counted once for a unit. */
function loneRoots(surroundings: Surroundings): ReadonlySet<ReadRun> {
  const known = rootsByUnit.get(surroundings);
  if (known) return known;
  const { runs, issuesOthers, hasKey } = surroundings;
  const isRoot = (parsed: ParsedCertificate, run: ReadRun) =>
    parsed.ca &&
    parsed.selfSigned &&
    !issuesOthers(parsed) &&
    !hasKey(parsed) &&
    !presentsItself(parsed, run, surroundings);
  const roots = new Set(
    runs.filter((run) => run.certificates.length === 1 && run.certificates.every(({ parsed }) => isRoot(parsed, run))),
  );
  rootsByUnit.set(surroundings, roots);
  return roots;
}

/**
 * Whether a self-signed certificate marked as an authority is one that a server presents: `openssl req -x509` marks
 * every certificate so (OpenSSL 3.0, `x509_extensions = v3_ca`), but writes no key usage, which authorities have.
 */
function presentsItself(certificate: ParsedCertificate, run: ReadRun, surroundings: Surroundings): boolean {
  if (surroundings.issuesOthers(certificate) || isTrusted(run)) return false;
  const { commonName = '', hosts, signsCertificates } = certificate;
  const keyBeside = surroundings.hasKey(certificate);
  if (hosts.length > 0) return keyBeside || signsCertificates !== true;
  if (signsCertificates === true || wordsOf(commonName).some((word) => authorityWords.has(word))) return false;
  return keyBeside || looksLikeHost(commonName);
}

const authorityWords = new Set([
  'ca',
  'cas',
  'root',
  'authority',
  'issuer',
  'cacert',
  'cacerts',
  'cabundle',
  'rootca',
  'truststore',
]);
const trustWords = new Set([...authorityWords, 'trust', 'trusted', 'anchor', 'anchors']);

/** Whether the place is one for certificates that are trusted rather than presented. */
function isTrusted({ contents, label }: ReadRun): boolean {
  if (contents.container === 'config-map' || contents.container === 'ca-bundle') return true;
  return (
    wordsOf(label).some((word) => trustWords.has(word)) ||
    contents.source.path.split('/').slice(0, -1).some(isTrustFolder)
  );
}

/** `trusted/`, `cacerts/`, `rootCertificates/`; not `root/`, which is somebody's home. */
function isTrustFolder(folder: string): boolean {
  const words = wordsOf(folder);
  const roots = words.length > 1 && words.some((word) => word === 'root' || word === 'roots');
  return (
    roots ||
    words.some((word) => ['trusted', 'truststore', 'cacerts', 'rootcerts', 'anchors', 'authorities'].includes(word))
  );
}

function leafUse(certificate: ParsedCertificate, run: ReadRun, { hasKey }: Surroundings): Certificate['use'] {
  const { eku, hosts, commonName = '' } = certificate;
  const anyPurpose = eku.length === 0 || eku.includes('any');
  const mayServe = anyPurpose || eku.includes('serverAuth');
  const mayAsk = anyPurpose || eku.includes('clientAuth');
  if (!mayServe) return mayAsk ? 'client' : 'other';
  if (mayAsk && isForClients(run, commonName)) return 'client';
  if (!anyPurpose && !mayAsk) return 'server';
  if (hosts.length > 0 || looksLikeHost(commonName) || hasKey(certificate)) return 'server';
  return !anyPurpose && mayAsk ? 'client' : 'other';
}

const clientWords = new Set(['client', 'clients', 'clientcert', 'clientcerts', 'user', 'users']);

function isForClients({ contents: { source, dedicated }, label }: ReadRun, commonName: string): boolean {
  const folder = dedicated && !source.held ? (source.path.split('/').at(-2) ?? '') : '';
  const words = wordsOf(`${folder} ${dedicated ? nameOf(source) : label}`);
  return (
    words.some((word) => clientWords.has(word)) ||
    (!looksLikeHost(commonName) && wordsOf(commonName).some((word) => clientWords.has(word)))
  );
}
