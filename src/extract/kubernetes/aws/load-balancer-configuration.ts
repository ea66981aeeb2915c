import type { Fact, Listener } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { get, items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { ListenerPlace } from '../gateway-api/attachment.ts';
import { implementationOf } from '../gateway-api/implementation.ts';
import { gatewayGroup, mayBeSame } from '../gateway-api/references.ts';
import { hstsOf } from '../hsts.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { settingAt, spanIn, textIn } from '../settings.ts';
import { acceptedByDefault, acceptedUnder } from './tls-policy.ts';

const configurationKind = 'gateway.k8s.aws/LoadBalancerConfiguration';

/**
 * A LoadBalancerConfiguration that no Gateway or GatewayClass in the repository names: a `listener` for each entry for
 * TLS. Source: AWS Load Balancer Controller 3.5, docs/guide/gateway/loadbalancerconfig.md.
 */
export const loadBalancerConfiguration: KindExtractor = (object, context) => {
  const users = ['Gateway', 'GatewayClass'].flatMap((kind) => context.known(`${gatewayGroup}/${kind}`));
  if (users.some((user) => names(user, object))) return nothing;
  const facts = entriesOf(object).flatMap((entry): readonly Fact<Listener>[] => {
    const place = scalar(entry, 'protocolPort');
    const [, protocol = '', port = ''] = /^(\w+):(\d+)$/.exec(place?.value ?? '') ?? [];
    if (!place || !/^(HTTPS|TLS)$/.test(protocol)) return [];
    const span = spanOfNode(place);
    return [
      buildFact<Listener>(
        { technology: 'aws-load-balancer-controller', subject: `${labelOf(object)} ${place.value}`, self: span },
        { kind: 'listener', application: protocol === 'HTTPS' ? 'http' : 'other' },
        {
          tls: written(true, span),
          ports: written([Number(port)], span),
          exposure: exposureOf(object),
          certificates: unknown,
          hsts: unknown,
          ...fieldsOf(object, entry, context),
        },
      ),
    ];
  });
  return { facts, diagnostics: [] };
};

/**
 * What the configurations of a Gateway and of its class say about a listener of it. The class's counts more where both
 * set something, unless it says otherwise (`mergingMode`); that is not known here when both name the listener.
 */
export function loadBalancerSettings(place: ListenerPlace, context: KindContext): Fields<Listener> | undefined {
  const gateway = place.gateway ?? place.object;
  const { product, guessed } = implementationOf(gateway, context);
  const configurations = configurationsOf(gateway, context);
  if (product !== 'aws-load-balancer-controller' && configurations.length === 0) return undefined;
  const [protocol, port] = [text(place.node, 'protocol'), text(place.node, 'port')];
  const found = configurations.flatMap((configuration) =>
    entriesOf(configuration)
      .filter((entry) => text(entry, 'protocolPort') === `${protocol}:${port}`)
      .map((entry) => ({ configuration, entry })),
  );
  const [only, ...others] = found;
  if (others.length > 0) return { protocols: unknown, ciphers: unknown, clientAuth: unknown };
  if (only) return fieldsOf(only.configuration, only.entry, context);
  const elsewhere = gateway.fragment || get(gateway.root, 'spec', 'infrastructure', 'parametersRef') !== undefined;
  if (elsewhere && configurations.length === 0) return { protocols: unknown };
  return acceptedByDefault(context, guessed && configurations.length === 0);
}

/** Those that the Gateway, or the GatewayClass that it names, refers to. */
function configurationsOf(gateway: KubernetesObject, { known }: KindContext): readonly KubernetesObject[] {
  const className = text(gateway.root, 'spec', 'gatewayClassName');
  const classes = known(`${gatewayGroup}/GatewayClass`).filter(({ name }) => name === className);
  return [gateway, ...classes].flatMap((user) =>
    nearestTo(
      user.root.source.path,
      known(configurationKind).filter((configuration) => names(user, configuration)),
    ),
  );
}

function names(user: KubernetesObject, configuration: KubernetesObject): boolean {
  const reference =
    get(user.root, 'spec', 'infrastructure', 'parametersRef') ?? get(user.root, 'spec', 'parametersRef');
  return (
    text(reference, 'kind') === 'LoadBalancerConfiguration' &&
    text(reference, 'name') === configuration.name &&
    mayBeSame(text(reference, 'namespace') ?? user.namespace, configuration.namespace)
  );
}

const entriesOf = ({ root }: KubernetesObject): readonly YamlNode[] => items(root, 'spec', 'listenerConfigurations');

function fieldsOf(object: KubernetesObject, entry: YamlNode, context: KindContext): Fields<Listener> {
  const certificate = scalar(entry, 'defaultCertificate');
  return {
    ...(acceptedUnder(settingAt(object, entry, 'sslPolicy')) ?? acceptedByDefault(context, false)),
    clientAuth: clientAuthOf(object, entry),
    ...(certificate && {
      certificates: written([{ from: 'managed', ref: certificate.value }], spanOfNode(certificate)),
    }),
    ...hstsIn(entry),
  };
}

/** `verify` refuses whoever has no certificate of the trust store; `passthrough` leaves checking to the application. */
function clientAuthOf(object: KubernetesObject, entry: YamlNode): Field<NonNullable<Listener['clientAuth']>> {
  const mode = settingAt(object, entry, 'mutualAuthentication', 'mode');
  const span = spanIn(mode);
  const store = scalar(entry, 'mutualAuthentication', 'trustStore');
  if (mode.state === 'absent')
    return byDefault({ mode: 'none' }, 'an AWS load balancer asks for no client certificates unless told to');
  const asked = { verify: 'required', passthrough: 'request', off: 'none' } as const;
  const name = textIn(mode);
  if (!span || (name !== 'verify' && name !== 'passthrough' && name !== 'off')) return unknown;
  return composite<NonNullable<Listener['clientAuth']>>({
    mode: written(asked[name], span),
    ca: store && written(store.value, spanOfNode(store)),
  });
}

export const hstsAttribute = 'routing.http.response.strict_transport_security.header_value';

/** Listener attributes of an entry can send HSTS. */
function hstsIn(entry: YamlNode): Pick<Fields<Listener>, 'hsts'> {
  const attribute = items(entry, 'listenerAttributes').find((one) => text(one, 'key') === hstsAttribute);
  const node = scalar(attribute, 'value');
  const value = node && hstsOf(node.value);
  return node && value ? { hsts: written(value, spanOfNode(node)) } : {};
}

function exposureOf(object: KubernetesObject): Field<NonNullable<Listener['exposure']>> {
  const scheme = settingAt(object, object.root, 'spec', 'scheme');
  const span = spanIn(scheme);
  if (!span) return unknown;
  return written(textIn(scheme) === 'internet-facing' ? 'external' : 'internal', span);
}
