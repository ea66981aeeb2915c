import { data as implementations } from '../../../../data/gateway-implementations.yaml';
import { text } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';

/** Who serves a Gateway. */
export interface Implementation {
  /** As in `data/gateway-implementations.yaml`; `undefined` where nothing tells. */
  readonly product: string | undefined;
  /** It is only likely, by the class's name. */
  readonly guessed: boolean;
  /** Whether HTTPRoutes alone say what plain HTTP answers. */
  readonly routesDecide: boolean;
}

/** By the GatewayClass that the Gateway names, else by the name of the class. */
export function implementationOf(gateway: KubernetesObject, { known }: KindContext): Implementation {
  const name = text(gateway.root, 'spec', 'gatewayClassName');
  const controllers = known('gateway.networking.k8s.io/GatewayClass')
    .filter((one) => one.name === name)
    .map(({ root }) => text(root, 'spec', 'controllerName'));
  const declared = implementations.find((one) =>
    controllers.some((controller) => controller !== undefined && one.controllers.includes(controller)),
  );
  if (declared) return { product: declared.product, guessed: false, routesDecide: declared.routesDecide };
  if (controllers.length > 0) return { product: undefined, guessed: false, routesDecide: true };
  const called = implementations.find((one) =>
    one.classes.some((prefix) => name === prefix || name?.startsWith(`${prefix}-`) === true),
  );
  return { product: called?.product, guessed: called?.ownNames !== true, routesDecide: called?.routesDecide ?? true };
}
