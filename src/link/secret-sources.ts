import type { Certificate, Fact, Issuance, Listener, Secret } from '../core/fact.ts';
import { ofBuild } from './cluster.ts';
import { type KnownNames, namesIn } from './known-names.ts';
import { byQualifiedName } from './names.ts';

/** What fills a Secret, of all that the repository holds. */
export interface Sources {
  readonly requests: readonly Fact<Issuance>[];
  /** The certificates that stand in it. */
  readonly certificates: readonly Fact<Certificate>[];
  readonly providers: readonly Fact<Secret>[];
  /** What its certificate names, where that is known. */
  readonly names: KnownNames | undefined;
}

/** The Secrets that a listener takes certificates from. */
export const secretsOf = ({ certificates = [] }: Listener): readonly string[] =>
  certificates.flatMap(({ from, ref }) => (from === 'secret' && ref !== undefined && ref !== '' ? [ref] : []));

export type SourcesOf = (reference: string, build: string | undefined) => Sources;

/** Looks up what fills a Secret. Each Secret of each build is looked up once. */
export function sourcesBySecret(facts: readonly Fact[]): SourcesOf {
  const requests = byQualifiedName(facts.filter(isRequest), ({ data }) => data.secret ?? '');
  const certificates = byQualifiedName(facts.filter(isInSecret), ({ data }) =>
    (data.holder ?? '').slice('Secret '.length),
  );
  const providers = byQualifiedName(facts.filter(isProvider), ({ data }) => data.name);
  const known = new Map<string, Sources>();
  return (reference, build) => {
    const key = `${reference}\0${build ?? ''}`;
    const before = known.get(key);
    if (before) return before;
    const asked = ofBuild(requests(reference), build);
    const written = ofBuild(certificates(reference), build);
    const found = {
      requests: asked,
      certificates: written,
      providers: ofBuild(providers(reference), build),
      names: namesIn(asked, written),
    };
    known.set(key, found);
    return found;
  };
}

const isRequest = (fact: Fact): fact is Fact<Issuance> =>
  fact.data.kind === 'issuance' && fact.data.secret !== undefined;
const isInSecret = (fact: Fact): fact is Fact<Certificate> =>
  fact.data.kind === 'certificate' && fact.data.use === 'server' && (fact.data.holder ?? '').startsWith('Secret ');
const isProvider = (fact: Fact): fact is Fact<Secret> => fact.data.kind === 'secret' && !fact.unknown.includes('name');
