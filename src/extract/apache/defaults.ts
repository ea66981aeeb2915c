import { data } from '../../../data/apache-defaults.yaml';
import type { ProtocolVersion } from '../../core/fact.ts';
import { byDefault } from '../../core/fact-builder.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { type ProtocolsField, suitesOfString } from '../dialects/openssl-fields.ts';
import { isSince } from '../versions.ts';

/** What httpd of some version does where nothing is written. The facts and their sources: data/apache-defaults.yaml. */
export interface ApacheDefaults {
  readonly protocols: ProtocolsField;
  /** What the word `all` stands for. */
  readonly all: readonly ProtocolVersion[];
  /** The suites of the default cipher string. */
  readonly ciphers: (protocols: ProtocolsField) => readonly string[];
  readonly appendedCiphers: string;
  readonly suites13: readonly string[];
  /** Whether `SSLProtocol` of a virtual host that is not the first of its address takes effect. */
  readonly protocolsByName: boolean;
}

export function defaultsOf(evidence: VersionEvidence): ApacheDefaults {
  const { reason, guessed } = evidence;
  const since = (rows: typeof data.all): readonly ProtocolVersion[] =>
    (rows.find((row) => isSince(evidence, row.since)) ?? rows.at(-1))?.protocols ?? [];
  return {
    protocols: byDefault(since(data.protocols), `the default of ${reason}`, guessed),
    all: since(data.all),
    ciphers: (protocols) => suitesOfString(`${data.ciphers}${data.appendedCiphers}`, protocols),
    appendedCiphers: data.appendedCiphers,
    suites13: data.suites13,
    protocolsByName: isSince(evidence, data.protocolsByNameSince),
  };
}
