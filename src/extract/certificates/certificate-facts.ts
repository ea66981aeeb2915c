import type { Certificate, Chain, Fact } from '../../core/fact.ts';
import { buildFact, written } from '../../core/fact-builder.ts';
import type { Diagnostic } from '../../core/finding.ts';
import type { Extraction } from '../../core/technology.ts';
import { judgeChain } from './chain.ts';
import type { Contents, FoundCertificate, Run } from './contents.ts';
import { isFixtureSubject } from './fixture.ts';
import { keyFact } from './key-facts.ts';
import type { ReadKey } from './keys.ts';
import { keyMatches, type Placed, type ReadRun, type Surroundings, surroundingsOf } from './surroundings.ts';
import { roleOf, useOf } from './use.ts';
import { certificatesInPkcs7, type ParsedCertificate, readCertificate } from './x509.ts';

/** The facts of a unit that holds certificates, and what could not be read of it. */
export function certificateFacts(contents: readonly Contents[], keys: readonly ReadKey[]): Extraction {
  const runs = contents.flatMap((one) => one.runs.map((run) => readRun(run, one)));
  const surroundings = surroundingsOf(runs, keys);
  return {
    facts: [
      ...runs.flatMap((run) => run.certificates.map((placed) => certificateFact(placed, run, surroundings))),
      ...runs.flatMap((run) => chainFacts(run, surroundings)),
      ...keys.map((key) => keyFact(key, ownerOf(key, runs))),
    ],
    diagnostics: runs.flatMap(unreadable),
  };
}

/** Far more than any certificate needs; a larger one costs time for nothing. */
const mostBytes = 65_536;

function readRun({ certificates, label }: Run, contents: Contents): ReadRun {
  const read = certificates.flatMap(unpacked).map((found) => ({
    found,
    parsed: found.der.length > mostBytes ? undefined : readCertificate(found.der),
  }));
  return {
    contents,
    label,
    certificates: read.flatMap(({ found, parsed }) => (parsed ? [{ parsed, head: found.head }] : [])),
    unreadable: read.flatMap(({ found, parsed }) => (parsed ? [] : [found])),
  };
}

const unpacked = (found: FoundCertificate): readonly FoundCertificate[] =>
  found.form === 'certificate'
    ? [found]
    : (certificatesInPkcs7(found.der)?.map((der) => ({ ...found, der, form: 'certificate' })) ?? [found]);

const unreadable = ({ contents, unreadable: found }: ReadRun): readonly Diagnostic[] =>
  contents.fixture
    ? []
    : found.map(({ head }) => ({
        code: 'unreadable-certificate',
        message: 'this is no certificate that can be read (RFC 5280); copy it again from its issuer, or remove it',
        span: head,
      }));

function certificateFact({ parsed, head }: Placed, run: ReadRun, surroundings: Surroundings): Fact<Certificate> {
  const { contents } = run;
  const { name, issuer, serial, notBefore, notAfter, key, signature, sans, ca, selfSigned, eku, hash } = parsed;
  const use = useOf(parsed, run, surroundings);
  const [first] = run.certificates;
  return buildFact<Certificate>(
    { technology: 'certificates', subject: `certificate ${shortName(parsed)}${holderOf(contents)}`, self: head },
    {
      kind: 'certificate',
      name,
      issuer,
      serial,
      notBefore,
      notAfter,
      key,
      signature,
      sans,
      ca,
      selfSigned,
      eku,
      role: roleOf(parsed),
      use,
      container: contents.container,
      hash,
      fixture: isFixture(run, parsed),
      ...(contents.source.held && holdsInCluster(contents.source.held) && { holder: contents.source.held.holder }),
    },
    // The members of a bundle age at different times; that is a matter of the file, and said once, at its head.
    use === 'bundle' ? { notAfter: written(notAfter, first?.head ?? head) } : {},
  );
}

/** The chain of each server's certificate that a run was meant for: one, as servers present the first. */
function chainFacts(run: ReadRun, surroundings: Surroundings): readonly Fact<Chain>[] {
  const leaf =
    run.certificates.find(({ parsed }) => !parsed.ca && useOf(parsed, run, surroundings) === 'server') ??
    run.certificates.find(({ parsed }) => useOf(parsed, run, surroundings) === 'server');
  const judged = leaf && judgeChain(run, leaf, surroundings);
  if (!judged || (judged.completeness !== 'complete' && isPartOfOther(run, leaf, surroundings))) return [];
  const { issuer, length, ordered, completeness } = judged;
  const matches = keyMatches(run, leaf.parsed, surroundings);
  return [
    buildFact<Chain>(
      {
        technology: 'certificates',
        subject: `chain of ${shortName(leaf.parsed)}${holderOf(run.contents)}`,
        self: leaf.head,
      },
      {
        kind: 'chain',
        leaf: leaf.parsed.name,
        issuer,
        length,
        ordered,
        completeness,
        ...(matches !== undefined && { keyMatches: matches }),
        fixture: isFixture(run, leaf.parsed),
      },
    ),
  ];
}

/** `cert.pem` beside a `fullchain.pem`: another file of the unit has the same certificate with what follows it. */
const isPartOfOther = (run: ReadRun, leaf: Placed, surroundings: Surroundings): boolean =>
  surroundings.runs.some(
    (other) =>
      other !== run &&
      other.certificates.length > run.certificates.length &&
      other.certificates.some(({ parsed }) => parsed.hash === leaf.parsed.hash),
  );

function ownerOf({ publicKeyHash }: ReadKey, runs: readonly ReadRun[]) {
  if (publicKeyHash === undefined) return undefined;
  for (const run of runs) {
    const owned = run.certificates.find(({ parsed }) => parsed.publicKeyHash === publicKeyHash);
    if (owned) return { name: shortName(owned.parsed), fixture: isFixture(run, owned.parsed) };
  }
  return undefined;
}

const isFixture = ({ contents }: ReadRun, parsed: ParsedCertificate): boolean =>
  contents.fixture || isFixtureSubject(parsed);

const holderOf = ({ source }: Contents): string => (source.held ? ` of ${source.held.holder}` : '');

/** What holds it is an object of a cluster that others can refer to by its name. */
const holdsInCluster = ({ holder, container }: NonNullable<Contents['source']['held']>): boolean =>
  (container === 'secret' || container === 'config-map') && /^(Secret|ConfigMap) \S+$/.test(holder);

/** What people call a certificate: its common name, else its first host, else its whole name. */
const shortName = ({ commonName, hosts, name, serial }: ParsedCertificate): string =>
  commonName ?? hosts[0] ?? (name === '' ? `with serial ${serial}` : name);
