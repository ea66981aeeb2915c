import { data } from '../../../../data/emissary-defaults.yaml';
import type { CertificateReference, Listener, ProtocolVersion } from '../../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import { keyOf, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import { isSince } from '../../versions.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { booleanIn, listField, type Setting, scalarIn, settingAt, suiteListField, textIn } from '../settings.ts';

/** Fields in snake case, or in camel case as a Host's `tls` may have them (python/ambassador, ir/irhost.py). */
export function field(object: KubernetesObject, node: YamlNode, name: string): Setting {
  const camel = name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return settingAt(object, node, keyOf(node, camel) ? camel : name);
}

/** A Secret by its name; `web-tls.certificates` is in another namespace (ir/irtlscontext.py, resolve_secret). */
export function secretName(object: KubernetesObject, node: YamlNode, name: string): string {
  const dot = name.lastIndexOf('.');
  const namespaced = booleanIn(field(object, node, 'secret_namespacing')) !== false;
  if (dot === -1 || !namespaced) return qualified(object.namespace, name);
  return `${name.slice(dot + 1)}/${name.slice(0, dot)}`;
}

/**
 * What a TLSContext, or a Host's `tls`, makes of a listener. Source: emissary-ingress/emissary v4.1.0,
 * pkg/api/getambassador.io/v3alpha1/crd_tlscontext.go; python/ambassador, envoy/v3/v3tls.py.
 */
export const listenerFields = (
  object: KubernetesObject,
  node: YamlNode,
  evidence: VersionEvidence,
): Fields<Listener> => ({
  protocols: protocolsOf(object, node, evidence) ?? defaultProtocols(evidence),
  ciphers: suiteListField(field(object, node, 'cipher_suites')) ?? unknown,
  groups: listField(field(object, node, 'ecdh_curves')),
  clientAuth: clientAuthOf(object, node),
});

/** Where nothing is written, the Envoy that the release is built on decides. */
export function defaultProtocols(evidence: VersionEvidence): Field<readonly ProtocolVersion[]> {
  const usual = data.protocols.find(({ since }) => isSince(evidence, since))?.protocols;
  return usual ? byDefault(usual, `the default of ${evidence.reason}`, evidence.guessed) : unknown;
}

/** `min_tls_version` and `max_tls_version`: `v1.0` to `v1.3`; others count as not written. */
export function protocolsOf(
  object: KubernetesObject,
  node: YamlNode,
  evidence: VersionEvidence,
): Field<readonly ProtocolVersion[]> | undefined {
  const least = field(object, node, 'min_tls_version');
  const most = field(object, node, 'max_tls_version');
  if (least.state === 'unknown' || most.state === 'unknown') return unknown;
  const lower = boundIn(least);
  const upper = boundIn(most);
  if (lower) return written(protocolRange(lower.version, upper?.version ?? 'TLSv1.3'), lower.span);
  if (!upper) return undefined;
  const usual = data.protocols.find(({ since }) => isSince(evidence, since))?.protocols[0];
  return usual ? written(protocolRange(usual, upper.version), upper.span) : unknown;
}

function boundIn(setting: Setting): { readonly version: ProtocolVersion; readonly span: Span } | undefined {
  const node = scalarIn(setting);
  const [, number] = (node && /^v(1\.[0-3])$/.exec(node.value)) ?? [];
  const version = number === undefined ? undefined : parseProtocol(number);
  return node && version && { version, span: spanOfNode(node) };
}

/** An authority verifies certificates that are shown; only `cert_required` wants one. Without one the Secret may hold it. */
function clientAuthOf(object: KubernetesObject, node: YamlNode): Field<NonNullable<Listener['clientAuth']>> {
  const ca = authorityOf(object, node);
  const required = field(object, node, 'cert_required');
  if (required.state === 'unknown' || field(object, node, 'ca_secret').state === 'unknown') return unknown;
  const wants = booleanIn(required) === true && required.state === 'written' ? required.node : undefined;
  if (ca?.origin !== 'written')
    return wants ? unknown : byDefault({ mode: 'none' }, 'Emissary asks for client certificates only with ca_secret');
  return composite<NonNullable<Listener['clientAuth']>>({
    mode: wants ? written('required', spanOfNode(wants)) : written('optional', ca.span),
    ca,
  });
}

/** The authority that the other side's certificate must come from. */
export function authorityOf(object: KubernetesObject, node: YamlNode): Field<string> | undefined {
  const secret = field(object, node, 'ca_secret');
  const name = textIn(secret);
  if (secret.state === 'written' && name !== undefined)
    return written(`Secret ${secretName(object, node, name)}`, spanOfNode(secret.node));
  const file = field(object, node, 'cacert_chain_file');
  const path = textIn(file);
  if (file.state === 'written' && path !== undefined) return written(path, spanOfNode(file.node));
  return secret.state === 'unknown' ? unknown : undefined;
}

/** The certificate of a TLSContext: a Secret, or a file in the container. */
export function certificatesOf(
  object: KubernetesObject,
  node: YamlNode,
): Field<readonly CertificateReference[]> | undefined {
  const secret = field(object, node, 'secret');
  const name = textIn(secret);
  if (secret.state === 'written' && name !== undefined)
    return written([{ from: 'secret', ref: secretName(object, node, name) }], spanOfNode(secret.node));
  const file = field(object, node, 'cert_chain_file');
  const path = textIn(file);
  if (file.state === 'written' && path !== undefined)
    return written([{ from: 'file', ref: path }], spanOfNode(file.node));
  return secret.state === 'unknown' ? unknown : undefined;
}
