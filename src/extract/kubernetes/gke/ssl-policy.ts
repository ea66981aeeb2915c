import type { ProtocolVersion } from '../../../core/fact.ts';
import { byDefault, type Field } from '../../../core/fact-builder.ts';

/**
 * A load balancer without an SSL policy of its own: profile COMPATIBLE from TLS 1.0 on (Google Cloud, "SSL policies
 * concepts", read 2026-11).
 */
export const defaultProtocols = (guessed: boolean): Field<readonly ProtocolVersion[]> =>
  byDefault(
    ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
    'the SSL policy of Google Cloud where none is named (COMPATIBLE)',
    guessed,
  );
