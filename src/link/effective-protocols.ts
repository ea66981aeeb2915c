import { defaultAt, type Fact, type Listener, type ProtocolVersion, type Upstream } from '../core/fact.ts';
import { cipherSuite } from '../tls/suites.ts';

/**
 * Leaves out the versions that a product switches on by default without a suite to use: TLS 1.1 and older where every
 * suite in force came with TLS 1.2 (RFC 5246, section 1.2; observed with nginx 1.22.1 and OpenSSL 3.0). What nobody wrote
 * and no handshake can reach is no finding; what somebody wrote stays, for one more suite opens it. A fact whose suites
 * are not known stays as it is.
 */
export const withEffectiveProtocols = (facts: readonly Fact[]): readonly Fact[] =>
  facts.map((fact) => {
    if (!isEndpoint(fact) || !defaultAt(fact, 'protocols')) return fact;
    const { protocols, ciphers } = fact.data;
    const reachable = protocols && reachableProtocols(protocols, ciphers);
    return reachable === undefined || reachable.length === protocols?.length
      ? fact
      : { ...fact, data: { ...fact.data, protocols: reachable } };
  });

/** The versions that have a suite to use; TLS 1.3 has suites of its own. All of them where the suites are not known. */
export const reachableProtocols = (
  protocols: readonly ProtocolVersion[],
  ciphers: readonly string[] | undefined,
): readonly ProtocolVersion[] =>
  ciphers && ciphers.length > 0 ? protocols.filter((version) => hasSuite(version, ciphers)) : protocols;

type Endpoint = Fact<Listener> | Fact<Upstream>;

const isEndpoint = (fact: Fact): fact is Endpoint => fact.data.kind === 'listener' || fact.data.kind === 'upstream';

function hasSuite(version: ProtocolVersion, ciphers: readonly string[]): boolean {
  if (version === 'TLSv1.3' || version === 'SSLv2') return true;
  return ciphers.some((name) => {
    const since = cipherSuite(name)?.protocol;
    return since === undefined || version === 'TLSv1.2' || !/^TLSv1\.[23]$/.test(since);
  });
}
