import { type Certificate, type Fact, type Issuance, spanAt } from '../core/fact.ts';
import type { Related } from '../core/finding.ts';
import { coverage } from './hosts.ts';
import { mostNamesakes } from './names.ts';
import { worldOfFact } from './worlds.ts';

/** The names of a Secret's certificate. */
export interface KnownNames {
  readonly cover: (host: string) => boolean;
  /** The environment that the certificate is of. */
  readonly world: string;
  /** Where the names are written. */
  readonly related: readonly Related[];
}

/**
 * What the certificate of a Secret names, by the requests that write it, which count together, or as it stands there.
 * `undefined` where a name is not known, or the certificates of several environments have this Secret.
 */
export function namesIn(
  requests: readonly Fact<Issuance>[],
  certificates: readonly Fact<Certificate>[],
): KnownNames | undefined {
  const facts: readonly Fact[] = requests.length > 0 ? requests : certificates;
  const [world, ...others] = new Set(facts.map(worldOfFact));
  if (world === undefined || others.length > 0 || facts.length >= mostNamesakes || requests.some(isOpen))
    return undefined;
  const about = 'uncoveredHosts';
  const related: readonly Related[] =
    requests.length > 0
      ? requests.slice(0, mostShown).map((request) => ({
          span: spanAt(request, 'hosts'),
          phrase: `${request.subject} asks for the certificate, for other hosts`,
          about,
        }))
      : certificates
          .slice(0, mostShown)
          .map(({ self, subject }) => ({ span: self, phrase: `${subject} is what it shows`, about }));
  const names =
    requests.length > 0
      ? requests.flatMap(({ data }) => data.hosts ?? [])
      : certificates.flatMap(({ data }) => data.sans);
  return { cover: coverage(names), world, related };
}

/** Whether a request may be for other hosts than those that are known. */
export const isOpen = ({ data, unknown }: Fact<Issuance>): boolean =>
  data.hosts === undefined || unknown.some((pointer) => pointer.startsWith('hosts'));

const mostShown = 3;
