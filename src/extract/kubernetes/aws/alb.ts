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
import type { Span } from '../../../core/source.ts';
import { items, scalar, spanInScalar, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { hstsOf } from '../hsts.ts';
import { hostsOfIngress, servicesOfIngress } from '../ingress-hosts.ts';
import { jsonIn } from '../json-value.ts';
import type { ControllerReading, KindContext, Owner } from '../kind.ts';
import { headOf, labelOf } from '../objects.ts';
import { annotation, scalarIn, settingAt, spanIn, textIn } from '../settings.ts';
import { effective, type Membership, membershipOf, prefix } from './ingress-group.ts';
import { type ListenPort, listenPortsOf } from './listen-ports.ts';
import { hstsAttribute } from './load-balancer-configuration.ts';
import { redirectAction } from './redirect-action.ts';
import { acceptedByDefault, acceptedUnder } from './tls-policy.ts';

const technology = 'aws-load-balancer-controller';

/**
 * An Ingress of the AWS Load Balancer Controller: one `listener` for each port of its Application Load Balancer.
 * `spec.tls` says which certificates to look for and no more. Source: AWS Load Balancer Controller 3.5,
 * docs/guide/ingress/annotations.md, pkg/ingress/model_build_listener.go.
 */
export function applicationLoadBalancer(
  object: Membership['object'],
  owner: Owner,
  context: KindContext,
): ControllerReading {
  const membership = membershipOf(object, context);
  const ports = listenPortsOf(membership);
  return {
    technology,
    listener: {},
    redirect: unknown,
    plaintext: undefined,
    listeners: ports
      ? ports.map((port) => listener(membership, port, ports, owner, context))
      : [listenerFact(membership, undefined, headOf(object), { tls: unknown, protocols: unknown })],
    upstreams: upstreams(membership),
    diagnostics: [],
  };
}

function listener(
  membership: Membership,
  port: ListenPort,
  ports: readonly ListenPort[],
  owner: Owner,
  context: KindContext,
): Fact<Listener> {
  const fields: Fields<Listener> = port.secure
    ? {
        tls: written(true, port.span),
        ...accepted(membership, owner, context),
        clientAuth: clientAuth(membership, port.port),
        certificates: certificates(membership),
        hsts: hsts(membership, port.port),
      }
    : { tls: written(false, port.span), redirectsToHttps: redirect(membership, ports, owner) };
  return listenerFact(membership, port, port.span, fields);
}

function listenerFact(
  membership: Membership,
  port: ListenPort | undefined,
  self: Span,
  fields: Fields<Listener>,
): Fact<Listener> {
  const { object } = membership;
  const label = labelOf(object);
  return buildFact<Listener>(
    { technology, subject: port ? `${label} port ${port.port}` : label, self },
    {
      kind: 'listener',
      application: 'http',
      ...(object.name !== undefined && { name: port ? `${label}#${port.port}` : label }),
    },
    {
      hosts: hostsOfIngress(object),
      ...(port && { ports: written([port.port], port.span) }),
      exposure: exposure(membership),
      ...fields,
    },
  );
}

/** A default of the load balancer holds only where no other Ingress of the group, perhaps of another repository, says more. */
const isOpen = ({ object, group, members, paramsElsewhere }: Membership): boolean =>
  object.fragment || paramsElsewhere || (group !== undefined && members.length < 2);

function accepted(membership: Membership, owner: Owner, context: KindContext) {
  const policy = acceptedUnder(effective(membership, 'sslPolicy', 'ssl-policy'));
  if (policy) return policy;
  if (isOpen(membership)) return { protocols: unknown, ciphers: unknown };
  return acceptedByDefault(context, owner.guessed || membership.group !== undefined);
}

/** `scheme` is internal where nothing is said (annotations.md, "scheme"). */
function exposure(membership: Membership): Field<NonNullable<Listener['exposure']>> {
  const scheme = effective(membership, 'scheme', 'scheme');
  const span = spanIn(scheme);
  if (span) return written(textIn(scheme) === 'internet-facing' ? 'external' : 'internal', span);
  return scheme.state === 'unknown' || isOpen(membership)
    ? unknown
    : byDefault(
        'internal',
        'an Application Load Balancer is internal unless alb.ingress.kubernetes.io/scheme says otherwise',
      );
}

/**
 * `ssl-redirect` answers every plain port of the group with a redirect; an action that redirects to HTTPS does so where
 * the first path uses it.
 */
function redirect(membership: Membership, ports: readonly ListenPort[], owner: Owner): Field<boolean> {
  const setting = effective(membership, 'sslRedirectPort', 'ssl-redirect');
  const span = spanIn(setting);
  if (span) return written(true, span);
  const action = redirectAction(membership.object);
  if (action) return action;
  if (setting.state === 'unknown' || isOpen(membership) || !ports.some(({ secure }) => secure)) return unknown;
  return byDefault(
    false,
    'an Application Load Balancer redirects only with alb.ingress.kubernetes.io/ssl-redirect',
    owner.guessed || membership.group !== undefined,
  );
}

/** `verify` refuses whoever has no certificate of the trust store; `passthrough` leaves checking to the application. */
function clientAuth(membership: Membership, port: number): Field<NonNullable<Listener['clientAuth']>> {
  const setting = effective(membership, 'mutualAuthentication', 'mutual-authentication');
  const entry = items(jsonIn(setting)).find((one) => text(one, 'port') === String(port));
  const mode = scalar(entry, 'mode');
  const store = scalar(entry, 'trustStore');
  const modes = { verify: 'required', passthrough: 'request', off: 'none' } as const;
  if (setting.state === 'unknown' || (setting.state === 'absent' && isOpen(membership))) return unknown;
  if (!mode)
    return byDefault({ mode: 'none' }, 'an Application Load Balancer asks for no client certificates unless told to');
  if (mode.value !== 'verify' && mode.value !== 'passthrough' && mode.value !== 'off') return unknown;
  return composite<NonNullable<Listener['clientAuth']>>({
    mode: written(modes[mode.value], spanOfNode(mode)),
    ca: store && written(store.value, spanOfNode(store)),
  });
}

/** Certificates that AWS keeps; without a name the controller finds them by host. Secrets of `spec.tls` are ignored. */
function certificates({ object, params }: Membership): Field<NonNullable<Listener['certificates']>> {
  const fixed = params ? settingAt(params, params.root, 'spec', 'certificateArn') : undefined;
  if (fixed?.state === 'written') {
    const names = items(fixed.node).flatMap((one) => (one.kind === 'scalar' ? [one.value] : []));
    return written(
      names.map((ref) => ({ from: 'managed', ref })),
      spanOfNode(fixed.node),
    );
  }
  const node = scalarIn(annotation(object, `${prefix}certificate-arn`));
  if (!node) return unknown;
  const found = [...node.value.matchAll(/[^\s,]+/g)];
  return written(
    found.map(([ref]) => ({ from: 'managed', ref })),
    spanOfNode(node),
    Object.fromEntries(
      found.map(({ 0: ref, index }, position) => [String(position), spanInScalar(node, index, index + ref.length)]),
    ),
  );
}

/** `listener-attributes.HTTPS-443` can send the header; an application may do so where it does not. */
function hsts({ members }: Membership, port: number): Field<NonNullable<Listener['hsts']>> {
  const nodes = members.map((member) => scalarIn(annotation(member, `${prefix}listener-attributes.HTTPS-${port}`)));
  const [first] = nodes.flatMap((node) => {
    const [, text = ''] = new RegExp(`${hstsAttribute.replaceAll('.', '\\.')}=([^,]*)`).exec(node?.value ?? '') ?? [];
    const value = hstsOf(text);
    return node && value ? [{ value, span: spanOfNode(node) }] : [];
  });
  return first ? written(first.value, first.span) : unknown;
}

/**
 * `backend-protocol: HTTPS`. The load balancer does not verify its targets' certificates, and has no switch for it; AWS's
 * network authenticates the packets instead (AWS, "Target groups for your Application Load Balancers", routing
 * configuration), so that nobody stands in between.
 */
function upstreams({ object }: Membership): readonly Fact<Upstream>[] {
  const protocol = annotation(object, `${prefix}backend-protocol`);
  const span = spanIn(protocol);
  if (!span || textIn(protocol)?.toUpperCase() !== 'HTTPS') return [];
  return servicesOfIngress(object).map((service) => targetUpstream(`${labelOf(object)} to ${service}`, service, span));
}

/** TLS from an Application Load Balancer to a Service. */
export function targetUpstream(subject: string, service: string, span: Span): Fact<Upstream> {
  const off = byDefault(false, 'an Application Load Balancer does not verify the certificates of its targets');
  return buildFact<Upstream>(
    { technology, subject, self: span },
    { kind: 'upstream', service, target: service, exposure: 'internal' },
    { tls: written(true, span), verify: composite({ chain: off, hostname: off }) },
  );
}
