import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { boolean, get, items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, settingAt } from '../settings.ts';
import { redirectFrom } from './tls-context.ts';
import { certificatesOf, listenerFields } from './tls-settings.ts';

/**
 * A Listener: a port. Whether connections are TLS is up to the Hosts that belong to it, unless its protocol has no TLS.
 * Source: emissary-ingress/emissary v4.1.0, pkg/api/getambassador.io/v3alpha1/crd_listener.go.
 */
export const listener: KindExtractor = (object) => {
  const fact = buildFact<Listener>(
    { technology: 'emissary', subject: labelOf(object), self: headOf(object) },
    { kind: 'listener', ...(object.name !== undefined && { name: labelOf(object) }) },
    {
      ports: fieldFrom(settingAt(object, object.root, 'spec', 'port'), (value) =>
        /^\d+$/.test(value) ? [Number(value)] : undefined,
      ),
      tls: speaksTls(object),
      exposure: unknown,
      redirectsToHttps: unknown,
    },
  );
  return { facts: [fact], diagnostics: [] };
};

function speaksTls({ root }: KubernetesObject): Field<boolean> {
  const protocol = scalar(root, 'spec', 'protocol');
  const stack = items(root, 'spec', 'protocolStack').flatMap((one) => (one.kind === 'scalar' ? [one] : []));
  const [first] = stack;
  if (protocol) return /^HTTP(PROXY)?$|^TCP$/.test(protocol.value) ? written(false, spanOfNode(protocol)) : unknown;
  return first && stack.every(({ value }) => value !== 'TLS') ? written(false, spanOfNode(first)) : unknown;
}

/**
 * The Module `ambassador`, whose `x_forwarded_proto_redirect` sends on what a load balancer took in the clear, and its
 * `tls`, or the Module `tls`, which older releases read instead of a TLSContext.
 * Source: emissary-ingress/emissary v4.1.0, python/ambassador, ir/irtls.py; pkg/api/getambassador.io/v3alpha1/crd_module.go.
 */
export const moduleOf: KindExtractor = (object, { versions }) => {
  const config = get(object.root, 'spec', 'config');
  const tls = object.name === 'tls' ? config : get(config, 'tls');
  const server = get(tls, 'server');
  const evidence = versions('emissary', object.root.source.path);
  const certificates = server && certificatesOf(object, server);
  const facts: readonly Fact<Listener>[] = [
    ...(object.name === 'ambassador' && config ? forwarded(object, config) : []),
    ...(server && certificates && text(server, 'enabled') !== 'false'
      ? [
          buildFact<Listener>(
            { technology: 'emissary', subject: `TLS of ${labelOf(object)}`, self: headOf(object) },
            { kind: 'listener', application: 'http' },
            {
              tls: written(true, headOf(object)),
              exposure: unknown,
              certificates,
              ...listenerFields(object, server, evidence),
            },
          ),
        ]
      : []),
    ...(server ? redirectFrom(object, server, undefined) : []),
  ];
  return facts.length > 0 ? { facts, diagnostics: [] } : nothing;
};

function forwarded(object: KubernetesObject, config: YamlNode): readonly Fact<Listener>[] {
  const setting = scalar(config, 'x_forwarded_proto_redirect');
  if (!setting || boolean(setting) !== true) return [];
  const span = spanOfNode(setting);
  return [
    buildFact<Listener>(
      { technology: 'emissary', subject: labelOf(object), self: span },
      { kind: 'listener', application: 'http' },
      { tls: written(false, span), exposure: unknown, redirectsToHttps: written(true, span) },
    ),
  ];
}
