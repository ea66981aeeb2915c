import type { ProtocolVersion } from '../../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import { keyOf, spanOfNode, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import { isSince } from '../../versions.ts';
import type { KubernetesObject } from '../objects.ts';
import { type Setting, scalarIn, settingAt } from '../settings.ts';

/** Fields in the spelling of the documentation, or in the proto's own, which Istio accepts as well. */
export function field(object: KubernetesObject, node: YamlNode, name: string): Setting {
  const proto = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return settingAt(object, node, keyOf(node, proto) ? proto : name);
}

/**
 * `minProtocolVersion` and `maxProtocolVersion`. TLS 1.2 is the least where nothing is said, since Envoy 1.22 came with
 * Istio 1.14; what older releases do is not known here (Istio 1.30, networking/v1alpha3/gateway.proto, ServerTLSSettings;
 * Envoy 1.22 release notes, "tls: set TLS v1.2 as the default minimal version for servers").
 */
export function protocolsBetween(
  least: Setting,
  most: Setting,
  { version, reason, guessed }: VersionEvidence,
): Field<readonly ProtocolVersion[]> {
  if (least.state === 'unknown' || most.state === 'unknown') return unknown;
  const oldest = limitIn(least);
  const newest = limitIn(most);
  const upper = newest ? versionIn(newest) : 'TLSv1.3';
  if (!upper) return unknown;
  if (oldest) {
    const lower = versionIn(oldest);
    return lower ? written(protocolRange(lower, upper), spanOfNode(oldest)) : unknown;
  }
  if (!isSince({ version }, '1.14.0')) return unknown;
  if (newest && upper !== 'TLSv1.3')
    return written(protocolRange(upper < 'TLSv1.2' ? upper : 'TLSv1.2', upper), spanOfNode(newest));
  return byDefault(protocolRange('TLSv1.2', upper), `the default of ${reason}`, guessed);
}

/** `TLS_AUTO` is the default, written down. */
function limitIn(setting: Setting): YamlScalar | undefined {
  const node = scalarIn(setting);
  return node && !/^(TLS_AUTO|0)$/.test(node.value) ? node : undefined;
}

/** Proto enums are read by name or number: 1 is TLSV1_0, 4 is TLSV1_3. */
const versionIn = ({ value }: YamlScalar): ProtocolVersion | undefined =>
  parseProtocol(/^[1-4]$/.test(value) ? `TLSV1_${Number(value) - 1}` : value);
