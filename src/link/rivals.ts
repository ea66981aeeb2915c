import { type Fact, type Issuance, spanAt } from '../core/fact.ts';
import { groupedBy } from './cluster.ts';
import { coverage } from './hosts.ts';
import { isOpen } from './known-names.ts';
import { isTemplated, worldOfFact } from './worlds.ts';

type Request = Fact<Issuance>;

/**
 * Gives a request for a certificate the others that write the same Secret, where one of them gets nothing by that.
 * cert-manager lets the request own the Secret that came first and never issues the other (1.21.1,
 * internal/controller/certificates/certificates.go, CertificateOwnsSecret); it makes no Certificate of an annotation where
 * one of that name stands already, and none at all of an Ingress that names a Secret twice
 * (pkg/controller/certificate-shim/sync.go).
 *
 * The later of several Certificates has rivals, by place; a Certificate has those of annotations; of annotations alone, the
 * later has, if neither asks for all hosts of the other. Requests of two builds, environments or folders are no rivals, nor those of a chart's templates, which may be alternatives.
 */
export function linkRivals(facts: readonly Fact[]): readonly Fact[] {
  const groups = groupedBy(facts.filter(isRequest), placeOfSecret);
  const rivals = new Map<Fact, readonly Rival[]>();
  for (const group of groups.values()) {
    if (group.length > 1) for (const [request, others] of contending(group)) rivals.set(request, others);
  }
  return rivals.size === 0 ? facts : facts.map((fact) => withRivals(fact, rivals.get(fact)));
}

interface Rival {
  readonly name: string;
  readonly request: Request;
}

const isRequest = (fact: Fact): fact is Request =>
  fact.data.kind === 'issuance' &&
  fact.data.secret !== undefined &&
  fact.data.issuer !== fact.subject &&
  !isTemplated(fact);

/**
 * Requests with the same one write the same Secret of the same cluster: those of one build, and those of one folder. Files
 * of other folders may be for another cluster, or one of several ways to do a thing.
 */
function placeOfSecret(request: Request): string {
  const { data, build = '', self } = request;
  const { secret = '' } = data;
  const together = build !== '' && secret.includes('/');
  const place = together ? worldOfFact(request) : self.file.slice(0, self.file.lastIndexOf('/') + 1);
  return [secret, build, place].join('\0');
}

/** An Ingress or a Gateway asks by its annotations. */
const isAnnotated = ({ subject }: Request): boolean => /^(Ingress|Gateway|X?ListenerSet) /.test(subject);

function contending(group: readonly Request[]): readonly (readonly [Request, readonly Rival[]])[] {
  const own = distinct(group.filter((request) => !isAnnotated(request)));
  const annotated = group.filter(isAnnotated);
  const [first, ...later] = own;
  const others = distinct(annotated);
  if (!first) return [...repeated(annotated), ...disagreeing(others)];
  return [
    ...later.map(
      (request) =>
        [
          request,
          own
            .slice(0, mostShown + 1)
            .filter((one) => one !== request)
            .slice(0, mostShown)
            .map(named),
        ] as const,
    ),
    ...(others.length > 0 ? [[first, others.slice(0, mostShown).map(named)] as const] : []),
  ];
}

/** More than anybody needs to find the rest. */
const mostShown = 10;

const named = (request: Request): Rival => ({ name: request.subject, request });

/** One for each object: an object of one name that stands in two places is one that an environment changes. */
const distinct = (requests: readonly Request[]): readonly Request[] =>
  [...new Map([...requests].reverse().map((request) => [request.subject, request])).values()].reverse();

/** An Ingress with two entries for one Secret. */
const repeated = (requests: readonly Request[]): readonly (readonly [Request, readonly Rival[]])[] =>
  [...groupedBy(requests, ({ subject, self }) => [subject, self.file, self.start].join('\0')).values()].flatMap(
    ([first, second]) =>
      first && second && spanAt(first, 'secret').start !== spanAt(second, 'secret').start
        ? [[second, [{ name: 'another entry of its spec.tls', request: first }]] as const]
        : [],
  );

function disagreeing([first, ...later]: readonly Request[]): readonly (readonly [Request, readonly Rival[]])[] {
  if (!first || isOpen(first)) return [];
  const isAsked = coverage(first.data.hosts ?? []);
  return later
    .filter((request) => !isOpen(request))
    .filter(({ data }) => {
      const isAskedHere = coverage(data.hosts ?? []);
      return !(data.hosts ?? []).every(isAsked) && !(first.data.hosts ?? []).every(isAskedHere);
    })
    .map((request) => [request, [named(first)]] as const);
}

function withRivals(fact: Fact, rivals: readonly Rival[] | undefined): Fact {
  if (!rivals || fact.data.kind !== 'issuance') return fact;
  return {
    ...fact,
    data: { ...fact.data, rivals: rivals.map(({ name }) => name) },
    spans: { ...fact.spans, rivals: spanAt(fact, 'secret') },
    related: [
      ...fact.related,
      ...rivals.map(({ request }) => ({
        span: spanAt(request, 'secret'),
        phrase: `${request.subject} asks for this certificate, too`,
        about: 'rivals',
      })),
    ],
  };
}
