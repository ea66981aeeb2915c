import type { Source } from '../core/source.ts';
import type { Candidate, Extraction, Repository, Technology, Unit } from '../core/technology.ts';
import { contentsOf } from './certificates/contents.ts';
import { contentByName } from './certificates/file-names.ts';
import { keyFact } from './certificates/key-facts.ts';
import { readKey } from './certificates/keys.ts';
import { wrappedMarker } from './certificates/located-blocks.ts';

/**
 * Certificates, the chains that servers present, and private keys, wherever they are written: in files of their own, in
 * keystores, or as PEM inside another text. What is X.509 about them loads only once a certificate was found.
 */
export const certificates: Technology = { name: 'certificates', claims, units, extract };

function claims({ path, hasWord }: Candidate): boolean {
  switch (contentByName(path)) {
    case 'certificates':
      return true;
    case 'text':
      return hasWord('-----BEGIN ') || hasWord(wrappedMarker);
    case 'other':
      return false;
  }
}

/**
 * Certificates and keys of one folder, or of one Secret, are read together: a key tells what its certificate is for,
 * an authority's certificate which of its issues lack an intermediate. Other texts stand alone.
 */
function units(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const groups = new Map<string, [Source, ...Source[]]>();
  for (const source of claimed) {
    const key = groupOf(source);
    const group = groups.get(key);
    if (group) group.push(source);
    else groups.set(key, [source]);
  }
  return [...groups.values()].map((sources) => ({ sources, repository }));
}

function groupOf(source: Source): string {
  if (source.held) return ['held', source.path, source.held.holder].join('\0');
  if (contentByName(source.path) !== 'certificates') return ['text', source.path].join('\0');
  return ['folder', source.path.slice(0, source.path.lastIndexOf('/') + 1)].join('\0');
}

async function extract({ sources }: Unit): Promise<Extraction> {
  const contents = sources.map(contentsOf);
  const keys = contents.flatMap((one) => one.keys.map((found) => readKey(found, one)));
  const diagnostics = contents.flatMap((one) => one.diagnostics);
  if (contents.every(({ runs }) => runs.length === 0)) {
    return { facts: keys.map((key) => keyFact(key, undefined)), diagnostics };
  }
  const { certificateFacts } = await import('./certificates/certificate-facts.ts');
  const read = certificateFacts(contents, keys);
  return { facts: read.facts, diagnostics: [...diagnostics, ...read.diagnostics] };
}
