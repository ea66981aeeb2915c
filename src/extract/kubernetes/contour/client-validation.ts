import type { Listener } from '../../../core/fact.ts';
import { byDefault, composite, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { get, keyOf, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { booleanIn, settingAt } from '../settings.ts';

type ClientAuth = NonNullable<Listener['clientAuth']>;

/**
 * `clientValidation`: certificates are required unless they are optional. With `skipClientCertValidation` any certificate
 * will do, for an authorization service to look at; where one is configured, it decides.
 * Source: Contour 1.33, apis/projectcontour/v1/httpproxy.go, DownstreamValidation; internal/envoy/v3/auth.go.
 */
export function clientAuthOf(object: KubernetesObject, host: YamlNode, tls: YamlNode): Field<ClientAuth> {
  const validation = settingAt(object, tls, 'clientValidation');
  if (validation.state === 'unknown') return unknown;
  if (validation.state === 'absent')
    return byDefault({ mode: 'none' }, 'Contour asks for client certificates only with clientValidation');
  const { node } = validation;
  const skip = settingAt(object, node, 'skipClientCertValidation');
  const optional = settingAt(object, node, 'optionalClientCertificate');
  if (skip.state === 'unknown' || optional.state === 'unknown') return unknown;
  const ca = scalar(node, 'caSecret');
  const authority = ca && written(`Secret ${qualified(object.namespace, ca.value)}`, spanOfNode(ca));
  const key = spanOfNode(keyOf(tls, 'clientValidation') ?? node);
  if (booleanIn(skip) === true && skip.state === 'written') {
    if (get(host, 'authorization')) return unknown;
    return composite<ClientAuth>({ mode: written('request', spanOfNode(skip.node)), ca: authority });
  }
  const asked =
    booleanIn(optional) === true && optional.state === 'written'
      ? written('optional' as const, spanOfNode(optional.node))
      : written('required' as const, key);
  return composite<ClientAuth>({ mode: asked, ca: authority });
}
