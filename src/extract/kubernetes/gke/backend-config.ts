import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { entries, items, spanOfNode, text, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { hstsOf } from '../hsts.ts';
import { servicesOfIngress } from '../ingress-hosts.ts';
import { jsonIn } from '../json-value.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { annotation } from '../settings.ts';

type Hsts = { readonly value: NonNullable<Listener['hsts']>; readonly span: Span };

/**
 * The header that the BackendConfigs of all Services behind an Ingress send (`customResponseHeaders`); unknown where one of
 * them is not in the repository or sends none, for the application may. Source: kubernetes/ingress-gce main (2026-08),
 * pkg/apis/backendconfig/v1/types.go, pkg/annotations/service.go.
 */
export function hstsOfBackends(object: KubernetesObject, context: KindContext): Field<NonNullable<Listener['hsts']>> {
  const services = servicesOfIngress(object);
  const headers = services.map((service) => hstsOfService(object, service.replace(/:.*$/, ''), context));
  const known = headers.filter((header): header is Hsts => header !== undefined);
  const [shortest] = [...known].sort((a, b) => a.value.maxAgeSeconds - b.value.maxAgeSeconds);
  return shortest && known.length === services.length ? written(shortest.value, shortest.span) : unknown;
}

function hstsOfService(object: KubernetesObject, service: string, { known }: KindContext): Hsts | undefined {
  const { path } = object.root.source;
  const named = known('/Service').filter(
    ({ name, namespace }) => name !== undefined && matches(service, namespace, name),
  );
  const [found] = nearestTo(path, named);
  const json = found && jsonIn(annotation(found, 'cloud.google.com/backend-config'));
  const config = text(json, 'default');
  const configs = known('cloud.google.com/BackendConfig').filter(({ name }) => name === config);
  const [chosen] = config === undefined ? [] : nearestTo(path, configs);
  return chosen && headerIn(chosen);
}

const matches = (service: string, namespace: string | undefined, name: string): boolean =>
  service === name ||
  service === qualified(namespace, name) ||
  (namespace === undefined && service.endsWith(`/${name}`));

const headerIn = ({ root }: KubernetesObject): Hsts | undefined =>
  items(root, 'spec', 'customResponseHeaders', 'headers')
    .filter((node): node is YamlScalar => node.kind === 'scalar')
    .flatMap((node) => {
      const value = /^strict-transport-security\s*:/i.test(node.value) ? hstsOf(node.value) : undefined;
      return value ? [{ value, span: spanOfNode(node) }] : [];
    })
    .at(-1);

/**
 * A Service that Google's load balancers talk TLS to: `cloud.google.com/app-protocols`, JSON as `{"https": "HTTPS"}`, where
 * HTTP2 is over TLS as well. The load balancer verifies no certificate and has no switch for it; Google's network
 * authenticates what it carries, so that nobody stands in between (Google Cloud, "Encryption to the backends").
 */
export const gkeService: KindExtractor = (object) => {
  const setting = ['service.alpha.kubernetes.io/app-protocols', 'cloud.google.com/app-protocols']
    .map((key) => annotation(object, key))
    .find(({ state }) => state !== 'absent');
  const json = setting && jsonIn(setting);
  if (!json || object.name === undefined) return nothing;
  const service = qualified(object.namespace, object.name);
  const facts = entries(json).flatMap(({ key, value }): readonly Fact<Upstream>[] => {
    if (value.kind !== 'scalar' || !/^(HTTPS|HTTP2)$/.test(value.value)) return [];
    const span = spanOfNode(value);
    const off = byDefault(false, "Google's load balancers do not verify the certificates of backends");
    return [
      buildFact<Upstream>(
        { technology: 'gke', subject: `load balancer to ${labelOf(object)} port ${key.value}`, self: span },
        {
          kind: 'upstream',
          service: `${service}:${key.value}`,
          target: `${service}:${key.value}`,
          exposure: 'internal',
        },
        { tls: written(true, span), verify: composite({ chain: off, hostname: off }) },
      ),
    ];
  });
  return { facts, diagnostics: [] };
};
