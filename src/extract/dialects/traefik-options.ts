import type { Listener, ProtocolVersion } from '../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import type { Word } from '../../formats/word.ts';
import { spanOfNode, type YamlNode } from '../../formats/yaml-tree.ts';
import { compareProtocols, parseProtocol, protocolRange } from '../../tls/protocols.ts';
import { cipherSuite } from '../../tls/suites.ts';
import { groupListField, type ProtocolsField, suiteListField } from './openssl-fields.ts';
import { isKnownGroup, isKnownSuite, type TraefikDefaults } from './traefik-defaults.ts';
import { flagField, listAt, settingAt, textField } from './traefik-settings.ts';

type ListenerFields = Fields<Listener>;

/** How the authorities of client certificates are written: files, or Secrets. */
export interface Authorities {
  readonly key: string;
  readonly refer: (name: string) => string;
}

const files: Authorities = { key: 'caFiles', refer: (name) => name };

/**
 * What an option set makes of versions, suites and groups. Traefik 3.7, pkg/tls/tlsmanager.go, buildTLSConfig: a version
 * that it does not know counts as not written; a suite, a group or a kind of client authentication that it does not
 * know makes the set fail, so that nothing is served with it.
 */
export function writtenOptions(
  node: YamlNode,
  defaults: TraefikDefaults,
  authorities: Authorities = files,
): ListenerFields {
  if (isBroken(node, authorities))
    return { protocols: unknown, ciphers: unknown, groups: unknown, clientAuth: unknown };
  const protocols = protocolsOf(node, defaults.writtenMinimum, defaults);
  return {
    protocols,
    ciphers: ciphersOf(node, protocols, defaults),
    suites13: defaults.suites13,
    groups: groupsOf(node) ?? defaults.groups,
    clientAuth: clientAuthOf(node, authorities),
    sessionTickets: sessionTicketsOf(node),
  };
}

/** Whether anything is served with an option set: Traefik builds it, and a version is left to speak. */
export function serves(node: YamlNode, defaults: TraefikDefaults, authorities: Authorities = files): boolean {
  const protocols = protocolsOf(node, defaults.writtenMinimum, defaults);
  return !isBroken(node, authorities) && !('value' in protocols && protocols.value.length === 0);
}

/** The options named `default` where nobody writes them. */
export function unwrittenOptions(defaults: TraefikDefaults): ListenerFields {
  return {
    protocols: defaults.because(protocolRange(defaults.unwrittenMinimum, 'TLSv1.3')),
    ciphers: defaults.ciphers,
    suites13: defaults.suites13,
    groups: defaults.groups,
    clientAuth: noClientAuth,
  };
}

/** `minVersion` and `maxVersion`, as far as a suite and a group are left for them; `minimum` where the former is not written. */
export function protocolsOf(node: YamlNode, minimum: ProtocolVersion, defaults: TraefikDefaults): ProtocolsField {
  const lower = versionAt(node, 'minVersion');
  const upper = versionAt(node, 'maxVersion');
  if (lower === 'unknown' || upper === 'unknown') return unknown;
  const range = protocolRange(lower?.version ?? minimum, upper?.version ?? 'TLSv1.3');
  const possible = range.filter((version) =>
    canBeSpoken(version, namesAt(node, 'cipherSuites'), namesAt(node, 'curvePreferences')),
  );
  return lower ? written(possible, spanOfNode(lower.node)) : defaults.because(possible);
}

/** The items of a list; one without items is no list (observed on 3.7.15). */
function itemsAt(node: YamlNode, name: string): { readonly items: readonly Word[]; readonly span: Span } | undefined {
  const setting = settingAt(node, name);
  const items = listAt(node, name) ?? [];
  return items.length > 0 && setting.state !== 'absent' ? { items, span: spanOfNode(setting.node) } : undefined;
}

/** The listed names; `undefined` where there is no list, or not everything in it is known. */
function namesAt(node: YamlNode, name: string): readonly string[] | undefined {
  const { items } = itemsAt(node, name) ?? {};
  return items?.every((word) => !word.unknown) ? items.map(({ text }) => text) : undefined;
}

/** Hybrid groups exist in TLS 1.3 only: before it they leave nothing for suites with an ephemeral key. */
const hasOlderGroup = (groups: readonly string[] | undefined): boolean =>
  groups?.some((name) => !/mlkem/i.test(name)) ?? true;

/**
 * Before TLS 1.3 a suite is needed that is not of TLS 1.3, and for one with an ephemeral key a group. Whether there is one
 * for each version is not asked here: src/link/effective-protocols.ts.
 */
function canBeSpoken(
  version: ProtocolVersion,
  suites: readonly string[] | undefined,
  groups: readonly string[] | undefined,
): boolean {
  if (version === 'TLSv1.3') return true;
  const hasGroup = hasOlderGroup(groups);
  if (!suites) return hasGroup;
  return suites.some((name) => {
    const suite = cipherSuite(name);
    if (!suite || suite.protocol === 'TLSv1.3') return false;
    return suite.keyExchange === 'RSA' || hasGroup;
  });
}

