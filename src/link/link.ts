import type { Certificate, Fact, RepositoryFacts } from '../core/fact.ts';
import { buildFact } from '../core/fact-builder.ts';
import { linkAlerts } from './alerts.ts';
import { isUnissued, linkAnnotations } from './annotations.ts';
import { linkEarlyData } from './early-data.ts';
import { withEffectiveProtocols } from './effective-protocols.ts';
import { linkIssuers } from './issuers.ts';
import { linkMesh } from './mesh.ts';
import { linkMissingIssuers } from './missing-issuers.ts';
import { linkRivals } from './rivals.ts';
import { linkSecrets } from './secrets.ts';
import { linkServed } from './served.ts';
import { linkTrust } from './trust.ts';

const steps: readonly ((facts: readonly Fact[]) => readonly Fact[])[] = [
  withEffectiveProtocols,
  linkAnnotations,
  linkIssuers,
  linkMissingIssuers,
  linkRivals,
  linkSecrets,
  linkServed,
  linkAlerts,
  linkMesh,
  linkTrust,
  linkEarlyData,
];

/** Facts in, facts out: what refers to what across files, and what the repository as a whole has. */
export function link(facts: readonly Fact[]): readonly Fact[] {
  const linked = steps.reduce((known, step) => step(known), facts);
  const whole = repositoryFact(linked);
  return whole ? [...linked, whole] : linked;
}

/** What exists anywhere, explained at the first certificate or request. None in a repository that has neither. */
function repositoryFact(facts: readonly Fact[]): Fact<RepositoryFacts> | undefined {
  const issued = facts.find(isIssued);
  const committed = facts.find(
    ({ data }) => data.kind === 'certificate' && data.use === 'server' && !data.fixture && ends(data),
  );
  const first = issued ?? committed;
  if (!first) return undefined;
  return buildFact(
    { technology: first.technology, subject: first.subject, self: first.self },
    {
      kind: 'repository',
      issuesCertificates: issued !== undefined,
      commitsCertificates: committed !== undefined,
      alertsOnExpiry: facts.some(({ data }) => data.kind === 'alert'),
    },
  );
}

/** RFC 5280, section 4.1.2.5: the year 9999 stands for no end. */
const ends = ({ notAfter }: Certificate): boolean => notAfter !== '9999-12-31T23:59:59Z';

/** A request that is answered: not an issuer, whose name may be a template's, and not an annotation that issues nothing. */
const isIssued = (fact: Fact): boolean =>
  fact.data.kind === 'issuance' &&
  fact.technology !== 'helm' &&
  fact.data.issuer !== fact.subject &&
  !isUnissued(fact) &&
  (fact.data.secret !== undefined || fact.data.hosts !== undefined || fact.unknown.includes('secret'));
