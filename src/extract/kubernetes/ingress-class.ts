import { data as controllers } from '../../../data/kubernetes-ingress-controllers.yaml';
import { entries, scalar, text } from '../../formats/yaml-tree.ts';
import type { KubernetesObject } from './objects.ts';

/** An IngressClass object: which controller answers to a class's name. */
export interface IngressClass {
  readonly name: string;
  /** The product, or `spec.controller` itself for one that is not known. */
  readonly controller: string;
}

export function ingressClassesIn({ root, kind, name }: KubernetesObject): readonly IngressClass[] {
  const controller = kind === 'IngressClass' ? text(root, 'spec', 'controller') : undefined;
  if (controller === undefined || name === undefined) return [];
  const known = controllers.find(
    ({ controller: prefix }) =>
      controller === prefix || (/^[./]/.test(controller.slice(prefix.length)) && controller.startsWith(prefix)),
  );
  return [{ name, controller: known?.product ?? controller }];
}

/** The controller that serves an Ingress. */
export interface Owner {
  /** A product of `data/kubernetes-ingress-controllers.yaml`; `undefined` where nothing tells. */
  readonly product: string | undefined;
  /** It is only likely, by the class's name. */
  readonly guessed: boolean;
}

/** The class that an Ingress names: `spec.ingressClassName`, or the older annotation. */
export const classOf = ({ root }: KubernetesObject): string | undefined =>
  text(root, 'spec', 'ingressClassName') ?? text(root, 'metadata', 'annotations', 'kubernetes.io/ingress.class');

export const ingressNginxPrefix = 'nginx.ingress.kubernetes.io/';

/**
 * Who serves an Ingress. Best evidence first: the IngressClass that its class names; a class that bears another
 * product's name; annotations that only ingress-nginx defines; a class that is called after nginx, which may also be
 * F5's controller.
 */
export function ownerOf(object: KubernetesObject, classes: readonly IngressClass[]): Owner {
  const name = classOf(object);
  const declared = new Set(classes.filter((one) => one.name === name).map(({ controller }) => controller));
  if (declared.size > 0) return { product: declared.size === 1 ? [...declared][0] : undefined, guessed: false };
  const prefixes = entries(object.root, 'metadata', 'annotations').map(({ key }) => key.value);
  const named = name === undefined || /nginx/i.test(name);
  if (prefixes.some((key) => /^nginx\.(org|com)\//.test(key)))
    return { product: 'nginx-ingress-controller', guessed: false };
  if (!named && !/^(internal|external|public|private|default)(-|$)/i.test(name))
    return { product: name.toLowerCase(), guessed: true };
  if (prefixes.some((key) => key.startsWith(ingressNginxPrefix))) return { product: 'ingress-nginx', guessed: false };
  return { product: name !== undefined && named ? 'ingress-nginx' : undefined, guessed: true };
}

/** The annotation or field that names the class: where a default of its controller is explained. */
export const classNode = ({ root }: KubernetesObject) =>
  scalar(root, 'spec', 'ingressClassName') ?? scalar(root, 'metadata', 'annotations', 'kubernetes.io/ingress.class');
