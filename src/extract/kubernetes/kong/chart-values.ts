import type { Extraction } from '../../../core/technology.ts';
import type { YamlNode } from '../../../formats/yaml-tree.ts';
import { type KindContext, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { gatewayFacts } from './gateway.ts';
import { settingsInValues } from './settings.ts';

/**
 * What the values of Kong's Helm chart say: `env` holds the gateway's settings. `object` holds the values.
 * Source: Kong/charts kong-3.4.1, charts/kong/values.yaml.
 */
export function kongValues(object: KubernetesObject, values: YamlNode, { versions }: KindContext): Extraction {
  const settings = settingsInValues(values);
  if (!settings) return nothing;
  return { facts: gatewayFacts(settings, labelOf(object), versions('kong', values.source.path)), diagnostics: [] };
}
