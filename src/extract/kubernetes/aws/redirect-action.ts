import { type Field, unknown, written } from '../../../core/fact-builder.ts';
import { items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { jsonIn } from '../json-value.ts';
import type { KubernetesObject } from '../objects.ts';
import { annotation } from '../settings.ts';
import { prefix } from './ingress-group.ts';

/**
 * The older way to redirect: a path whose Service is an action, `actions.ssl-redirect: {"Type": "redirect",
 * "RedirectConfig": {"Protocol": "HTTPS"}}`. It holds for every request where each rule begins with such a path for
 * everything. `undefined` where no action redirects to HTTPS.
 */
export function redirectAction(object: KubernetesObject): Field<boolean> | undefined {
  const rules = items(object.root, 'spec', 'rules').map((rule) => items(rule, 'http', 'paths'));
  const used = rules.map((paths) => paths.map((path) => ({ path, node: actionOf(object, path) })));
  const [first] = used.flat().flatMap(({ node }) => (node ? [node] : []));
  if (!first) return undefined;
  const all = used.every(([leading]) => leading?.node !== undefined && isForEverything(leading.path));
  return all ? written(true, spanOfNode(first)) : unknown;
}

const isForEverything = (path: YamlNode): boolean => ['/', '/*', undefined].includes(text(path, 'path'));

/** The `HTTPS` of the action that a path uses, if it redirects there. */
function actionOf(object: KubernetesObject, path: YamlNode): YamlNode | undefined {
  const name = text(path, 'backend', 'service', 'name') ?? text(path, 'backend', 'serviceName');
  const port = text(path, 'backend', 'service', 'port', 'name') ?? text(path, 'backend', 'servicePort');
  if (name === undefined || port !== 'use-annotation') return undefined;
  const action = jsonIn(annotation(object, `${prefix}actions.${name}`));
  const type = text(action, 'type') ?? text(action, 'Type');
  const protocol = scalar(action, 'redirectConfig', 'protocol') ?? scalar(action, 'RedirectConfig', 'Protocol');
  return type === 'redirect' && protocol?.value === 'HTTPS' ? protocol : undefined;
}
