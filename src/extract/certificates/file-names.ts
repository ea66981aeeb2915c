import { data as endings } from '../../../data/certificate-files.yaml';
import type { Source } from '../../core/source.ts';

/** What a source is called: its name inside what holds it, or the last part of its path. */
export const nameOf = (source: Source): string => source.held?.name ?? baseName(source.path);

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * `certificates`: the name promises nothing but certificates and keys · `text`: it may hold a PEM among other things ·
 * `other`: source code, documentation and what nobody writes certificates into.
 */
export function contentByName(path: string): 'certificates' | 'text' | 'other' {
  const parts = baseName(path).toLowerCase().split('.');
  while (parts.length > 2 && endings.copies.includes(parts.at(-1) ?? '')) parts.pop();
  const ending = parts.at(-1) ?? '';
  if (parts.length > 1 && endings.certificates.includes(ending)) return 'certificates';
  const isText = parts.length === 1 || parts[1] === 'env' || endings.texts.includes(ending);
  return isText ? 'text' : 'other';
}

const roleWords = new Set([
  'key',
  'crt',
  'cer',
  'certificate',
  'fullchain',
  'privkey',
  'private',
  ...endings.certificates,
  ...endings.copies,
]);

/** What a certificate's and its key's file names have in common: `api` of `api.crt`, `api-key.pem` and `api.key`. */
export const stemOf = (name: string): string =>
  name
    .toLowerCase()
    .split('.')
    .map((part) =>
      part
        .split(/[-_]/)
        .filter((word) => !roleWords.has(word))
        .join('-'),
    )
    .filter((part) => part !== '')
    .join('.');

/** The words of a name, a key or a line: `caCert` and `ca_cert` are both `ca`, `cert`. */
export const wordsOf = (text: string): readonly string[] =>
  text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
