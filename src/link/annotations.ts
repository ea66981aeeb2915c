import type { Fact, Issuance } from '../core/fact.ts';
import { groupedBy } from './cluster.ts';
import { bareName } from './names.ts';

/**
 * Leaves out that an annotation issues nothing, where another file gives the object of that name a certificate: a patch or an
 * overlay that brings `spec.tls`.
 */
export function linkAnnotations(facts: readonly Fact[]): readonly Fact[] {
  if (!facts.some(isUnissued)) return facts;
  const bringing = groupedBy(facts.filter(bringsCertificate), ({ subject }) =>
    bareName(subject.split('#')[0] ?? subject),
  );
  return facts.filter(
    (fact) =>
      !isUnissued(fact) ||
      !(bringing.get(bareName(fact.subject)) ?? []).some(({ self }) => self.file !== fact.self.file),
  );
}

/** A request for no host at all. */
export const isUnissued = (fact: Fact): fact is Fact<Issuance> =>
  fact.data.kind === 'issuance' && fact.data.hosts?.length === 0;

const bringsCertificate = ({ data }: Fact): boolean =>
  (data.kind === 'listener' && (data.certificates?.some(({ from }) => from === 'secret') ?? false)) ||
  (data.kind === 'issuance' && data.secret !== undefined);
