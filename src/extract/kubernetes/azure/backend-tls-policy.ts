import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { referenceAt, targetsOf } from '../gateway-api/references.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { settingAt, textField } from '../settings.ts';

/**
 * TLS from Application Gateway for Containers to a Service: one `upstream` for each port. `verify` is optional; what holds
 * without it is not documented. Source: Microsoft, "API specification for Kubernetes", alb.networking.azure.io/v1
 * BackendTLSPolicyConfig.
 */
export const azureBackendTlsPolicy: KindExtractor = (object) => {
  const config = get(object.root, 'spec', 'override') ?? get(object.root, 'spec', 'default');
  const [target] = targetsOf(object);
  if (!config || target?.name === undefined) return nothing;
  const service = qualified(target.namespace, target.name);
  const self = spanOfNode(scalar(target.node, 'name') ?? target.node);
  const ports = items(config, 'ports').flatMap((one) => scalar(one, 'port') ?? []);
  const facts = (ports.length > 0 ? ports : [undefined]).map((port): Fact<Upstream> => {
    const name = port ? `${service}:${port.value}` : service;
    return buildFact<Upstream>(
      { technology: 'application-gateway-for-containers', subject: `${labelOf(object)} to ${name}`, self },
      { kind: 'upstream', service: name, target: name, exposure: 'private' },
      {
        tls: written(true, self),
        serverName: textField(settingAt(object, config, 'sni')),
        ...verified(object, config),
      },
    );
  });
  return { facts, diagnostics: [] };
};

function verified(object: KubernetesObject, config: YamlNode): Fields<Upstream> {
  const verify = settingAt(object, config, 'verify');
  const key = keyOf(config, 'verify');
  const certificate = referred(object, config, 'clientCertificateRef');
  if (verify.state !== 'written' || !key) return { verify: unknown, clientCertificate: certificate };
  const span = spanOfNode(key);
  const name = scalar(verify.node, 'subjectAltName');
  return {
    verify: composite({
      chain: written(true, span),
      hostname: name ? written(true, spanOfNode(name)) : unknown,
    }),
    ca: referred(object, verify.node, 'caCertificateRef'),
    clientCertificate: certificate,
  };
}

function referred(object: KubernetesObject, node: YamlNode, key: string): Field<string> | undefined {
  const found = settingAt(object, node, key);
  if (found.state !== 'written') return found.state === 'absent' ? undefined : unknown;
  const { kind, namespace, name } = referenceAt(object, found.node, '', 'Secret');
  return name === undefined ? unknown : written(`${kind} ${qualified(namespace, name)}`, spanOfNode(found.node));
}
