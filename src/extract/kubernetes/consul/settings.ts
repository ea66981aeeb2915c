import type { ProtocolVersion } from '../../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { spanOfNode } from '../../../formats/yaml-tree.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import { type Setting, scalarIn } from '../settings.ts';

/**
 * `tlsMinVersion` and `tlsMaxVersion`: `TLSv1_2`; `TLS_AUTO` and nothing leave it to Envoy, whose least version is TLS 1.2
 * since 1.22. Source: hashicorp/consul-k8s 2.0, control-plane/api/v1alpha1/mesh_types.go, MeshDirectionalTLSConfig.
 */
export function protocolsBetween(least: Setting, most: Setting): Field<readonly ProtocolVersion[]> {
  if (least.state === 'unknown' || most.state === 'unknown') return unknown;
  const oldest = limitIn(least);
  const newest = limitIn(most);
  const upper = newest ? parseProtocol(newest.value) : 'TLSv1.3';
  if (!upper) return unknown;
  if (!oldest)
    return byDefault(protocolRange(upper < 'TLSv1.2' ? upper : 'TLSv1.2', upper), 'the default of Envoy', true);
  const lower = parseProtocol(oldest.value);
  return lower ? written(protocolRange(lower, upper), spanOfNode(oldest)) : unknown;
}

function limitIn(setting: Setting) {
  const node = scalarIn(setting);
  return node && node.value !== 'TLS_AUTO' && node.value !== '' ? node : undefined;
}
