import type { Listener } from '../../../core/fact.ts';
import { composite, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Related } from '../../../core/finding.ts';
import { get, items, keyOf, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { settingAt, spanIn, textIn } from '../settings.ts';
import type { ListenerPlace } from './attachment.ts';
import { referenceAt } from './references.ts';

type ClientAuth = NonNullable<Listener['clientAuth']>;

/** `field` is `undefined` where the Gateway says nothing: a policy of the implementation may. */
export interface ClientAuthReading {
  readonly field: Field<ClientAuth> | undefined;
  readonly related: readonly Related[];
}

/**
 * `spec.tls.frontend` asks for client certificates on all HTTPS listeners, or on those of a port. With
 * AllowInsecureFallback whoever has no valid certificate gets in as well (Gateway API v1.6, apis/v1/gateway_types.go,
 * FrontendTLSConfig). `tls.frontendValidation` of a listener stood there in v1.1 to v1.3 and is pruned since v1.4.
 */
export function clientAuthOf({ gateway, node }: ListenerPlace): ClientAuthReading {
  const old = keyOf(get(node, 'tls'), 'frontendValidation');
  if (old) {
    const phrase =
      'Gateway API 1.4 and later drop frontendValidation and ask for no certificate; it moved to spec.tls.frontend of the Gateway';
    return { field: unknown, related: [{ span: spanOfNode(old), phrase, about: 'clientAuth' }] };
  }
  if (!gateway || text(node, 'protocol') !== 'HTTPS') return { field: undefined, related: [] };
  const frontend = get(gateway.root, 'spec', 'tls', 'frontend');
  const port = items(frontend, 'perPort').find((one) => text(one, 'port') === text(node, 'port'));
  const validation = port ? get(port, 'tls', 'validation') : get(frontend, 'default', 'validation');
  return { field: validation && field(gateway, validation), related: [] };
}

function field(gateway: KubernetesObject, validation: YamlNode): Field<ClientAuth> {
  const mode = settingAt(gateway, validation, 'mode');
  const references = settingAt(gateway, validation, 'caCertificateRefs');
  if (mode.state === 'unknown' || references.state !== 'written') return unknown;
  const [first] = items(validation, 'caCertificateRefs').map((one) => referenceAt(gateway, one, '', 'ConfigMap'));
  const falls = textIn(mode) === 'AllowInsecureFallback';
  return composite<ClientAuth>({
    mode: written(falls ? 'request' : 'required', spanIn(mode) ?? spanOfNode(references.node)),
    ca:
      first?.name === undefined
        ? unknown
        : written(`${first.kind} ${qualified(first.namespace, first.name)}`, spanOfNode(first.node)),
  });
}
