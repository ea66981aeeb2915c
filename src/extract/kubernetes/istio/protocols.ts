import type { ProtocolVersion } from '../../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import { keyOf, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
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
  const oldest = scalarIn(least);
  const newest = scalarIn(most);
  const upper = newest && newest.value !== 'TLS_AUTO' ? parseProtocol(newest.value) : 'TLSv1.3';
  if (!upper) return unknown;
  if (oldest && oldest.value !== 'TLS_AUTO') {
    const lower = parseProtocol(oldest.value);
    return lower ? written(protocolRange(lower, upper), spanOfNode(oldest)) : unknown;
  }
  if (!isSince({ version }, '1.14.0')) return unknown;
  if (newest && upper !== 'TLSv1.3')
    return written(protocolRange(upper < 'TLSv1.2' ? upper : 'TLSv1.2', upper), spanOfNode(newest));
  return byDefault(protocolRange('TLSv1.2', upper), `the default of ${reason}`, guessed);
}
