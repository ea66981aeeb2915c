import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Fact, Listener, ProtocolVersion } from '../../../src/core/fact.ts';
import { reachableProtocols } from '../../../src/link/effective-protocols.ts';
import { compareProtocols } from '../../../src/tls/protocols.ts';
import { cipherSuite } from '../../../src/tls/suites.ts';
import { commonName, groupCodes, suiteNames } from '../probe/codes.ts';
import {
  acceptedGroups,
  acceptedSuites,
  acceptedVersions,
  prefersOwnOrder,
  type Target,
  type Version,
} from '../probe/handshakes.ts';
import { handshakes, request } from '../probe/http.ts';
import type { Answer } from '../probe/server-hello.ts';
import type { Certificates } from './certificates.ts';
import { type Comparison, compared, joined } from './disagreement.ts';
import type { RealServer } from './real-server.ts';

/** Asks one socket for everything that a listener fact claims to know, and compares. */
export async function compareListener(
  fact: Fact<Listener>,
  target: Target,
  server: RealServer,
  certificates: Certificates,
): Promise<Comparison> {
  const { data } = fact;
  const versions = await acceptedVersions(target);
  const secure = versions.size > 0;
  const reachable = data.protocols && reachableProtocols(data.protocols, data.ciphers);
  const possible = reachable?.filter((version) => !server.cannot.protocols.includes(version));
  // TLS without a version that could be spoken: nothing tells it from a broken port.
  if (!secure && data.tls && possible?.length === 0) return compared(fact, 'protocols', [], []);
  const results: Comparison[] = [];
  if (data.tls !== undefined) results.push(compared(fact, 'tls', data.tls, secure));
  if (!secure) return joined([...results, ...(data.tls === false ? await comparePlain(fact, target) : [])]);
  if (possible) results.push(compared(fact, 'protocols', [...possible].sort(compareProtocols), [...versions.keys()]));
  results.push(...(await compareSuites(fact, target, server, versions)));
  results.push(...(await compareGroups(fact, target, server, versions)));
  results.push(...(await compareChain(fact, target, versions)));
  if (data.clientAuth) results.push(await compareClientAuth(fact, target, certificates, versions));
  if (data.hsts) {
    const { headers, status } = await request({
      ...target,
      ...hostOf(target),
      tls: true,
      clientCertificate: certificates.client,
    });
    const seconds = Number(/max-age="?(\d+)/i.exec(headers.get('strict-transport-security') ?? '')?.[1] ?? 0);
    if (status !== undefined && status < 400)
      results.push(compared(fact, 'hsts/maxAgeSeconds', data.hsts.maxAgeSeconds, seconds));
  }
  return joined(results);
}

const hostOf = ({ serverName }: Target): { readonly host?: string } =>
  serverName === undefined ? {} : { host: serverName };

/** A listener without TLS: whether it sends a browser on to https. */
async function comparePlain(fact: Fact<Listener>, target: Target): Promise<readonly Comparison[]> {
  const { application, redirectsToHttps } = fact.data;
  if (application !== 'http' || redirectsToHttps === undefined) return [];
  const { status = 0, headers } = await request({ ...target, ...hostOf(target), tls: false, path: '/any/page' });
  const redirects = status >= 301 && status <= 308 && /^https:/i.test(headers.get('location') ?? '');
  return [compared(fact, 'redirectsToHttps', redirectsToHttps, redirects)];
}

type Accepted = ReadonlyMap<ProtocolVersion, Answer>;

/** The newest of the accepted versions that has a handshake in the clear. */
const newestOlder = (versions: Accepted): Version | undefined =>
  (['TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3'] as const).find((version) => versions.has(version));

async function compareSuites(
  fact: Fact<Listener>,
  target: Target,
  { cannot }: RealServer,
  versions: Accepted,
): Promise<readonly Comparison[]> {
  const results: Comparison[] = [];
  const { ciphers, suites13, preferServerCiphers } = fact.data;
  const older = newestOlder(versions);
  if (ciphers && older) {
    const observed = await acceptedSuites(target, older);
    const signers = new Set(observed.map((name) => cipherSuite(name)?.authentication));
    const expected = ciphers.map(commonName).filter((name) => {
      const suite = cipherSuite(name);
      return (
        suite !== undefined &&
        offerable().has(name) &&
        !cannot.suite(name) &&
        usableWith(suite.protocol, older) &&
        (signers.has(suite.authentication) || !/^(RSA|ECDSA|DSS)$/.test(suite.authentication))
      );
    });
    results.push(compared(fact, 'ciphers', sorted(expected), sorted(observed)));
    if (preferServerCiphers !== undefined && observed.length > 1) {
      const own = await prefersOwnOrder(target, older);
      if (own !== undefined) results.push(compared(fact, 'preferServerCiphers', preferServerCiphers, own));
    }
  }
  if (suites13 && versions.has('TLSv1.3')) {
    const observed = await acceptedSuites(target, 'TLSv1.3');
    const expected = suites13.map(commonName).filter((name) => offerable().has(name) && !cannot.suite(name));
    results.push(compared(fact, 'suites13', sorted(expected), sorted(observed)));
  }
  return results;
}

let names: ReadonlySet<string> | undefined;
/** The suites that the oracle can ask for. */
function offerable(): ReadonlySet<string> {
  names ??= new Set([...suiteNames().values()].map(commonName));
  return names;
}

/** OpenSSL calls suites of SSL 3.0 so, and counts them for every later version. */
const usableWith = (since: string, version: Version): boolean =>
  since === 'TLSv1.2' ? version === 'TLSv1.2' : since !== 'TLSv1.3';

async function compareGroups(
  fact: Fact<Listener>,
  target: Target,
  { cannot }: RealServer,
  versions: Accepted,
): Promise<readonly Comparison[]> {
  const { groups } = fact.data;
  const version = versions.has('TLSv1.3') ? 'TLSv1.3' : undefined;
  if (!groups || !version) return [];
  const observed = await acceptedGroups(target, version);
  const expected = groups.filter((group) => group in groupCodes && !cannot.group(group));
  return [compared(fact, 'groups', sorted(expected), sorted(observed))];
}

/** Whether what is sent is what the one file holds that the fact names. */
async function compareChain(fact: Fact<Listener>, target: Target, versions: Accepted): Promise<readonly Comparison[]> {
  const [only, ...others] = fact.data.certificates ?? [];
  if (others.length > 0 || only?.from !== 'file' || !only.ref || !existsSync(only.ref)) return [];
  const older = newestOlder(versions);
  const answer = older && versions.get(older);
  const sent =
    (answer?.kind === 'accepted' ? answer.chain : undefined) ??
    (await request({ ...target, ...hostOf(target), tls: true })).chain.map(hashOf);
  const held = [...readFileSync(only.ref, 'utf8').matchAll(/-----BEGIN CERTIFICATE-----[^-]*/g)];
  const expected = held.map(([pem]) => hashOf(Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64')));
  return [compared(fact, 'certificates', expected, sent)];
}

const hashOf = (der: Buffer): string => createHash('sha256').update(der).digest('hex');

/**
 * Asks without a certificate, and with one that no trusted authority signed. Where the latter is served although a
 * certificate is asked for, nothing is verified: `request`, whether or not one has to be shown.
 */
async function compareClientAuth(
  fact: Fact<Listener>,
  target: Target,
  { client, untrustedClient }: Certificates,
  versions: Accepted,
): Promise<Comparison> {
  const older = newestOlder(versions);
  const answer = older && versions.get(older);
  const asked = answer?.kind === 'accepted' ? answer.asksForCertificate : undefined;
  const served = async (clientCertificate?: typeof client): Promise<boolean> => {
    if (fact.data.application !== 'http')
      return handshakes({ ...target, ...hostOf(target), ...(clientCertificate && { clientCertificate }) });
    const { status } = await request({
      ...target,
      ...hostOf(target),
      tls: true,
      ...(clientCertificate && { clientCertificate }),
    });
    return status !== undefined && status !== 400 && status !== 403 && status !== 495 && status !== 496;
  };
  const [none, wrong] = [await served(), await served(untrustedClient)];
  // Settings of two servers on one socket may leave no handshake that can be finished: nothing is learnt from that.
  if (!none && !wrong && !(await served(client))) return { tested: [], disagreements: [] };
  const observed = wrong ? (none && asked === false ? 'none' : 'request') : none ? 'optional' : 'required';
  const said = fact.data.clientAuth?.mode;
  // In TLS 1.3 alone it is encrypted whether a certificate is asked for.
  const indistinct = asked === undefined && observed === 'request' && said === 'none';
  return compared(fact, 'clientAuth/mode', said, indistinct ? 'none' : observed);
}

const sorted = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();
