import { data as products } from '../../../../data/ingress-config-maps.yaml';
import { entries, text } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import type { KubernetesObject } from '../objects.ts';
import { type Setting, settingAt } from '../settings.ts';

/** Whose ConfigMap this is, and how one knows. */
export interface ConfigMapOwner {
  /** A product of `data/ingress-config-maps.yaml`; `nginx` where two of them may be meant. */
  readonly product: string;
  /** Its name or labels say so; its keys alone leave open what else there is. */
  readonly evidence: 'name' | 'keys';
}

/**
 * The Ingress controller that a ConfigMap configures: by its name or labels, else by keys of its own. ConfigMaps of whole
 * files, of ports and of headers are none.
 */
export function ownerOfConfigMap({
  root,
  group,
  kind,
  name = '',
  namespace = '',
}: KubernetesObject): ConfigMapOwner | undefined {
  if (kind !== 'ConfigMap' || group !== '') return undefined;
  const keys = entries(root, 'data').map(({ key }) => key.value);
  const isFile = keys.some((key) => /\.(conf|ya?ml|json|tmpl|crt|pem|sh)$/.test(key));
  const isPorts = keys.length > 0 && keys.every((key) => /^\d+$/.test(key));
  if (isFile || isPorts || /(^|-)(tcp|udp)(-services)?$|headers$/.test(name)) return undefined;
  const label = (key: string): string | undefined => text(root, 'metadata', 'labels', key);
  const labels = [label('app.kubernetes.io/name'), label('app.kubernetes.io/part-of')];
  const labelled = products.find(
    (one) => (one.label && labels.includes(one.label)) || (one.app && label('app') === one.app),
  );
  if (labelled) return { product: labelled.product, evidence: 'name' };
  const owned = products.find((one) => one.keys.some((key) => keys.includes(key)));
  const product = products.find(
    (one) => one.name !== undefined && new RegExp(one.name).test(name) && namespace.includes(one.namespace ?? ''),
  );
  // Keys of another product tell more than a name that people choose.
  const contradicted = owned && owned.product !== 'nginx' && owned.product !== product?.product;
  if (product && !contradicted) return { product: product.product, evidence: 'name' };
  return owned && { product: owned.product, evidence: 'keys' };
}

/** The ConfigMaps of the controllers of a product, by their names or labels. */
export const configMapsOf = (product: string, { known }: KindContext): readonly KubernetesObject[] =>
  known('/ConfigMap').filter((object) => {
    const owner = ownerOfConfigMap(object);
    return owner?.product === product && owner.evidence === 'name';
  });

/** What the ConfigMap of the controller that serves an object says. */
export interface ControllerSettings {
  /** Absent where no ConfigMap is here; unknown where several stand equally near. */
  readonly key: (name: string) => Setting;
  /** A ConfigMap is here, or several. */
  readonly configured: boolean;
}

/** The ConfigMap of the controller of a product that stands nearest to an object. */
export function controllerSettings(
  object: KubernetesObject,
  product: string,
  context: KindContext,
): ControllerSettings {
  const [only, ...others] = nearestTo(object.root.source.path, configMapsOf(product, context));
  return {
    key: (name) => {
      if (!only) return { state: 'absent' };
      return others.length > 0 ? { state: 'unknown' } : settingAt(only, only.root, 'data', name);
    },
    configured: only !== undefined,
  };
}
