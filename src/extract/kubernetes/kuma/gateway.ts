import type { CertificateReference, Fact, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { items, keyOf, scalar, spanOfNode, text, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { protocolRange } from '../../../tls/protocols.ts';
import { exposureOf } from '../host-names.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, settingAt, textIn } from '../settings.ts';

/**
 * A MeshGateway of Kuma 2: one `listener` for each of `conf.listeners`.
 * Source: Kuma 2.14.3, api/mesh/v1alpha1/gateway.proto.
 */
export const meshGateway: KindExtractor = (object) => ({
  facts: items(object.root, 'spec', 'conf', 'listeners').map((listener) => listenerFact(object, listener)),
  diagnostics: [],
});

function listenerFact(object: KubernetesObject, listener: YamlNode): Fact<Listener> {
  const port = text(listener, 'port');
  const protocol = text(listener, 'protocol')?.toUpperCase();
  const hostname = scalar(listener, 'hostname');
  const hosts = hostname ? written([hostname.value], spanOfNode(hostname)) : undefined;
  return buildFact<Listener>(
    {
      technology: 'kuma',
      subject: port === undefined ? labelOf(object) : `${labelOf(object)} port ${port}`,
      self: spanOfNode(keyOf(listener, 'port') ?? listener),
    },
    {
      kind: 'listener',
      ...(object.name !== undefined && port !== undefined && { name: `${labelOf(object)}#${port}` }),
      application: protocol === undefined || /^HTTPS?$/.test(protocol) ? 'http' : 'other',
    },
    {
      hosts,
      ports: fieldFrom(settingAt(object, listener, 'port'), (value) =>
        /^\d+$/.test(value) ? [Number(value)] : undefined,
      ),
      exposure: exposureOf(hosts, [object.name], headOf(object)),
      ...tlsOf(object, listener, protocol),
    },
  );
}

function tlsOf(object: KubernetesObject, listener: YamlNode, protocol: string | undefined): Fields<Listener> {
  const key = keyOf(listener, 'protocol');
  if (protocol === 'HTTP' && key) return { tls: written(false, spanOfNode(key)), redirectsToHttps: unknown };
  const mode = settingAt(object, listener, 'tls', 'mode');
  if (mode.state !== 'written' || textIn(mode) !== 'TERMINATE') return { tls: unknown };
  return {
    tls: written(true, spanOfNode(mode.node)),
    protocols: byDefault(protocolRange('TLSv1.2', 'TLSv1.3'), 'the gateway of Kuma speaks TLS 1.2 and 1.3'),
    certificates: certificatesOf(listener),
  };
}

function certificatesOf(listener: YamlNode): Field<readonly CertificateReference[]> | undefined {
  const sources = items(listener, 'tls', 'certificates');
  const secrets = sources.flatMap((source): readonly YamlScalar[] => {
    const secret = scalar(source, 'secret');
    return secret ? [secret] : [];
  });
  const [first] = secrets;
  if (!first) return sources.length > 0 ? unknown : undefined;
  return written(
    secrets.map(({ value }): CertificateReference => ({ from: 'secret', ref: value })),
    spanOfNode(first),
    Object.fromEntries(secrets.map((secret, index) => [String(index), spanOfNode(secret)])),
  );
}
