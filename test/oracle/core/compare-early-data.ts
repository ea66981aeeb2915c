import type { EarlyDataMitigation, Fact, Listener } from '../../../src/core/fact.ts';
import { sendEarly } from '../probe/early-data.ts';
import type { CertificateFiles } from './certificates.ts';
import { type Comparison, compared, joined } from './disagreement.ts';
import type { EarlyPass } from './oracle-case.ts';

/** With one of these, no request that came early reaches a backend before the client has proved itself. */
const holding: readonly EarlyDataMitigation[] = ['waits-for-handshake', 'rejected-425', 'static-only'];

/**
 * Compares what a listener fact says of early data with what happens: whether any is accepted, whether a request
 * reaches the backend although the client never finishes, and whether the same bytes do so again.
 */
export async function compareEarlyData(
  fact: Fact<Listener>,
  { port, serverName, method = 'GET', path = '/early', backend }: EarlyPass,
  folder: string,
  clientCertificate: CertificateFiles,
): Promise<Comparison> {
  const { earlyData } = fact.data;
  if (!earlyData) return { tested: [], disagreements: [] };
  const { enabled, mitigations } = earlyData;
  const seen = (): number => backend.seen().filter((received) => received.path === path).length;
  const found = await sendEarly(
    { port, ...(serverName !== undefined && { serverName }), method, path, folder, clientCertificate },
    seen,
  );
  const held = mitigations.some((mitigation) => holding.includes(mitigation));
  const reaches = enabled && !held && !(mitigations.includes('safe-methods-only') && method !== 'GET');
  const marked = backend.seen().find((received) => received.path === path)?.headers['early-data'] === '1';
  return joined([
    ...(mitigations.includes('anti-replay') ? [] : [compared(fact, 'earlyData/enabled', enabled, found.accepted)]),
    // With single-use tickets the first request may get through; the same bytes must not.
    mitigations.includes('anti-replay')
      ? compared(fact, 'earlyData', { again: false }, { again: found.replayed })
      : compared(fact, 'earlyData', { reaches, again: reaches }, { reaches: found.reached, again: found.replayed }),
    ...(reaches && found.reached && mitigations.includes('header-forwarded')
      ? [compared(fact, 'earlyData', { marked: true }, { marked })]
      : []),
  ]);
}
