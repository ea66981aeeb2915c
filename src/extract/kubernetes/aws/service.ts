import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import {
  items,
  scalar,
  spanInScalar,
  spanOfNode,
  text,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { annotation, booleanIn, type Setting, scalarIn, settingAt, spanIn, textIn } from '../settings.ts';
import { targetUpstream } from './alb.ts';
import { prefix as ingressPrefix } from './ingress-group.ts';
import { acceptedByDefault, acceptedUnder } from './tls-policy.ts';

const prefix = 'service.beta.kubernetes.io/aws-load-balancer-';
const technology = 'aws-load-balancer-controller';

/** Who makes the load balancer: the controller, whose annotations mean other things, or the cloud provider of the cluster. */
type Maker = 'controller' | 'cloud-provider' | undefined;

/**
 * A Service of type LoadBalancer on AWS: one `listener` for each port that the annotations give TLS. Source: AWS Load
 * Balancer Controller 3.5, docs/guide/service/annotations.md, pkg/service/model_build_listener.go; kubernetes/
 * cloud-provider-aws, pkg/providers/v1/aws.go (buildListener) and aws_loadbalancer.go.
 */
export const awsService: KindExtractor = (object, context) => {
  const facts = [...targetOf(object), ...listeners(object, context)];
  return facts.length > 0 ? { facts, diagnostics: [] } : nothing;
};

/** `backend-protocol` of an Ingress, where the Service says it for itself. */
function targetOf(object: KubernetesObject): readonly Fact<Upstream>[] {
  const protocol = annotation(object, `${ingressPrefix}backend-protocol`);
  const span = spanIn(protocol);
  if (!span || textIn(protocol)?.toUpperCase() !== 'HTTPS' || object.name === undefined) return [];
  const service = qualified(object.namespace, object.name);
  return [targetUpstream(`load balancer to ${service}`, service, span)];
}

function listeners(object: KubernetesObject, context: KindContext): readonly Fact<Listener | Upstream>[] {
  const certificate = annotation(object, `${prefix}ssl-cert`);
  if (certificate.state !== 'written' || certificate.node.kind !== 'scalar') return [];
  const node = certificate.node;
  const type = settingAt(object, object.root, 'spec', 'type');
  if (type.state === 'absent' || (type.state === 'written' && textIn(type) !== 'LoadBalancer')) return [];
  const maker = makerOf(object);
  return items(object.root, 'spec', 'ports').flatMap((port) => {
    const speaks = tlsAt(object, port, maker);
    return speaks === false ? [] : portFacts(object, port, node, maker, speaks, context);
  });
}

/** By `loadBalancerClass`, else by `aws-load-balancer-type`; either may make it where neither is written. */
function makerOf(object: KubernetesObject): Maker {
  const className = text(object.root, 'spec', 'loadBalancerClass');
  if (className !== undefined) return className === 'service.k8s.aws/nlb' ? 'controller' : undefined;
  const type = textIn(annotation(object, `${prefix}type`));
  if (type === 'external' || type === 'nlb-ip') return 'controller';
  return type === 'nlb' ? 'cloud-provider' : undefined;
}

/**
 * Whether a port is one of `ssl-ports`, by name or number; all are where nothing is said. `*` is all of them for the cloud
 * provider, and a name that no port has for the controller.
 */
function tlsAt(object: KubernetesObject, port: YamlNode, maker: Maker): boolean | undefined {
  if ((text(port, 'protocol') ?? 'TCP') !== 'TCP') return false;
  const setting = annotation(object, `${prefix}ssl-ports`);
  if (setting.state === 'absent') return true;
  const value = textIn(setting);
  if (value === undefined) return undefined;
  const named = value.split(',').map((one) => one.trim());
  if (named.includes('*')) return maker === undefined ? undefined : maker === 'cloud-provider';
  const [number, name] = [text(port, 'port'), text(port, 'name')];
  return named.some((one) => one === number || one === name);
}

function portFacts(
  object: KubernetesObject,
  port: YamlNode,
  certificate: YamlScalar,
  maker: Maker,
  speaks: boolean | undefined,
  context: KindContext,
): readonly Fact<Listener | Upstream>[] {
  const number = scalar(port, 'port');
  const self = spanOfNode(number ?? port);
  const backend = annotation(object, `${prefix}backend-protocol`);
  const isHttp = maker !== 'controller' && /^https?$/.test(textIn(backend) ?? '');
  const policy = annotation(object, `${prefix}ssl-negotiation-policy`);
  const fields: Fields<Listener> = {
    ports: number && /^\d+$/.test(number.value) ? written([Number(number.value)], self) : unknown,
    tls: speaks === true ? written(true, spanOfNode(certificate)) : unknown,
    exposure: exposureOf(object, maker),
    certificates: certificatesIn(certificate),
    ...(speaks === true ? (acceptedUnder(policy) ?? acceptedUnlessPatched(object, context)) : { protocols: unknown }),
    ...(isHttp && { hsts: unknown }),
  };
  const listener = buildFact<Listener>(
    { technology, subject: `${labelOf(object)} port ${number?.value ?? ''}`.trimEnd(), self },
    { kind: 'listener', application: isHttp ? 'http' : 'other' },
    fields,
  );
  return speaks === true ? [listener, ...backendFacts(object, port, backend)] : [listener];
}

const acceptedUnlessPatched = (object: KubernetesObject, context: KindContext) =>
  object.fragment ? { protocols: unknown } : acceptedByDefault(context, false);

function certificatesIn(node: YamlScalar): Field<NonNullable<Listener['certificates']>> {
  const found = [...node.value.matchAll(/[^\s,]+/g)];
  return written(
    found.map(([ref]) => ({ from: 'managed', ref })),
    spanOfNode(node),
    Object.fromEntries(
      found.map(({ 0: ref, index }, position) => [String(position), spanInScalar(node, index, index + ref.length)]),
    ),
  );
}

/** The controller makes internal load balancers, the cloud provider public ones, where nothing is said. */
function exposureOf(object: KubernetesObject, maker: Maker): Field<NonNullable<Listener['exposure']>> {
  const scheme = annotation(object, `${prefix}scheme`);
  const internal = annotation(object, `${prefix}internal`);
  const said = spanIn(scheme);
  if (said) return written(textIn(scheme) === 'internet-facing' ? 'external' : 'internal', said);
  const node = scalarIn(internal);
  if (node) return isFalse(internal) ? written('external', spanOfNode(node)) : written('internal', spanOfNode(node));
  if (object.fragment || scheme.state === 'unknown' || internal.state === 'unknown' || maker === undefined)
    return unknown;
  return maker === 'controller'
    ? byDefault('internal', 'the AWS Load Balancer Controller makes internal load balancers unless told otherwise')
    : byDefault('external', 'the cloud provider makes public load balancers unless told otherwise');
}

const isFalse = (setting: Setting): boolean => booleanIn(setting) === false;

/** `ssl`, and `https` for the cloud provider: TLS to the pods, whose certificates nothing verifies. */
function backendFacts(object: KubernetesObject, port: YamlNode, backend: Setting): readonly Fact<Upstream>[] {
  const span = spanIn(backend);
  const number = text(port, 'port');
  if (!span || object.name === undefined || !/^(ssl|https)$/.test(textIn(backend) ?? '')) return [];
  const service = `${qualified(object.namespace, object.name)}${number === undefined ? '' : `:${number}`}`;
  const off = byDefault(false, 'a load balancer of AWS does not verify the certificates of its targets');
  return [
    buildFact<Upstream>(
      { technology, subject: `${labelOf(object)} to its pods`, self: span },
      { kind: 'upstream', service, target: service, exposure: 'internal' },
      { tls: written(true, span), verify: composite({ chain: off, hostname: off }) },
    ),
  ];
}
