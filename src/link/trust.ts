import type { Certificate, Fact, Issuance, Upstream } from '../core/fact.ts';
import { type Cluster, clusterOf, groupedBy, ofBuild, serviceReference } from './cluster.ts';

/**
 * Connections that verify a Service by a bundle which holds no authority of the Service's certificate. Both sides must be
 * known: the bundle's certificates or the request that fills it, and the certificate of every workload behind the Service, or
 * the request for it.
 */
export function linkTrust(facts: readonly Fact[]): readonly Fact[] {
  if (!facts.some(isVerifying)) return facts;
  const cluster = clusterOf(facts);
  const known: Known = {
    certificates: groupedBy(facts.filter(isCertificate), ({ data }) => data.holder ?? ''),
    requests: groupedBy(facts.filter(isRequest), ({ data }) => `Secret ${data.secret}`),
    bySecret: groupedBy(facts.filter(isIssuer), ({ data }) => `Secret ${data.authoritySecret}`),
  };
  return facts.map((fact) => (isVerifying(fact) ? withIssuer(fact, cluster, known) : fact));
}

interface Known {
  /** By what holds them. */
  readonly certificates: ReadonlyMap<string, readonly Fact<Certificate>[]>;
  /** By the Secret that they fill. */
  readonly requests: ReadonlyMap<string, readonly Fact<Issuance>[]>;
  /** Issuers by the Secret that holds their key. */
  readonly bySecret: ReadonlyMap<string, readonly Fact<Issuance>[]>;
}

const isVerifying = (fact: Fact): fact is Fact<Upstream> =>
  fact.data.kind === 'upstream' &&
  fact.data.service !== undefined &&
  /^(ConfigMap|Secret) /.test(fact.data.ca ?? '') &&
  fact.data.verify?.chain === true;
const isCertificate = (fact: Fact): fact is Fact<Certificate> =>
  fact.data.kind === 'certificate' && fact.data.holder !== undefined;
const isRequest = (fact: Fact): fact is Fact<Issuance> =>
  fact.data.kind === 'issuance' && fact.data.secret !== undefined && fact.data.issuer !== fact.subject;
const isIssuer = (fact: Fact): fact is Fact<Issuance> =>
  fact.data.kind === 'issuance' && fact.data.issuer === fact.subject && fact.data.authoritySecret !== undefined;

function withIssuer(upstream: Fact<Upstream>, cluster: Cluster, known: Known): Fact<Upstream> {
  const { ca = '', service = '' } = upstream.data;
  const trusted = authoritiesIn(ca, upstream.build, known);
  if (trusted.length === 0) return upstream;
  const presented = cluster
    .servicesNamed(serviceReference(service).name, upstream.build)
    .flatMap((one) => cluster.workloadsBehind(one))
    .map(({ data, build }) => (data.secrets ?? []).flatMap((name) => presentedFrom(`Secret ${name}`, build, known)));
  const [first] = presented.flat();
  const foreign = presented.every((ones) => ones.length > 0 && ones.every((one) => !isTrusted(one, trusted, ca)));
  if (!first || !foreign) return upstream;
  return {
    ...upstream,
    data: { ...upstream.data, foreignIssuer: true },
    spans: { ...upstream.spans, ...(upstream.spans.ca && { foreignIssuer: upstream.spans.ca }) },
    related: [
      ...upstream.related,
      { span: first.fact.self, phrase: `${first.fact.subject} is what the Service shows; ${first.issuer} issued it` },
    ],
  };
}

/** An authority: by the name in its certificate, or as an issuer of this repository. */
interface Authority {
  readonly issuer: string;
  readonly fact: Fact<Certificate> | Fact<Issuance>;
}

/** The authorities of a bundle: the certificates that stand in it, or the issuer whose certificate fills it. */
function authoritiesIn(holder: string, build: string | undefined, known: Known): readonly Authority[] {
  const written = ofBuild(known.certificates.get(holder) ?? [], build);
  if (written.length > 0) return written.map((fact) => ({ issuer: fact.data.name, fact }));
  const ofAuthority = known.bySecret.get(holder) ?? [];
  return ofBuild(known.requests.get(holder) ?? [], build).flatMap((fact) =>
    [...ofAuthority.map(({ data }) => data.issuer), fact.data.issuer].flatMap((issuer) =>
      issuer === undefined ? [] : [{ issuer, fact }],
    ),
  );
}

/** The certificates of a Secret, a chain's intermediates with them: who issued each, or the issuer that is asked. */
function presentedFrom(holder: string, build: string | undefined, known: Known): readonly Authority[] {
  const written = ofBuild(known.certificates.get(holder) ?? [], build);
  if (written.some(({ data }) => data.use === 'server'))
    return written.map((fact) => ({ issuer: fact.data.issuer, fact }));
  return ofBuild(known.requests.get(holder) ?? [], build).flatMap((fact) =>
    fact.data.issuer === undefined ? [] : [{ issuer: fact.data.issuer, fact }],
  );
}

/** A self-signed certificate that stands in the bundle itself is trusted, and so is whatever the same Secret holds. */
const isTrusted = ({ issuer, fact }: Authority, trusted: readonly Authority[], ca: string): boolean =>
  trusted.some(
    (one) =>
      one.issuer === issuer ||
      one.fact.data.kind !== fact.data.kind ||
      (one.fact.data.kind === 'certificate' &&
        fact.data.kind === 'certificate' &&
        one.fact.data.hash === fact.data.hash),
  ) ||
  (fact.data.kind === 'issuance' && `Secret ${fact.data.secret}` === ca);
