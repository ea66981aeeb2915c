import { type Fact, type Issuance, spanAt } from '../core/fact.ts';
import { byQualifiedName } from './names.ts';
import { isDeployed, isTemplated } from './worlds.ts';

type Request = Fact<Issuance>;

/** At least so many requests find their issuer here, and so large a share of all. */
const enough = 3;
const share = 0.8;

/**
 * Marks requests whose issuer nothing makes, in a repository that evidently makes its issuers: at least three requests find
 * theirs here, and at least four in five of all do. Elsewhere an issuer may come from another repository, and nothing is said.
 * Issuers of other groups than cert-manager's, and names that a template completes, count on neither side.
 */
export function linkMissingIssuers(facts: readonly Fact[]): readonly Fact[] {
  const requests = facts.filter(isRequest);
  if (requests.length <= enough) return facts;
  const issuers = byQualifiedName(
    facts.filter((fact) => fact.data.kind === 'issuance' && fact.data.issuer === fact.subject),
    ({ subject }) => subject,
  );
  const homeless = new Set<Fact>(requests.filter(({ data }) => issuers(data.issuer ?? '').length === 0));
  const found = requests.length - homeless.size;
  if (homeless.size === 0 || found < enough || found < share * requests.length) return facts;
  return facts.map((fact) =>
    isRequest(fact) && homeless.has(fact) ? withoutIssuer(fact, found, requests.length) : fact,
  );
}

const isRequest = (fact: Fact): fact is Request =>
  fact.data.kind === 'issuance' &&
  fact.technology === 'cert-manager' &&
  fact.data.issuer !== undefined &&
  fact.data.issuer !== fact.subject &&
  fact.data.issuerType !== 'external' &&
  /^(Cluster)?Issuer [a-z0-9./-]+$/.test(fact.data.issuer) &&
  isDeployed(fact) &&
  !isTemplated(fact);

function withoutIssuer(request: Request, found: number, all: number): Request {
  const span = spanAt(request, 'issuer');
  return {
    ...request,
    data: { ...request.data, issuerMissing: true },
    spans: { ...request.spans, issuerMissing: span },
    related: [
      ...request.related,
      {
        span,
        phrase: `nothing here makes ${request.data.issuer}; of ${all} requests, ${found} find their issuer here`,
        about: 'issuer',
      },
    ],
  };
}
