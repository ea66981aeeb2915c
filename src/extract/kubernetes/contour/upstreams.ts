import type { Fact, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { entries, get, items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { settingAt, textIn } from '../settings.ts';

/** Envoy is told to verify only with `validation`: an authority, and names (Contour 1.33, internal/envoy/v3/auth.go). */
const unverified = byDefault(false, 'Contour verifies a service only with validation.caSecret and subjectName');

/** An `upstream` for each service of a list that is reached over TLS: by its `protocol`, or by the Service's annotation. */
export const servicesIn = (
  object: KubernetesObject,
  list: readonly YamlNode[],
  context: KindContext,
): readonly Fact<Upstream>[] =>
  list.flatMap((service): readonly Fact<Upstream>[] => {
    const name = scalar(service, 'name');
    const tls = speaksTls(object, service, context);
    if (!name || !tls) return [];
    const place = scalar(service, 'protocol') ?? name;
    return [
      serviceFact(
        object,
        serviceName(object, service) ?? name.value,
        tls,
        spanOfNode(place),
        validated(object, service),
      ),
    ];
  });

const serviceFact = (
  object: KubernetesObject,
  service: string,
  tls: Field<boolean>,
  self: Fact['self'],
  fields: Fields<Upstream>,
): Fact<Upstream> =>
  buildFact<Upstream>(
    { technology: 'contour', subject: `${labelOf(object)} to Service ${service}`, self },
    { kind: 'upstream', exposure: 'private', target: service, service },
    { tls, ...fields },
  );

/** `shop/web:8443`; Contour finds services in the namespace of the object that names them. */
export function serviceName(object: KubernetesObject, service: YamlNode): string | undefined {
  const name = text(service, 'name');
  const port = text(service, 'port');
  if (name === undefined) return undefined;
  return `${qualified(object.namespace, name)}${port === undefined ? '' : `:${port}`}`;
}

function speaksTls(object: KubernetesObject, service: YamlNode, context: KindContext): Field<boolean> | undefined {
  const protocol = settingAt(object, service, 'protocol');
  if (protocol.state === 'unknown') return undefined;
  if (protocol.state === 'written')
    return /^(tls|h2)$/.test(textIn(protocol) ?? '') ? written(true, spanOfNode(protocol.node)) : undefined;
  return annotatedTls(object, text(service, 'name'), text(service, 'port'), context);
}

/** `projectcontour.io/upstream-protocol.tls: "443,https"` on the Service: ports by number or name. */
function annotatedTls(
  object: KubernetesObject,
  name: string | undefined,
  port: string | undefined,
  { known }: KindContext,
): Field<boolean> | undefined {
  const service = known('/Service').find(
    (one) =>
      one.name === name &&
      (one.namespace === undefined || object.namespace === undefined || one.namespace === object.namespace),
  );
  if (!service || port === undefined) return undefined;
  const named = items(service.root, 'spec', 'ports').find(
    (one) => text(one, 'port') === port || text(one, 'name') === port,
  );
  const ports = [port, text(named, 'port'), text(named, 'name')];
  const annotation = entries(service.root, 'metadata', 'annotations').find(
    ({ key, value }) =>
      /^projectcontour\.io\/upstream-protocol\.(tls|h2)$/.test(key.value) &&
      value.kind === 'scalar' &&
      value.value.split(',').some((one) => ports.includes(one.trim())),
  );
  return annotation && written(true, spanOfNode(annotation.value));
}

function validated(object: KubernetesObject, node: YamlNode): Fields<Upstream> {
  const validation = settingAt(object, node, 'validation');
  if (validation.state === 'unknown') return { verify: unknown };
  if (validation.state === 'absent') return { verify: composite({ chain: unverified, hostname: unverified }) };
  const key = keyOf(node, 'validation');
  const ca = scalar(validation.node, 'caSecret');
  const subject = scalar(validation.node, 'subjectName') ?? items(validation.node, 'subjectNames')[0];
  const checks = ca && subject ? written(true, spanOfNode(key ?? validation.node)) : unverified;
  return {
    verify: composite({ chain: checks, hostname: checks }),
    ca: ca && written(`Secret ${qualified(object.namespace, ca.value)}`, spanOfNode(ca)),
    serverName: subject?.kind === 'scalar' ? written(subject.value, spanOfNode(subject)) : undefined,
  };
}

/** Backends of an Ingress whose Services ask for TLS by annotation: an Ingress has no way to have them verified. */
export const ingressServices = (object: KubernetesObject, context: KindContext): readonly Fact<Upstream>[] =>
  items(object.root, 'spec', 'rules')
    .flatMap((rule) => items(rule, 'http', 'paths'))
    .flatMap((path): readonly Fact<Upstream>[] => {
      const backend = get(path, 'backend', 'service');
      const name = scalar(backend, 'name') ?? scalar(path, 'backend', 'serviceName');
      const port =
        text(backend, 'port', 'number') ?? text(backend, 'port', 'name') ?? text(path, 'backend', 'servicePort');
      const tls = name && annotatedTls(object, name.value, port, context);
      if (!name || !tls) return [];
      const off = byDefault(false, 'Contour verifies services of HTTPProxies only, not of Ingresses');
      return [
        serviceFact(object, `${qualified(object.namespace, name.value)}:${port}`, tls, spanOfNode(name), {
          verify: composite({ chain: off, hostname: off }),
        }),
      ];
    });

/** Key sets that tokens are verified by: whoever answers for them decides who is let in. */
export const keySets = (object: KubernetesObject): readonly Fact<Upstream>[] =>
  items(object.root, 'spec', 'virtualhost', 'jwtProviders').flatMap((provider): readonly Fact<Upstream>[] => {
    const jwks = get(provider, 'remoteJWKS');
    const uri = scalar(jwks, 'uri');
    const [, authority = ''] = /^https:\/\/([^/?#]*)/i.exec(uri?.value ?? '') ?? [];
    if (!jwks || !uri || authority === '') return [];
    const subject = `${labelOf(object)} to the key set of ${text(provider, 'name') ?? 'a provider'}`;
    return [
      buildFact<Upstream>(
        { technology: 'contour', subject, self: spanOfNode(uri) },
        { kind: 'upstream', exposure: reachOf(authority), target: authority },
        { tls: written(true, spanOfNode(uri)), ...validated(object, jwks) },
      ),
    ];
  });

/**
 * An ExtensionService, which authorizes requests or counts them: an `upstream` for each Service behind it. Without
 * `protocol` it is reached by HTTP/2 over TLS (Contour 1.33, internal/dag/extension_processor.go).
 */
export const extensionService: KindExtractor = (object) => {
  const protocol = settingAt(object, object.root, 'spec', 'protocol');
  const spec = get(object.root, 'spec');
  if (!spec || protocol.state === 'unknown' || (protocol.state === 'written' && textIn(protocol) !== 'h2'))
    return { facts: [], diagnostics: [] };
  const tls =
    protocol.state === 'written'
      ? written(true, spanOfNode(protocol.node))
      : byDefault(true, 'Contour reaches an extension service by HTTP/2 over TLS');
  const facts = items(spec, 'services').flatMap((service): readonly Fact<Upstream>[] => {
    const name = scalar(service, 'name');
    const target = serviceName(object, service);
    return name && target !== undefined
      ? [serviceFact(object, target, tls, spanOfNode(name), validated(object, spec))]
      : [];
  });
  return { facts, diagnostics: [] };
};
