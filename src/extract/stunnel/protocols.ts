import { data } from '../../../data/stunnel-defaults.yaml';
import type { ProtocolVersion } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { parseProtocol, protocolRange } from '../../tls/protocols.ts';
import { cipherStringField, type ProtocolsField, suitesOfString } from '../dialects/openssl-fields.ts';
import { isSince } from '../versions.ts';
import { allOf, lastOf, type Service, settingsOf } from './services.ts';

/**
 * The versions between `sslVersionMin` and `sslVersionMax` (`sslVersion` sets both) without those that `options` takes
 * away. Where no oldest version is written, security level 2 of stunnel is what keeps TLS 1.0 and 1.1 off: level 0 lets
 * them in (observed on 5.68 with OpenSSL 3.0.19), and is then the place to look at.
 */
export function protocolsOf(service: Service, evidence: VersionEvidence): ProtocolsField {
  const bounds = boundsOf(service);
  const off = switchedOff(service);
  if (!bounds || !off) return unknown;
  const { oldest, newest = 'TLSv1.3' } = bounds;
  const without = (versions: readonly ProtocolVersion[]): readonly ProtocolVersion[] =>
    versions.filter((version) => !off.has(version));
  if (oldest) {
    const range = protocolRange(oldest.version, newest);
    const left = without(range);
    // SSLv3 and nothing else is what was meant, whether or not `options` lets it in.
    return written(left.length > 0 ? left : range, spanOfWord(oldest.word));
  }
  const level = securityLevelOf(service);
  if (level === 'unknown') return unknown;
  if (level?.level === 0) return written(without(protocolRange('SSLv3', newest)), spanOfWord(level.word));
  if (service.open) return unknown;
  const { version, reason, guessed } = evidence;
  const row = data.protocols.find(({ since }) => isSince({ version }, since));
  const until = protocolRange('SSLv2', newest);
  return byDefault(
    without((row?.protocols ?? []).filter((one) => until.includes(one))),
    `the default of ${reason}`,
    guessed,
  );
}

interface Bounds {
  readonly oldest: { readonly version: ProtocolVersion; readonly word: Word } | undefined;
  readonly newest: ProtocolVersion | undefined;
}

/** The settings in their order, later ones win. `undefined` where one is unknown. */
function boundsOf(service: Service): Bounds | undefined {
  let bounds: Bounds = { oldest: undefined, newest: undefined };
  for (const { key, value } of settingsOf(service, ['sslVersion', 'sslVersionMin', 'sslVersionMax'])) {
    const name = key.toLowerCase();
    const version = parseProtocol(value.text);
    const all = value.text.toLowerCase() === 'all';
    if (value.unknown || (!version && !all)) return undefined;
    bounds = {
      oldest: name === 'sslversionmax' ? bounds.oldest : version && { version, word: value },
      newest: name === 'sslversionmin' ? bounds.newest : version,
    };
  }
  return bounds;
}

/** `options = NO_TLSv1_1`; a hyphen in front takes it back. SSLv2 and SSLv3 are off at first (since 5.06). */
function switchedOff(service: Service): ReadonlySet<ProtocolVersion> | undefined {
  const off = new Set<ProtocolVersion>(['SSLv2', 'SSLv3']);
  for (const word of allOf(service, 'options')) {
    if (word.unknown) return undefined;
    const [, back, name = ''] = /^(-?)NO_((?:SSL|TLS)v[\d_]+)$/i.exec(word.text) ?? [];
    const version = parseProtocol(name.replace('_', '.'));
    if (version && back === '-') off.delete(version);
    else if (version) off.add(version);
  }
  return off;
}

/** `securityLevel`, or `@SECLEVEL` in the cipher string, which is applied after it. */
function securityLevelOf(service: Service): { readonly level: number; readonly word: Word } | 'unknown' | undefined {
  const ciphers = lastOf(service, 'ciphers');
  const inString = ciphers?.unknown ? undefined : [...(ciphers?.text ?? '').matchAll(/@SECLEVEL=([0-5])/g)].at(-1)?.[1];
  if (ciphers && inString !== undefined) return { level: Number(inString), word: ciphers };
  const word = lastOf(service, 'securityLevel');
  if (word?.unknown) return 'unknown';
  return word && /^[0-5]$/.test(word.text) ? { level: Number(word.text), word } : undefined;
}

/** `ciphers`, at the level that is in force, or the release's own list. */
export function ciphersOf(
  service: Service,
  protocols: ProtocolsField,
  { version, reason, guessed }: VersionEvidence,
): Field<readonly string[]> {
  const word = lastOf(service, 'ciphers');
  const level = securityLevelOf(service);
  if (word && level === 'unknown') return unknown;
  if (word) {
    const appended = level && typeof level === 'object' ? `:@SECLEVEL=${level.level}` : '';
    return cipherStringField(word, protocols, { appended });
  }
  if (service.open) return unknown;
  const row = data.ciphers.find(({ since }) => isSince({ version }, since));
  return row
    ? byDefault(suitesOfString(row.ciphers, protocols), `${row.ciphers}, the default of ${reason}`, guessed)
    : unknown;
}
