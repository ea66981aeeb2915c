import { data as names } from '../../data/host-names.yaml';
import { type Fact, type Issuance, type Pointer, spanAt } from '../core/fact.ts';
import { ofBuild } from './cluster.ts';
import { byQualifiedName } from './names.ts';

type Request = Fact<Issuance>;
/** The issuers of a name: `Issuer shop/ca` and `Issuer ca` may be the same; `Issuer shop/ca` and `Issuer web/ca` are not. */
type Issuers = (name: string) => readonly Request[];

/**
 * Gives each request for a certificate what its issuer's own fact says: its type, and whether it is a test authority.
 * An issuer is the `issuance` whose `issuer` is its own subject; a name without a namespace may be of any. Issuers of
 * one name that disagree say nothing.
 *
 * An ACME authority decides for how long its certificates live: what a request asks for is not what it gets
 * (cert-manager, ACME issuer, `enableDurationFeature`).
 */
export function linkIssuers(facts: readonly Fact[]): readonly Fact[] {
  const issuers = byQualifiedName(facts.filter(isIssuer), ({ data }) => data.issuer ?? '');
  return facts.map((fact) => {
    if (isRequest(fact)) return resolved(fact, issuers);
    return isIssuer(fact) && fact.data.staging && isForOneEnvironment(fact, issuers)
      ? withUnknown(fact, 'staging')
      : fact;
  });
}

const isIssuance = (fact: Fact): fact is Request => fact.data.kind === 'issuance';
const isIssuer = (fact: Fact): fact is Request => isIssuance(fact) && fact.data.issuer === fact.subject;
const isRequest = (fact: Fact): fact is Request =>
  isIssuance(fact) && fact.data.issuer !== undefined && fact.data.issuer !== fact.subject;

/** Another issuer of the same name asks the production directory: this one is for an environment where that is no mistake. */
const isForOneEnvironment = (issuer: Request, issuers: Issuers): boolean =>
  issuers(issuer.data.issuer ?? '').some(({ data }) => data.staging === false);

function resolved(request: Request, issuers: Issuers): Request {
  const [first, ...others] = ofBuild(issuers(request.data.issuer ?? ''), request.build);
  const { issuerType, staging } = first?.data ?? {};
  if (!first) return namesStaging(request) ? withValue(request, 'staging', true) : request;
  if (issuerType === undefined) return request;
  if (others.some(({ data }) => data.issuerType !== issuerType || data.staging !== staging)) return request;
  const typed = withValue(request, 'issuerType', issuerType);
  const settled = issuerType === 'acme' ? withUnknown(typed, 'durationSeconds') : typed;
  if (staging === undefined || (staging && isForTests(request))) return settled;
  const phrase = 'its ACME server is a staging directory, whose certificates no client trusts';
  const related = staging ? [{ span: spanAt(first, 'staging'), phrase }] : [];
  return { ...withValue(settled, 'staging', staging), related: [...settled.related, ...related] };
}

/** An issuer that is not in the repository and whose name says all: `letsencrypt-staging`. */
const namesStaging = (request: Request): boolean =>
  /(?:lets-?encrypt|acme|[ /-]le)-?staging|staging-(?:lets-?encrypt|acme|le)\b/i.test(request.data.issuer ?? '') &&
  !isForTests(request);

/** A value that follows from the issuer, shown where the request names it. */
function withValue<K extends 'issuerType' | 'staging'>(request: Request, key: K, value: Issuance[K]): Request {
  return {
    ...request,
    data: { ...request.data, [key]: value },
    spans: { ...request.spans, [key]: spanAt(request, 'issuer') },
    unknown: request.unknown.filter((pointer) => pointer !== key),
  };
}

function withUnknown(request: Request, key: 'durationSeconds' | 'staging'): Request {
  const { [key]: _value, ...data } = request.data;
  return {
    ...request,
    data,
    spans: without(request.spans, key),
    defaults: without(request.defaults, key),
    unknown: [...request.unknown.filter((pointer) => pointer !== key), key],
  };
}

const without = <T>(record: Readonly<Record<Pointer, T>>, key: Pointer): Readonly<Record<Pointer, T>> =>
  Object.fromEntries(Object.entries(record).filter(([pointer]) => pointer !== key));

/**
 * Whether a request is for trying things out, by its file's path, its namespace or name, or any of its hosts: there a
 * test authority is what belongs.
 */
function isForTests({ self, subject, data }: Request): boolean {
  const sample = wordsOf(self.file).some((word) => names.samplePathWords.includes(word));
  return sample || [self.file, subject, data.secret ?? '', ...(data.hosts ?? [])].some(saysTest);
}

const saysTest = (text: string): boolean => wordsOf(text).some((word) => names.testWords.includes(word));
const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/[^a-z0-9]+/);
