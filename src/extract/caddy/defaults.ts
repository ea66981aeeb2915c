import { data } from '../../../data/caddy.yaml';
import type { ProtocolVersion } from '../../core/fact.ts';
import { byDefault, type Field } from '../../core/fact-builder.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { isSince } from '../versions.ts';

/** What Caddy of some version does where nothing is written. The facts and their sources: data/caddy.yaml. */
export interface CaddyDefaults {
  readonly protocols: readonly ProtocolVersion[];
  readonly reason: string;
  readonly ciphers: readonly string[];
  readonly suites13: readonly string[];
  readonly groups: Field<readonly string[]>;
  readonly upstreamProtocols: Field<readonly ProtocolVersion[]>;
  /** Whether the server starts with this suite in its list. */
  readonly accepts: (suite: string) => boolean;
  readonly ticketsOffWithClientAuth: boolean;
  /** Whether a site without TLS settings of its own escapes the client authentication of a wildcard site. */
  readonly shieldedFromWildcard: boolean;
}

export function defaultsOf(evidence: VersionEvidence): CaddyDefaults {
  const { reason, guessed } = evidence;
  const since = (version: string): boolean => isSince(evidence, version);
  const groups = data.groups.find((row) => since(row.since))?.groups ?? [];
  const upstream = data.upstreamProtocols.find((row) => since(row.since))?.protocols ?? [];
  return {
    protocols: data.protocols,
    reason: 'the default of Caddy 2',
    ciphers: data.ciphers,
    suites13: data.suites13,
    groups: byDefault(groups, `the default of ${reason}`, guessed),
    upstreamProtocols: byDefault(upstream, `the default of ${reason}`, guessed),
    accepts: (suite) =>
      data.acceptedCiphers.some(
        (row) => since(row.since) && !(row.before && since(row.before)) && new RegExp(row.pattern).test(suite),
      ),
    ticketsOffWithClientAuth: since(data.ticketsOffWithClientAuthSince),
    shieldedFromWildcard: since(data.shieldedFromWildcardSince),
  };
}
