import type { Fact, Listener, Pointer, ProtocolVersion, Upstream } from '../core/fact.ts';
import type { Span } from '../core/source.ts';
import { cipherSuite } from '../tls/suites.ts';

/**
 * Leaves out the versions that are switched on without a suite to use: TLS 1.1 and older where every suite in force came
 * with TLS 1.2 (RFC 5246, section 1.2; observed with nginx 1.22.1 and OpenSSL 3.0). What no handshake can reach is no
 * finding. TLS 1.3 has suites of its own. A fact whose suites are not known stays as it is.
 */
export const withEffectiveProtocols = (facts: readonly Fact[]): readonly Fact[] =>
  facts.map((fact) => {
    if (!isEndpoint(fact)) return fact;
    const { protocols, ciphers } = fact.data;
    if (!protocols || !ciphers || ciphers.length === 0) return fact;
    const usable = protocols.filter((version) => hasSuite(version, ciphers));
    return usable.length === protocols.length ? fact : withProtocols(fact, protocols, usable);
  });

type Endpoint = Fact<Listener> | Fact<Upstream>;

const isEndpoint = (fact: Fact): fact is Endpoint => fact.data.kind === 'listener' || fact.data.kind === 'upstream';

function hasSuite(version: ProtocolVersion, ciphers: readonly string[]): boolean {
  if (version === 'TLSv1.3' || version === 'SSLv2') return true;
  return ciphers.some((name) => {
    const since = cipherSuite(name)?.protocol;
    return since === undefined || version === 'TLSv1.2' || !/^TLSv1\.[23]$/.test(since);
  });
}

function withProtocols(
  fact: Endpoint,
  before: readonly ProtocolVersion[],
  protocols: readonly ProtocolVersion[],
): Fact {
  const others = Object.entries(fact.spans).filter(([pointer]) => !pointer.startsWith('protocols/'));
  const kept = protocols.flatMap((version, index): [Pointer, Span][] => {
    const span = fact.spans[`protocols/${before.indexOf(version)}`];
    return span ? [[`protocols/${index}`, span]] : [];
  });
  return { ...fact, data: { ...fact.data, protocols }, spans: Object.fromEntries([...others, ...kept]) };
}
