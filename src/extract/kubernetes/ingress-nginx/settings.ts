import { data as defaults } from '../../../../data/ingress-nginx-defaults.yaml';
import type { ProtocolVersion } from '../../../core/fact.ts';
import { byDefault, type Field, unknown } from '../../../core/fact-builder.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import { isSince } from '../../versions.ts';

/** The protocol versions that a release uses where nothing says which; unknown for one that is too old to be listed. */
export function protocolsByDefault(
  table: 'protocols' | 'upstreamProtocols',
  { version, reason, guessed }: VersionEvidence,
  alsoGuessed = false,
): Field<readonly ProtocolVersion[]> {
  const row = defaults[table].find(({ since }) => isSince({ version }, since));
  return row ? byDefault(row.protocols, `the default of ${reason}`, guessed || alsoGuessed) : unknown;
}
