import { assertNever } from '../../../src/core/assert-never.ts';
import type { Fact, Upstream } from '../../../src/core/fact.ts';
import { reachableProtocols } from '../../../src/link/effective-protocols.ts';
import { parseProtocol } from '../../../src/tls/protocols.ts';
import { request } from '../probe/http.ts';
import { backendAnswer } from './backend.ts';
import type { CertificateFiles } from './certificates.ts';
import { type Comparison, compared } from './disagreement.ts';
import type { Pass } from './oracle-case.ts';
import type { RealServer } from './real-server.ts';

/** Whether the request came through to the backend and back. It shows a certificate, should one be asked for. */
export async function passes({ port, tls, host, path }: Pass, client: CertificateFiles): Promise<boolean> {
  const { body } = await request({
    port,
    tls,
    clientCertificate: client,
    ...(host !== undefined && { host }),
    ...(path !== undefined && { path }),
  });
  return body.includes(backendAnswer);
}

/** Compares what an upstream fact says of its verification with whether a flawed backend is accepted. */
export function compareUpstream(
  fact: Fact<Upstream>,
  { backend }: Pass,
  passed: boolean,
  { cannot }: RealServer,
): Comparison {
  const { tls, verify, ciphers } = fact.data;
  const protocols = fact.data.protocols && reachableProtocols(fact.data.protocols, ciphers);
  const version = backend.version && parseProtocol(backend.version);
  if (version) {
    if (!protocols || cannot.protocols.includes(version)) return nothing;
    return compared(fact, 'protocols', { [version]: protocols.includes(version) }, { [version]: passed });
  }
  switch (backend.flaw) {
    case undefined:
      return tls === undefined ? nothing : compared(fact, 'tls', !tls, passed);
    case 'sound':
      return tls === undefined ? nothing : compared(fact, 'tls', tls, passed);
    case 'untrusted':
      return verify?.chain === undefined ? nothing : compared(fact, 'verify/chain', verify.chain, !passed);
    case 'wrong-name':
      return verify?.hostname === undefined ? nothing : compared(fact, 'verify/hostname', verify.hostname, !passed);
    case 'expired':
      // Some products look at dates without building a path: what is known is that who builds one, looks.
      return verify?.chain === true ? compared(fact, 'verify/chain', true, !passed) : nothing;
    default:
      return assertNever(backend.flaw);
  }
}

const nothing: Comparison = { tested: [], disagreements: [] };
