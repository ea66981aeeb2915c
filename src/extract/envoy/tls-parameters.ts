import type { ProtocolVersion } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import { spanInScalar, spanOfNode, type YamlNode, type YamlScalar } from '../../formats/yaml-tree.ts';
import { namedGroup } from '../../tls/groups.ts';
import { compareProtocols, parseProtocol, protocolRange, protocolVersions } from '../../tls/protocols.ts';
import { groupListField } from '../dialects/openssl-fields.ts';
import { evaluateBoringCiphers } from './boringssl-ciphers.ts';
import { compliancePolicy, defaultsOf, type Side, suites13, versionFor } from './defaults.ts';
import { elementsAt, itemsAt, type Setting, settingAt, wordOfElement } from './messages.ts';
import type { TransportSocket } from './sockets.ts';

/** The part of a TLS context that says how to speak. */
export interface TlsParameters {
  readonly protocols: Field<readonly ProtocolVersion[]>;
  readonly ciphers: Field<readonly string[]>;
  readonly suites13: Field<readonly string[]> | undefined;
  readonly groups: Field<readonly string[]>;
  /** Some suites are as good as others: among those the client chooses. */
  readonly leavesChoice: boolean;
}

const nothingKnown: TlsParameters = {
  ...{ protocols: unknown, ciphers: unknown, suites13: undefined, groups: unknown, leavesChoice: true },
};

type Tls = Extract<TransportSocket, { kind: 'tls' }>;

/**
 * `common_tls_context.tls_params`. Source: Envoy API v3, TlsParameters; what holds where nothing is written is in
 * data/envoy-defaults.yaml. QUIC always speaks TLS 1.3, whatever the parameters say (RFC 9001, section 4.2).
 */
export function tlsParameters(side: Side, socket: Tls, evidence: VersionEvidence): TlsParameters {
  const { context } = socket;
  const params = settingAt(context, 'common_tls_context', 'tls_params');
  if (!context || params.state === 'unknown' || hasOwnParameters(context)) return nothingKnown;
  const node = params.state === 'written' ? params.node : undefined;
  const input: Input = { side, node, version: versionFor(evidence, socket.old) };
  const policy = policyOf(input);
  if (policy) return policy;
  const groups = groupsOf(input);
  if (socket.carrier === 'quic') {
    const protocols = byDefault<readonly ProtocolVersion[]>(
      ['TLSv1.3'],
      'QUIC always uses TLS 1.3 (RFC 9001, section 4.2)',
    );
    return {
      protocols,
      ciphers: byDefault([], 'TLS 1.3 has suites of its own'),
      suites13: suites13Of(protocols),
      groups,
      leavesChoice: true,
    };
  }
  const range = rangeOf(input);
  const list = usableWith(groups, cipherList(input));
  const protocols = usable(range, list);
  const { leavesChoice } = list;
  return { protocols, ciphers: ciphersOf(list, protocols), suites13: suites13Of(protocols), groups, leavesChoice };
}

interface Input {
  readonly side: Side;
  readonly node: YamlNode | undefined;
  readonly version: VersionEvidence;
}

/** Since 1.40 a certificate can have parameters of its own, and what a client meets depends on the certificate. */
const hasOwnParameters = (context: YamlNode): boolean =>
  itemsAt(context, 'common_tls_context', 'tls_certificates').some(
    (certificate) => settingAt(certificate, 'tls_params').state !== 'absent',
  );

/** `compliance_policies` overrides the rest. */
function policyOf({ node }: Input): TlsParameters | undefined {
  const { items, open } = elementsAt(node, 'compliance_policies');
  const [first] = items;
  if (open) return nothingKnown;
  if (!first) return undefined;
  const policy = first.kind === 'scalar' ? compliancePolicy(first.value) : undefined;
  if (!policy) return nothingKnown;
  const span = spanOfNode(first);
  return {
    protocols: written(policy.protocols, span),
    ciphers: written(policy.ciphers, span),
    suites13: written(policy.suites13, span),
    groups: written(
      policy.groups.map((group) => namedGroup(group) ?? group),
      span,
    ),
    leavesChoice: true,
  };
}

type Bound = { readonly version: ProtocolVersion; readonly span: Span } | 'default' | 'unknown';

/** By name or by number; zero is TLS_AUTO, the default. */
function boundOf(setting: Setting): Bound {
  if (setting.state === 'absent') return 'default';
  if (setting.state === 'unknown' || setting.node.kind !== 'scalar') return 'unknown';
  const { value } = setting.node;
  if (value === 'TLS_AUTO' || value === '0') return 'default';
  const version = /^[1-4]$/.test(value) ? protocolVersions[Number(value) + 1] : parseProtocol(value);
  return version ? { version, span: spanOfNode(setting.node) } : 'unknown';
}

function rangeOf({ side, node, version }: Input): Field<readonly ProtocolVersion[]> {
  const least = boundOf(settingAt(node, 'tls_minimum_protocol_version'));
  const most = boundOf(settingAt(node, 'tls_maximum_protocol_version'));
  const standard = defaultsOf(side, version).protocols;
  if (least === 'unknown' || most === 'unknown') return unknown;
  const oldest = least === 'default' ? standard?.[0] : least.version;
  const newest = most === 'default' ? standard?.at(-1) : most.version;
  if (!oldest || !newest) return unknown;
  const versions = compareProtocols(oldest, newest) > 0 ? [] : protocolRange(oldest, newest);
  if (least !== 'default') return written(versions, least.span);
  // A maximum alone does not say that anything old is wanted: what is oldest is still the default.
  const oldestIsSound = oldest === 'TLSv1.2' || oldest === 'TLSv1.3';
  if (most !== 'default' && oldestIsSound) return written(versions, most.span);
  return byDefault(versions, `the default of ${version.reason}`, version.guessed);
}

