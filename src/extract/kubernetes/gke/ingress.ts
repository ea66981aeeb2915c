import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { items, scalar, spanInScalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import { classNode, classOf } from '../ingress/ingress-class.ts';
import { hostsOfIngress } from '../ingress-hosts.ts';
import type { ControllerReading, KindContext, Owner } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { annotation, booleanIn, type Setting, scalarIn, settingAt, spanIn } from '../settings.ts';
import { hstsOfBackends } from './backend-config.ts';
import { defaultProtocols } from './ssl-policy.ts';

const technology = 'gke';

/**
 * An Ingress of Google Kubernetes Engine: port 443 where `spec.tls`, a managed or a pre-shared certificate gives it one,
 * and port 80 unless `kubernetes.io/ingress.allow-http` closes it. A FrontendConfig adds a policy and a redirect. Source:
 * kubernetes/ingress-gce main (2026-08), pkg/annotations/ingress.go, pkg/apis/frontendconfig/v1beta1/types.go,
 * pkg/loadbalancers/l7.go.
 */
export function gkeIngress(object: KubernetesObject, likely: Owner, context: KindContext): ControllerReading {
  const owner = { ...likely, guessed: likely.guessed && !ownClasses.includes(classOf(object) ?? '') };
  const frontend = frontendOf(object, context);
  const certificate = certificateOf(object);
  const plain = plainListener(object, frontend, certificate, owner);
  return {
    technology,
    listener: {},
    redirect: unknown,
    plaintext: undefined,
    listeners: [
      ...(certificate ? [secureListener(object, frontend, certificate, owner, context)] : []),
      ...(plain ? [plain] : []),
    ],
    upstreams: [],
    diagnostics: [],
  };
}

/** Classes that the controller answers to by these very names. */
const ownClasses = ['gce', 'gce-internal', 'gce-regional-external', 'gce-multi-cluster'];

/** What a FrontendConfig says: none is named; one is that the repository lacks; this one. */
type Frontend = 'none' | 'elsewhere' | KubernetesObject;

function frontendOf(object: KubernetesObject, { known }: KindContext): Frontend {
  const setting = annotation(object, 'networking.gke.io/v1beta1.FrontendConfig');
  if (setting.state === 'absent') return 'none';
  const name = scalarIn(setting)?.value;
  const found = known('networking.gke.io/FrontendConfig').filter(
    (one) =>
      one.name === name &&
      (one.namespace === undefined || object.namespace === undefined || one.namespace === object.namespace),
  );
  return nearestTo(object.root.source.path, found)[0] ?? 'elsewhere';
}

interface Certificate {
  readonly span: Span;
  readonly references: Field<NonNullable<Listener['certificates']>>;
  /** Whether there is one at all is open: a template decides. */
  readonly open: boolean;
}

/** Where the load balancer gets a certificate from; `undefined` where nothing gives it one and it has no port 443. */
function certificateOf(object: KubernetesObject): Certificate | undefined {
  const tls = settingAt(object, object.root, 'spec', 'tls');
  const list = tls.state === 'written' ? items(tls.node) : [];
  const secrets = list.flatMap((entry) => scalar(entry, 'secretName') ?? []);
  const managed = [
    'networking.gke.io/managed-certificates',
    'ingress.gcp.kubernetes.io/pre-shared-cert',
    'networking.gke.io/certmap',
  ].map((key) => annotation(object, key));
  const named = managed.flatMap((setting) => scalarIn(setting) ?? []);
  const [first] = list;
  const place: YamlNode | undefined = first ?? named[0];
  if (!place) {
    const open = tls.state === 'unknown' || managed.some(({ state }) => state === 'unknown');
    return open ? { span: headOf(object), references: unknown, open: true } : undefined;
  }
  const references = [
    ...secrets.map((node) => ({
      reference: { from: 'secret' as const, ref: qualified(object.namespace, node.value) },
      span: spanOfNode(node),
    })),
    ...named.flatMap((node) =>
      [...node.value.matchAll(/[^\s,]+/g)].map(({ 0: ref, index }) => ({
        reference: { from: 'managed' as const, ref },
        span: spanInScalar(node, index, index + ref.length),
      })),
    ),
  ];
  const firstKey = first?.kind === 'mapping' ? first.entries[0]?.key : undefined;
  const span = spanOfNode(firstKey ?? place);
  return {
    span,
    open: false,
    references:
      references.length > 0
        ? written(
            references.map(({ reference }) => reference),
            span,
            Object.fromEntries(references.map((one, index) => [String(index), one.span])),
          )
        : unknown,
  };
}

function secureListener(
  object: KubernetesObject,
  frontend: Frontend,
  certificate: Certificate,
  owner: Owner,
  context: KindContext,
): Fact<Listener> {
  const { span, references, open } = certificate;
  return listenerFact(object, span, 443, {
    tls: open ? unknown : written(true, span),
    protocols: protocolsOf(object, frontend, owner),
    clientAuth: byDefault(
      { mode: 'none' },
      'a load balancer of GKE Ingress asks for no client certificates',
      owner.guessed,
    ),
    certificates: references,
    hsts: hstsOfBackends(object, context),
  });
}

/** A policy that is named lives in the cloud. Internal load balancers take none from a FrontendConfig. */
function protocolsOf(object: KubernetesObject, frontend: Frontend, owner: Owner) {
  if (frontend === 'elsewhere' || object.fragment || isInternal(object)) return unknown;
  if (frontend === 'none') return defaultProtocols(owner.guessed);
  const policy = settingAt(frontend, frontend.root, 'spec', 'sslPolicy');
  return policy.state === 'absent' || scalarIn(policy)?.value === '' ? defaultProtocols(owner.guessed) : unknown;
}

const isInternal = (object: KubernetesObject): boolean => classOf(object) === 'gce-internal';

/** Port 80, unless `allow-http` is false. It counts as serving only beside a port 443. */
function plainListener(
  object: KubernetesObject,
  frontend: Frontend,
  certificate: Certificate | undefined,
  owner: Owner,
): Fact<Listener> | undefined {
  const allowed = annotation(object, 'kubernetes.io/ingress.allow-http');
  if (booleanIn(allowed) === false) return undefined;
  if (allowed.state === 'unknown') return undefined;
  const span = spanIn(allowed) ?? headOf(object);
  const fields = redirectOf(object, frontend, certificate, owner);
  return listenerFact(object, span, 80, { tls: written(false, span), redirectsToHttps: fields });
}

function redirectOf(
  object: KubernetesObject,
  frontend: Frontend,
  certificate: Certificate | undefined,
  owner: Owner,
): Field<boolean> {
  if (frontend === 'elsewhere' || object.fragment) return unknown;
  const enabled: Setting =
    frontend === 'none'
      ? { state: 'absent' }
      : settingAt(frontend, frontend.root, 'spec', 'redirectToHttps', 'enabled');
  const span = spanIn(enabled);
  const value = booleanIn(enabled);
  if (value === true && span) return written(true, span);
  if (enabled.state === 'unknown' || !certificate || certificate.open || isInternal(object)) return unknown;
  return byDefault(
    false,
    'GKE serves plain HTTP as well, unless kubernetes.io/ingress.allow-http is "false" or a FrontendConfig redirects',
    owner.guessed,
  );
}

function listenerFact(object: KubernetesObject, self: Span, port: number, fields: Fields<Listener>): Fact<Listener> {
  const label = labelOf(object);
  const hosts = hostsOfIngress(object);
  const named = classNode(object);
  return buildFact<Listener>(
    { technology, subject: `${label} port ${port}`, self },
    {
      kind: 'listener',
      application: 'http',
      ...(text(object.root, 'metadata', 'name') !== undefined && { name: `${label}#${port}` }),
    },
    {
      hosts,
      ports: written([port], self),
      exposure: exposureOf(hosts, [classOf(object)], named ? spanOfNode(named) : self),
      ...fields,
    },
  );
}
