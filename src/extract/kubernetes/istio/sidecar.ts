import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, written } from '../../../core/fact-builder.ts';
import { items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { serverTls } from './server-tls.ts';

/**
 * A Sidecar: a `listener` for each ingress listener with a `tls` block, where its proxy ends TLS for callers from outside
 * the mesh. Source: Istio 1.31, networking/v1alpha3/sidecar.proto, IstioIngressListener.
 */
export const sidecar: KindExtractor = (object, context) => ({
  facts: items(object.root, 'spec', 'ingress').flatMap((listener) => listenerFact(object, listener, context)),
  diagnostics: [],
});

function listenerFact(object: KubernetesObject, listener: YamlNode, context: KindContext): readonly Fact<Listener>[] {
  const key = keyOf(listener, 'tls');
  if (!key) return [];
  const number = scalar(listener, 'port', 'number');
  const port = number && /^\d+$/.test(number.value) ? written([Number(number.value)], spanOfNode(number)) : undefined;
  const isHttp = /^(HTTPS?|GRPC(-WEB)?|HTTP2)$/i.test(text(listener, 'port', 'protocol') ?? '');
  return [
    buildFact<Listener>(
      {
        technology: 'istio',
        subject: number ? `${labelOf(object)} port ${number.value}` : labelOf(object),
        self: spanOfNode(key),
      },
      { kind: 'listener', exposure: 'internal', application: isHttp ? 'http' : 'other' },
      { ports: port, ...serverTls(object, listener, context) },
    ),
  ];
}
