import type { Mesh } from '../../../core/fact.ts';
import { buildFact } from '../../../core/fact-builder.ts';
import type { Extraction } from '../../../core/technology.ts';
import { scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { nothing } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, settingAt } from '../settings.ts';

const modes: Readonly<Record<string, NonNullable<Mesh['mode']>>> = {
  off: 'disabled',
  permissive: 'permissive',
  strict: 'strict',
};

/**
 * Values of the chart `nginx-service-mesh`: `mtls.mode`. `object` is what holds them.
 * Source: NGINX Service Mesh 2.0, Helm chart, values (the product is retired; from its documentation).
 */
export function nginxServiceMeshValues(object: KubernetesObject, values: YamlNode): Extraction {
  const node = scalar(values, 'mtls', 'mode');
  if (!node) return nothing;
  const mode = fieldFrom(settingAt(object, values, 'mtls', 'mode'), (value) => modes[value]);
  const head = { technology: 'nginx-service-mesh', subject: `mtls.mode in ${labelOf(object)}`, self: spanOfNode(node) };
  return { facts: [buildFact<Mesh>(head, { kind: 'mesh', scope: 'mesh' }, { mode })], diagnostics: [] };
}
