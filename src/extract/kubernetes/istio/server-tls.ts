import type { CertificateReference, Listener } from '../../../core/fact.ts';
import { composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { get, items, spanOfNode, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import type { KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import { booleanIn, fieldFrom, type Setting, scalarIn, suiteListField, textField, textIn } from '../settings.ts';
import { field, protocolsBetween } from './protocols.ts';
import { istioVersion } from './version.ts';

const opaque: Fields<Listener> = { protocols: unknown, ciphers: unknown, clientAuth: unknown };

/**
 * The `tls` block of a Gateway's server or of a Sidecar's ingress listener. Without a mode, as with PASSTHROUGH, the
 * backend ends TLS and nothing else in the block counts.
 * Source: Istio 1.31, networking/v1alpha3/gateway.proto, ServerTLSSettings; pkg/config/validation/validation.go.
 */
export function serverTls(object: KubernetesObject, server: YamlNode, context: KindContext): Fields<Listener> {
  const tls = get(server, 'tls');
  const mode = tls && field(object, tls, 'mode');
  if (!tls || !mode || mode.state !== 'written' || /^(0|3)$|PASSTHROUGH$/.test(textIn(mode) ?? ''))
    return { tls: unknown, ...opaque };
  const at = (name: string): Setting => field(object, tls, name);
  return {
    tls: written(true, spanOfNode(mode.node)),
    protocols: protocolsBetween(
      at('minProtocolVersion'),
      at('maxProtocolVersion'),
      istioVersion(context, object.root.source.path),
    ),
    ciphers: suiteListField(at('cipherSuites')),
    clientAuth: clientAuthOf(mode, at),
    certificates: certificatesOf(object, tls),
  };
}

/** By name or by number, as proto enums are read. */
const clientModes: Readonly<Record<string, NonNullable<Listener['clientAuth']>['mode']>> = {
  SIMPLE: 'none',
  MUTUAL: 'required',
  ISTIO_MUTUAL: 'required',
  OPTIONAL_MUTUAL: 'optional',
  '1': 'none',
  '2': 'required',
  '4': 'required',
  '5': 'optional',
};

/** ISTIO_MUTUAL asks for the mesh's own certificates. `insecureSkipVerify` takes any certificate there is. */
function clientAuthOf(mode: Setting, at: (name: string) => Setting): Field<NonNullable<Listener['clientAuth']>> {
  const skipped = at('insecureSkipVerify');
  const asked = fieldFrom(mode, (value) => clientModes[value]);
  const unverified = booleanIn(skipped) === true && asked?.origin === 'written' && asked.value !== 'none';
  const ca = textField(at('caCertificates')) ?? textField(at('caCertCredentialName'));
  return composite({ mode: unverified ? fieldFrom(skipped, () => 'request' as const) : (asked ?? unknown), ca });
}

/**
 * `credentialName` and `credentialNames` are Secrets beside the gateway's workload, in whatever namespace that is;
 * `kubernetes-gateway://` names the namespace too. Files are given one by one or as `tlsCertificates`.
 */
function certificatesOf(object: KubernetesObject, tls: YamlNode): Field<readonly CertificateReference[]> | undefined {
  const single = field(object, tls, 'credentialName');
  if (single.state !== 'absent') return referencesOf([scalarIn(single)], secretReference);
  const several = field(object, tls, 'credentialNames');
  if (several.state !== 'absent') return referencesOf(scalarsOf(several), secretReference);
  const pairs = field(object, tls, 'tlsCertificates');
  if (pairs.state === 'written') {
    const certificates = items(pairs.node).map((pair) => scalarIn(field(object, pair, 'serverCertificate')));
    return referencesOf(certificates, fileReference);
  }
  const file = field(object, tls, 'serverCertificate');
  return file.state === 'absent' ? undefined : referencesOf([scalarIn(file)], fileReference);
}

const scalarsOf = (setting: Setting): readonly (YamlScalar | undefined)[] =>
  setting.state === 'written' ? items(setting.node).map((item) => (item.kind === 'scalar' ? item : undefined)) : [];

function referencesOf(
  nodes: readonly (YamlScalar | undefined)[],
  reference: (value: string) => CertificateReference,
): Field<readonly CertificateReference[]> {
  const known = nodes.filter((node): node is YamlScalar => node !== undefined);
  const [first] = known;
  if (!first) return unknown;
  const parts = known.map((node, index): readonly [string, Span] => [String(index), spanOfNode(node)]);
  return written(
    known.map(({ value }) => reference(value)),
    spanOfNode(first),
    Object.fromEntries(parts),
  );
}

const fileReference = (ref: string): CertificateReference => ({ from: 'file', ref });

const secretReference = (value: string): CertificateReference => ({
  from: 'secret',
  ref: value.replace(/^kubernetes(-gateway)?:\/\//, ''),
});