interface CipherList {
  readonly suites: Field<readonly string[]>;
  /** It has groups of equal suites. */
  readonly leavesChoice: boolean;
  /** None is left that works before TLS 1.3. */
  readonly none?: boolean;
}
const unknownList: CipherList = { suites: unknown, leavesChoice: true };

/** `cipher_suites`: its elements are joined by colons, and each may be a list. */
function cipherList({ side, node, version }: Input): CipherList {
  const { items, open } = elementsAt(node, 'cipher_suites');
  const scalars = items.filter((item): item is YamlScalar => item.kind === 'scalar');
  if (open || scalars.length < items.length) return unknownList;
  const setting = settingAt(node, 'cipher_suites');
  if (setting.state !== 'written' || scalars.length === 0) {
    const { ciphers } = defaultsOf(side, version);
    const suites = ciphers && evaluateBoringCiphers(ciphers.join(':')).suites.map(({ name }) => name);
    return {
      suites: suites ? byDefault(suites, `the default of ${version.reason}`, version.guessed) : unknown,
      leavesChoice: true,
    };
  }
  const list = scalars.map(({ value }) => value).join(':');
  const { suites, unknownItems } = evaluateBoringCiphers(list);
  if (suites.length === 0 && unknownItems.length > 0) return unknownList;
  const starts = startsOf(scalars);
  const parts = suites.flatMap(({ broughtInBy: { start, end } }, index): readonly [string, Span][] => {
    const at = starts.findLastIndex((first) => first <= start);
    const scalar = scalars[at];
    const offset = starts[at] ?? 0;
    return scalar ? [[String(index), spanInScalar(scalar, start - offset, end - offset)]] : [];
  });
  const names = suites.map(({ name }) => name);
  return {
    suites: written(names, spanOfNode(setting.node), Object.fromEntries(parts)),
    leavesChoice: list.includes('|'),
  };
}

/**
 * Hybrid groups are for TLS 1.3 (draft-ietf-tls-hybrid-design): with nothing else in the list, older versions have no
 * group for a suite with ECDHE (observed on Envoy 1.40.0).
 */
function usableWith(groups: Field<readonly string[]>, list: CipherList): CipherList {
  const { suites } = list;
  if (!('value' in groups) || !groups.value.every((group) => group.includes('MLKEM')) || !('value' in suites))
    return list;
  const kept = suites.value.filter((name) => !name.startsWith('ECDHE'));
  const parts = suites.origin === 'written' ? suites.parts : undefined;
  const places = kept.flatMap((name, index): readonly [string, Span][] => {
    const place = parts?.[String(suites.value.indexOf(name))];
    return place ? [[String(index), place]] : [];
  });
  return {
    ...list,
    suites:
      suites.origin === 'written' ? written(kept, suites.span, Object.fromEntries(places)) : { ...suites, value: kept },
    none: kept.length === 0,
  };
}

/** Where each element begins in the joined list. */
function startsOf(scalars: readonly YamlScalar[]): readonly number[] {
  let at = 0;
  return scalars.map(({ value }) => {
    const start = at;
    at += value.length + 1;
    return start;
  });
}

/** Where no suite is left for them, versions before TLS 1.3 are never spoken (observed on Envoy 1.40.0). */
const usable = (range: Field<readonly ProtocolVersion[]>, { none }: CipherList): Field<readonly ProtocolVersion[]> =>
  none && 'value' in range ? { ...range, value: range.value.filter((version) => version === 'TLSv1.3') } : range;

/** Empty where only TLS 1.3 is spoken. */
function ciphersOf({ suites }: CipherList, protocols: Field<readonly ProtocolVersion[]>): Field<readonly string[]> {
  const newest = 'value' in protocols && protocols.value.every((version) => version === 'TLSv1.3');
  if (!newest || !('value' in suites)) return suites;
  return suites.origin === 'written' ? written([], suites.span) : { ...suites, value: [] };
}

/** BoringSSL has no setting for these. */
function suites13Of(protocols: Field<readonly ProtocolVersion[]>): Field<readonly string[]> | undefined {
  if (!('value' in protocols) || !protocols.value.includes('TLSv1.3')) return undefined;
  return byDefault(suites13, 'Envoy offers no setting for the suites of TLS 1.3');
}

function groupsOf({ side, node, version }: Input): Field<readonly string[]> {
  const { items, open } = elementsAt(node, 'ecdh_curves');
  if (open) return unknown;
  const setting = settingAt(node, 'ecdh_curves');
  if (setting.state === 'written' && items.length > 0)
    return groupListField(items.map(wordOfElement), spanOfNode(setting.node));
  const standard = defaultsOf(side, version).groups;
  return standard
    ? byDefault(
        standard.map((group) => namedGroup(group) ?? group),
        `the default of ${version.reason}`,
        version.guessed,
      )
    : unknown;
}