/** The suites of TLS 1.2 and older that can be used; none where only 1.3 is on. */
export function ciphersOf(
  node: YamlNode,
  protocols: ProtocolsField,
  defaults: TraefikDefaults,
): Field<readonly string[]> | undefined {
  const only13 = 'value' in protocols && protocols.value.every((version) => version === 'TLSv1.3');
  const listed = itemsAt(node, 'cipherSuites');
  if (!listed) return only13 ? defaults.because([]) : defaults.ciphers;
  const hasGroup = hasOlderGroup(namesAt(node, 'curvePreferences'));
  const usable = listed.items.filter(({ text }) => hasGroup || cipherSuite(text)?.keyExchange === 'RSA');
  return suiteListField(usable, listed.span, protocols);
}

function groupsOf(node: YamlNode): Field<readonly string[]> | undefined {
  const listed = itemsAt(node, 'curvePreferences');
  return listed && groupListField(listed.items, listed.span);
}

const noClientAuth = byDefault<NonNullable<Listener['clientAuth']>>(
  { mode: 'none' },
  'Traefik asks for no client certificate unless told to',
);

/** `RequireAnyClientCert` wants a certificate and checks nothing about it, like `RequestClientCert`. */
const modes: ReadonlyMap<string, NonNullable<Listener['clientAuth']>['mode']> = new Map([
  ['NoClientCert', 'none'],
  ['RequestClientCert', 'request'],
  ['RequireAnyClientCert', 'request'],
  ['VerifyClientCertIfGiven', 'optional'],
  ['RequireAndVerifyClientCert', 'required'],
]);

/** Authorities without a type make certificates obligatory. */
function clientAuthOf(node: YamlNode, { key, refer }: Authorities): ListenerFields['clientAuth'] {
  const type = textField(settingAt(node, 'clientAuth', 'clientAuthType'));
  const setting = settingAt(node, 'clientAuth', key);
  const names = listAt(node, 'clientAuth', key);
  if (type?.origin === 'unknown' || names?.some((name) => name.unknown)) return unknown;
  const [first] = names ?? [];
  const ca = first && { ca: refer(first.text) };
  if (type?.origin === 'written') {
    const mode = modes.get(type.value);
    return mode ? written({ mode, ...ca }, type.span) : unknown;
  }
  if (!first || setting.state === 'absent') return noClientAuth;
  return written({ mode: 'required', ...ca }, spanOfNode(setting.node));
}

const sessionTicketsOf = (node: YamlNode): Field<boolean> | undefined => {
  const disabled = flagField(settingAt(node, 'disableSessionTickets'));
  if (disabled?.origin === 'written') return written(!disabled.value, disabled.span);
  return disabled ?? byDefault(true, 'Traefik hands out session tickets unless told not to');
};

/** Whether Traefik refuses to build the set; routers that name it are left out then. */
export function isBroken(node: YamlNode, { key }: Authorities = files): boolean {
  const known = (name: string, isKnown: (text: string) => boolean): boolean =>
    (listAt(node, name) ?? []).every(({ text, unknown: isUnknown }) => isUnknown || isKnown(text));
  const type = textField(settingAt(node, 'clientAuth', 'clientAuthType'));
  const verifies =
    type?.origin === 'written' && /^(?:VerifyClientCertIfGiven|RequireAndVerifyClientCert)$/.test(type.value);
  const names = listAt(node, 'clientAuth', key) ?? [];
  return (
    !known('cipherSuites', isKnownSuite) || !known('curvePreferences', isKnownGroup) || (verifies && names.length === 0)
  );
}

/**
 * Whether Traefik throws the TLS settings of a servers transport away and takes its defaults: for a version or suite
 * that it does not know, and, in all releases of 3.7 up to now, for a minimum without a maximum, which it takes for one
 * above it (pkg/server/service/transport.go, createTLSConfig; observed on 3.7.15).
 */
export function isBrokenTransport(node: YamlNode): boolean {
  const [lower, upper] = ['minVersion', 'maxVersion'].map((name) => versionAt(node, name));
  const unreadable = ['minVersion', 'maxVersion'].some((name, index) => {
    const text = textField(settingAt(node, name));
    return text?.origin === 'written' && [lower, upper][index] === undefined;
  });
  const suites = namesAt(node, 'cipherSuites') ?? [];
  if (unreadable || !suites.every(isKnownSuite)) return true;
  if (!lower || lower === 'unknown' || upper === 'unknown') return false;
  return !upper || compareProtocols(lower.version, upper.version) > 0;
}

/** Only `VersionTLS10` to `VersionTLS13` in this spelling are versions. */
function versionAt(
  node: YamlNode,
  name: string,
): { readonly version: ProtocolVersion; readonly node: YamlNode } | 'unknown' | undefined {
  const setting = settingAt(node, name);
  if (setting.state === 'unknown') return 'unknown';
  if (setting.state === 'absent' || setting.node.kind !== 'scalar') return undefined;
  const { value } = setting.node;
  const version = /^VersionTLS1[0-3]$/.test(value) ? parseProtocol(value) : undefined;
  return version && { version, node: setting.node };
}
