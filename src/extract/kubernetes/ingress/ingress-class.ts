import { data as products } from '../../../../data/kubernetes-ingress-controllers.yaml';
import { entries, scalar, text } from '../../../formats/yaml-tree.ts';
import type { KindContext, Owner } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';

/** An IngressClass object: which controller answers to a class's name. */
interface IngressClass {
  readonly name: string;
  /** The product, or `spec.controller` itself for one that is not known. */
  readonly controller: string;
  /** Ingresses that name no class are of this one. */
  readonly isDefault: boolean;
}

function ingressClassesIn({ root, name }: KubernetesObject): readonly IngressClass[] {
  const controller = text(root, 'spec', 'controller');
  if (controller === undefined || name === undefined) return [];
  const known = products.find(({ controllers }) =>
    controllers.some(
      (prefix) =>
        controller === prefix || (/^[./]/.test(controller.slice(prefix.length)) && controller.startsWith(prefix)),
    ),
  );
  const isDefault = text(root, 'metadata', 'annotations', 'ingressclass.kubernetes.io/is-default-class') === 'true';
  return [{ name, controller: known?.product ?? controller, isDefault }];
}

/** The class that an Ingress names: `spec.ingressClassName`, or the older annotation. */
export const classOf = ({ root }: KubernetesObject): string | undefined =>
  text(root, 'spec', 'ingressClassName') ?? text(root, 'metadata', 'annotations', 'kubernetes.io/ingress.class');

/** The IngressClasses that explain an Ingress. */
export const ingressClassKind = 'networking.k8s.io/IngressClass';

/**
 * Who serves an Ingress. Best evidence first: the IngressClass that its class names, or the default one; annotations of F5's controller,
 * whose class is called nginx as well; a class that is called after a product; annotations that only one product
 * defines.
 */
export function ownerOf(object: KubernetesObject, { known }: KindContext): Owner {
  const name = classOf(object);
  const classes = known(ingressClassKind).flatMap(ingressClassesIn);
  const named = classes.filter((one) => (name === undefined ? one.isDefault : one.name === name));
  const declared = new Set(named.map(({ controller }) => controller));
  if (declared.size > 0) return { product: declared.size === 1 ? [...declared][0] : undefined, guessed: false };
  const annotated = annotatedFor(object);
  if (annotated.includes('nginx-ingress-controller')) return { product: 'nginx-ingress-controller', guessed: false };
  const words = name?.toLowerCase().split(/[^a-z0-9]+/) ?? [];
  const called = products.find(({ classes: names }) => names.some((word) => words.includes(word)))?.product;
  if (called !== undefined) return { product: called, guessed: !annotated.includes(called) };
  const isGeneric =
    name === undefined ||
    /nginx|^haproxy(-|$)/i.test(name) ||
    /^(internal|external|public|private|default)(-|$)/i.test(name);
  const [only, ...others] = annotated;
  if (isGeneric && only !== undefined && others.length === 0) return { product: only, guessed: false };
  return { product: name !== undefined && /nginx/i.test(name) ? 'ingress-nginx' : undefined, guessed: true };
}

/** The products that have an annotation of their own on an object. */
function annotatedFor({ root }: KubernetesObject): readonly string[] {
  const keys = entries(root, 'metadata', 'annotations').map(({ key }) => key.value);
  return products
    .filter(({ prefixes }) => prefixes.some((prefix) => keys.some((key) => key.startsWith(prefix))))
    .map(({ product }) => product);
}

/** The annotation or field that names the class: where a default of its controller is explained. */
export const classNode = ({ root }: KubernetesObject) =>
  scalar(root, 'spec', 'ingressClassName') ?? scalar(root, 'metadata', 'annotations', 'kubernetes.io/ingress.class');
