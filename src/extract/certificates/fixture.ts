import { data as names } from '../../../data/fixture-names.yaml';
import { stemOf, wordsOf } from './file-names.ts';
import type { ParsedCertificate } from './x509.ts';

/** Whether a path says that what it holds exists for tests or as an example. */
export function isFixturePath(path: string): boolean {
  const parts = path.toLowerCase().split('/');
  const folders = parts.slice(0, -1).map((folder) => folder.replace(/^[._]+|_+$/g, ''));
  if (folders.some((folder) => [folder, ...folder.split(/[-_]/)].some((word) => names.folders.includes(word))))
    return true;
  return stemOf(parts.at(-1) ?? '')
    .split(/[.-]/)
    .some((word) => names.files.includes(word));
}

/** Whether a certificate's own names say so: reserved domains, the defaults of tools, a test authority. */
export function isFixtureSubject({ commonName, issuerCommonName, organisation, hosts }: ParsedCertificate): boolean {
  const named = [...hosts, ...(commonName !== undefined && looksLikeHost(commonName) ? [commonName] : [])];
  if (named.length > 0) return named.every(isReservedHost) || isToolDefault(organisation) || isToolDefault(commonName);
  return (
    [commonName, organisation].some(isToolDefault) ||
    [commonName, issuerCommonName].some((name) => wordsOf(name ?? '').some((word) => names.words.includes(word)))
  );
}

const isToolDefault = (name: string | undefined): boolean => name !== undefined && names.subjects.includes(name);

/** A host that no public server has: reserved names, loopback addresses. */
function isReservedHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\*\./, '').replace(/\.$/, '');
  return (
    names.domains.some((domain) => name === domain || name.endsWith(`.${domain}`)) ||
    /^127\.|^0\.0\.0\.0$|^(0*:)*0*1$/.test(name)
  );
}

/** A name of at least two labels, a wildcard, `localhost`, or an IPv4 address. */
export const looksLikeHost = (name: string): boolean =>
  name === 'localhost' || /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.){1,20}[a-z0-9-]{1,63}\.?$/i.test(name);
