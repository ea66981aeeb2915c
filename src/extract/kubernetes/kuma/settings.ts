import type { ProtocolVersion } from '../../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import type { KubernetesObject } from '../objects.ts';
import { goDurationSeconds, type Setting, scalarIn, settingAt, textIn } from '../settings.ts';

const unitSeconds: Readonly<Record<string, number>> = {
  y: 365 * 86400,
  w: 7 * 86400,
  d: 86400,
  h: 3600,
  m: 60,
  s: 1,
  ms: 0.001,
};

/**
 * A duration with one unit, as a Mesh takes it: `1d`, `10y`; or a Go duration, as newer resources take them.
 * Source: Kuma 2.14, pkg/core/resources/apis/mesh/mesh_helpers.go, ParseDuration.
 */
export function durationSeconds(value: string): number | undefined {
  const [, amount, unit] = /^(\d+)(y|w|d|h|m|s|ms)$/.exec(value) ?? [];
  const factor = unit === undefined ? undefined : unitSeconds[unit];
  return factor === undefined ? goDurationSeconds(value) : Math.round(Number(amount) * factor);
}

/**
 * `min` and `max` of a version block, `TLS10` to `TLS13`. `TLSAuto` and nothing leave it to Envoy, whose least version is
 * TLS 1.2. Source: Kuma 2.14, api/common/v1alpha1/tls; Envoy 1.22 release notes.
 */
export function protocolsOf(
  object: KubernetesObject,
  version: YamlNode | undefined,
): Field<readonly ProtocolVersion[]> | undefined {
  if (!version) return undefined;
  const least = settingAt(object, version, 'min');
  const most = settingAt(object, version, 'max');
  if (least.state === 'unknown' || most.state === 'unknown') return unknown;
  const upper = isAutomatic(most) ? 'TLSv1.3' : parseProtocol(textIn(most) ?? '');
  if (!upper) return unknown;
  const node = scalarIn(least);
  if (isAutomatic(least) || !node)
    return byDefault(protocolRange(upper < 'TLSv1.2' ? upper : 'TLSv1.2', upper), 'the default of Envoy', true);
  const lower = parseProtocol(node.value);
  return lower ? written(protocolRange(lower, upper), spanOfNode(node)) : unknown;
}

const isAutomatic = (setting: Setting): boolean =>
  setting.state === 'absent' || /^tlsauto$/i.test(textIn(setting) ?? '');

/** Where the control plane keeps what is for the whole mesh, unless it was installed elsewhere. */
export const systemNamespace = 'kuma-system';
