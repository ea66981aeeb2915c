import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, unknown, written } from '../../../core/fact-builder.ts';
import { get, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { listField, settingAt } from '../settings.ts';
import { certificatesOf, field, listenerFields } from './tls-settings.ts';

export const contextKind = 'getambassador.io/TLSContext';

/**
 * A TLSContext that ends TLS: a `listener` for its hosts, and one for the port whose requests it sends on to https. One
 * without a certificate is for connections to services, and counts where a Mapping names it.
 */
export const tlsContext: KindExtractor = (object, { versions }) => {
  const spec = get(object.root, 'spec');
  const certificates = spec && certificatesOf(object, spec);
  if (!spec || !certificates) return nothing;
  const hosts = listField(settingAt(object, spec, 'hosts'));
  const secured = buildFact<Listener>(
    { technology: 'emissary', subject: labelOf(object), self: headOf(object) },
    { kind: 'listener' },
    {
      tls: written(true, headOf(object)),
      hosts,
      exposure: exposureOf(hosts, [object.name], headOf(object)),
      certificates,
      ...listenerFields(object, spec, versions('emissary', object.root.source.path)),
    },
  );
  return { facts: [secured, ...redirectFrom(object, spec, hosts)], diagnostics: [] };
};

/** `redirect_cleartext_from: 8080`. */
export function redirectFrom(
  object: KubernetesObject,
  node: YamlNode,
  hosts: ReturnType<typeof listField>,
): readonly Fact<Listener>[] {
  const setting = field(object, node, 'redirect_cleartext_from');
  if (setting.state !== 'written' || setting.node.kind !== 'scalar' || !/^\d+$/.test(setting.node.value)) return [];
  const span = spanOfNode(setting.node);
  return [
    buildFact<Listener>(
      { technology: 'emissary', subject: labelOf(object), self: span },
      { kind: 'listener', application: 'http' },
      {
        tls: written(false, span),
        hosts,
        ports: written([Number(setting.node.value)], span),
        exposure: unknown,
        redirectsToHttps: written(true, span),
      },
    ),
  ];
}

/** The TLSContext of a name; the names of TLSContexts count across namespaces. */
export function contextNamed(
  name: string,
  from: KubernetesObject,
  { known }: KindContext,
): KubernetesObject | undefined {
  const all = known(contextKind).filter((object) => object.name === name);
  const own = all.filter(({ namespace }) => namespace === from.namespace);
  const [found, ...others] = own.length > 0 ? own : all;
  return others.length === 0 ? found : undefined;
}

/** What the context says, with the object that it stands in. */
export const specOf = ({ root }: KubernetesObject): YamlNode | undefined => get(root, 'spec');

/** `spec.tlsContext.name` of a Host. */
export const namedContext = ({ root }: KubernetesObject): string | undefined =>
  text(root, 'spec', 'tlsContext', 'name');
