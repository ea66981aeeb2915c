import { data } from '../../../data/nginx-defaults.yaml';
import type { ProtocolVersion } from '../../core/fact.ts';
import { byDefault, type Field } from '../../core/fact-builder.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { isSince } from '../versions.ts';

type Evaluate = (string: string) => readonly string[];

/** What nginx of some version does where nothing is written. The facts and their sources: data/nginx-defaults.yaml. */
export interface NginxDefaults {
  readonly protocols: Field<readonly ProtocolVersion[]>;
  readonly ciphers: (evaluate: Evaluate) => Field<readonly string[]>;
  readonly upstreamCiphers: (evaluate: Evaluate) => Field<readonly string[]>;
  readonly suites13: readonly string[];
  /** Whether `ssl_protocols` of a server that is not the default one of its address takes effect. */
  readonly protocolsByServer: boolean;
}

export function defaultsOf(evidence: VersionEvidence): NginxDefaults {
  const { reason, guessed } = evidence;
  const row = data.protocols.find(({ since }) => isSince(evidence, since)) ?? data.protocols.at(-1);
  return {
    protocols: byDefault(row?.protocols ?? [], `the default of ${reason}`, guessed),
    ciphers: (evaluate) => byDefault(evaluate(data.ciphers), `${data.ciphers}, the default of nginx`),
    upstreamCiphers: (evaluate) =>
      byDefault(evaluate(data.upstreamCiphers), `${data.upstreamCiphers}, the default of nginx`),
    suites13: data.suites13,
    protocolsByServer: isSince(evidence, data.protocolsByServerSince),
  };
}

/** The directives that an include that is not in the repository may set; `undefined` when it may be any. */
export const setByShippedFile = (pattern: string): readonly string[] | undefined =>
  data.shippedFiles.find(({ path }) => new RegExp(path).test(pattern))?.sets;
