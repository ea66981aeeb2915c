import { text } from '../../../formats/yaml-tree.ts';
import { classOf, ingressClassKind } from '../ingress/ingress-class.ts';
import type { KindContext } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import type { KubernetesObject } from '../objects.ts';
import { annotation, type Setting, settingAt } from '../settings.ts';

export const prefix = 'alb.ingress.kubernetes.io/';

/** An Ingress as the controller sees it: alone, or with the others of its group, which share one load balancer. */
export interface Membership {
  readonly object: KubernetesObject;
  /** The IngressClassParams of its class, where the repository has them. Its fields replace annotations. */
  readonly params: KubernetesObject | undefined;
  /** The class names parameters that are not here. */
  readonly paramsElsewhere: boolean;
  readonly group: string | undefined;
  /** The Ingresses of the group in the repository, this one first. */
  readonly members: readonly KubernetesObject[];
}

/**
 * The group of an Ingress: `group.name`, or that of its class. Source: AWS Load Balancer Controller 3.5,
 * docs/guide/ingress/annotations.md and ingress_class.md, pkg/ingress/model_builder.go.
 */
export function membershipOf(object: KubernetesObject, context: KindContext): Membership {
  const { params, elsewhere } = paramsOf(object, context);
  const group = groupOf(object, context);
  const others =
    group === undefined
      ? []
      : context
          .known('networking.k8s.io/Ingress')
          .filter((one) => !isSame(one, object) && groupOf(one, context) === group);
  return { object, params, paramsElsewhere: elsewhere, group, members: [object, ...others] };
}

const isSame = (a: KubernetesObject, b: KubernetesObject): boolean =>
  a.root.source.path === b.root.source.path && a.root.range.start === b.root.range.start;

const groupOf = (object: KubernetesObject, context: KindContext): string | undefined =>
  text(paramsOf(object, context).params?.root, 'spec', 'group', 'name') ??
  text(object.root, 'metadata', 'annotations', `${prefix}group.name`);

function paramsOf(
  object: KubernetesObject,
  { known }: KindContext,
): { readonly params: KubernetesObject | undefined; readonly elsewhere: boolean } {
  const { path } = object.root.source;
  const classes = known(ingressClassKind).filter(({ name }) => name === classOf(object));
  const names = nearestTo(path, classes).flatMap(({ root }) =>
    text(root, 'spec', 'parameters', 'kind') === 'IngressClassParams'
      ? (text(root, 'spec', 'parameters', 'name') ?? [])
      : [],
  );
  const found = known('elbv2.k8s.aws/IngressClassParams').filter(
    ({ name }) => name !== undefined && names.includes(name),
  );
  const [params] = nearestTo(path, found);
  return { params, elsewhere: names.length > 0 && !params };
}

/** A setting that the class's parameters replace, and that one Ingress of a group makes for all. */
export function effective({ params, members, object }: Membership, field: string, key: string): Setting {
  const fixed = params ? settingAt(params, params.root, 'spec', field) : undefined;
  if (fixed && fixed.state !== 'absent') return fixed;
  const settings = members.map((member) => annotation(member, `${prefix}${key}`));
  return settings.find(({ state }) => state !== 'absent') ?? annotation(object, `${prefix}${key}`);
}
