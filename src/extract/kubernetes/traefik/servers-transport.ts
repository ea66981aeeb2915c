import type { Upstream } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { transportFields } from '../../dialects/traefik-transports.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { defaultsFor, treeOf } from './objects.ts';

/**
 * A ServersTransport, or a ServersTransportTCP with `tls`: an `upstream` for the services that name it.
 * Source: Traefik 3.7, pkg/provider/kubernetes/crd/kubernetes.go; traefikio/v1alpha1/serverstransport.go and
 * serverstransporttcp.go.
 */
export const serversTransport: KindExtractor = (object, context) => {
  const tls = settingsOf(object);
  if (!tls || !defaultsFor(object, context)) return nothing;
  const fact = buildFact<Upstream>(
    { technology: 'traefik', subject: labelOf(object), self: headOf(object) },
    { kind: 'upstream', exposure: 'private' },
    { tls: written(true, headOf(object)), ...transportOf(object, context) },
  );
  return { facts: [fact], diagnostics: [] };
};

function settingsOf(object: KubernetesObject): YamlNode | undefined {
  const path = object.kind === 'ServersTransportTCP' ? ['spec', 'tls'] : ['spec'];
  const node = get(object.root, ...path);
  return node && treeOf(object, node);
}

/** How it verifies servers, and what it shows them; nothing is known of one without settings. */
export function transportOf(object: KubernetesObject, context: KindContext): Fields<Upstream> {
  const tls = settingsOf(object);
  const defaults = defaultsFor(object, context);
  if (!tls || !defaults) return { verify: unknown, protocols: unknown };
  return {
    ...transportFields(tls, defaults),
    ca: authorityOf(object, tls),
    clientCertificate: certificateOf(object, tls),
  };
}

/** The first of `rootCAs`, or of the older `rootCAsSecrets`. */
function authorityOf(object: KubernetesObject, tls: YamlNode): Field<string> | undefined {
  const listed = items(tls, 'rootCAs').flatMap((one) => {
    const secret = scalar(one, 'secret');
    const configMap = scalar(one, 'configMap');
    return secret ? [{ node: secret, kind: 'Secret' }] : configMap ? [{ node: configMap, kind: 'ConfigMap' }] : [];
  });
  const older = [...items(tls, 'rootCAsSecrets'), ...items(tls, 'rootCAs')].flatMap((node) =>
    node.kind === 'scalar' ? [{ node, kind: 'Secret' }] : [],
  );
  const [first] = [...listed, ...older];
  return first && written(`${first.kind} ${qualified(object.namespace, first.node.value)}`, spanOfNode(first.node));
}

function certificateOf(object: KubernetesObject, tls: YamlNode): Field<string> | undefined {
  const [first] = items(tls, 'certificatesSecrets');
  if (!first) return undefined;
  return first.kind === 'scalar' ? written(qualified(object.namespace, first.value), spanOfNode(first)) : unknown;
}
