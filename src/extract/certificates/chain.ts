import type { Chain } from '../../core/fact.ts';
import type { Placed, ReadRun, Surroundings } from './surroundings.ts';
import type { ParsedCertificate } from './x509.ts';

/** A chain as judged: the data of its fact that depends on certificates alone. */
export interface JudgedChain extends Pick<Chain, 'issuer' | 'length' | 'ordered' | 'completeness'> {
  readonly leaf: Placed;
}

/**
 * The chain that a run is meant to be for `leaf`. The path is followed by issuer; what lies off it is ignored, since
 * clients do so too (RFC 8446 section 4.4.2). `issuer` is who signed the last certificate of the path.
 */
export function judgeChain(run: ReadRun, leaf: Placed, surroundings: Surroundings): JudgedChain | undefined {
  const certificates = distinct(run.certificates.map(({ parsed }) => parsed));
  const path = pathFrom(leaf.parsed, certificates, surroundings);
  const authorities = certificates.filter(({ ca }) => ca);
  if (path.length === 1 && authorities.length === 0 && certificates.length > 1) return undefined;
  const top = path.at(-1) ?? leaf.parsed;
  const positions = path.map((certificate) => certificates.indexOf(certificate));
  return {
    leaf,
    issuer: top.issuer,
    length: certificates.length,
    ordered:
      positions[0] === 0 &&
      positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? -1)),
    completeness: completenessOf(path, top, authorities.length > 0, surroundings),
  };
}

/** Long enough for any real chain; a loop of cross-signatures ends there. */
const longestPath = 10;

function pathFrom(
  leaf: ParsedCertificate,
  certificates: readonly ParsedCertificate[],
  { issuersOf }: Surroundings,
): readonly ParsedCertificate[] {
  const path = [leaf];
  for (
    let current: ParsedCertificate | undefined = leaf;
    current && !current.selfSigned && path.length < longestPath;
  ) {
    const issuers = issuersOf(current);
    current = certificates.find((candidate) => issuers.includes(candidate) && !path.includes(candidate));
    if (current) path.push(current);
  }
  return path;
}

function completenessOf(
  path: readonly ParsedCertificate[],
  top: ParsedCertificate,
  hasAuthorities: boolean,
  surroundings: Surroundings,
): Chain['completeness'] {
  if (top.selfSigned) return 'complete';
  const beside = surroundings.issuersOf(top);
  if (beside.some(({ selfSigned }) => selfSigned)) return 'complete';
  if (beside.length > 0) return 'gap';
  if (path.length > 1) return 'complete';
  if (hasAuthorities || isIssuedByIntermediate(top)) return 'gap';
  return isIssuedByRoot(top) ? 'complete' : 'lone-leaf';
}

/**
 * Public authorities never sign with a root (CA/Browser Forum Baseline Requirements, section 6.1.7); and an issuer that
 * somebody else issued is none.
 */
const isIssuedByIntermediate = ({ publiclyTrusted, issuer, issuerOfIssuer }: ParsedCertificate): boolean =>
  publiclyTrusted || (issuerOfIssuer !== undefined && issuerOfIssuer !== issuer);

/** The certificate says that its issuer issued itself, or the issuer calls itself a root. */
const isIssuedByRoot = ({ issuer, issuerCommonName = '', issuerOfIssuer }: ParsedCertificate): boolean =>
  issuerOfIssuer === issuer || /\broot/i.test(issuerCommonName);

const distinct = (certificates: readonly ParsedCertificate[]): readonly ParsedCertificate[] => [
  ...new Map(certificates.map((certificate) => [certificate.hash, certificate])).values(),
];
