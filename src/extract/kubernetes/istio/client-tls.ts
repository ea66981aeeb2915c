import type { Upstream } from '../../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { protocolRange } from '../../../tls/protocols.ts';
import { isSince } from '../../versions.ts';
import type { KindContext } from '../kind.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { booleanIn, fieldFrom, listField, type Setting, settingAt, textField, textIn } from '../settings.ts';
import { virtualServiceKind } from './gateway-routes.ts';
import { overlap } from './hosts.ts';
import { serviceEntryKind } from './service-entry.ts';
import { istioVersion } from './version.ts';

/** A `tls` block of a DestinationRule, and what surrounds it. */
export interface ClientTls {
  readonly object: KubernetesObject;
  readonly host: string | undefined;
  readonly context: KindContext;
  readonly at: (name: string) => Setting;
}

/**
 * TLS that a proxy originates, SIMPLE or MUTUAL. Without `caCertificates` the operating system's roots count since 1.21;
 * before, nothing was verified (Istio 1.21 release notes, ENABLE_VERIFY_CERTIFICATE_AT_CLIENT). The name is checked
 * against `subjectAltNames`, those of a ServiceEntry of the host, or on its own where neither those nor `sni` are given.
 * Versions are fixed to 1.2 and 1.3 (pilot/pkg/networking/core/cluster_tls.go, defaultUpstreamCommonTLSContext).
 */
export function originated(settings: ClientTls): Fields<Upstream> {
  const { object, context, at } = settings;
  const { version, reason, guessed } = istioVersion(context, object.root.source.path);
  const skip = at('insecureSkipVerify');
  const skips = booleanIn(skip) === true ? fieldFrom(skip, () => false) : undefined;
  const ca = textField(at('caCertificates')) ?? credentialField(settings);
  const automatic = byDefault(isSince({ version }, '1.21.0'), `the default of ${reason}`, guessed);
  const chain = skip.state === 'unknown' ? unknown : (skips ?? (ca && knownTrue(ca)) ?? automatic);
  const isMutual = /^(MUTUAL|2)$/.test(textIn(at('mode')) ?? '');
  return {
    verify: composite({ chain, hostname: skips ?? hostnameOf(settings, chain, automatic) }),
    ca,
    serverName: textField(at('sni')),
    protocols: isSince({ version }, '1.14.0')
      ? byDefault(protocolRange('TLSv1.2', 'TLSv1.3'), `fixed by ${reason}`, guessed)
      : unknown,
    clientCertificate: isMutual ? (textField(at('clientCertificate')) ?? textField(at('credentialName'))) : undefined,
  };
}

/** The Secret or ConfigMap of `credentialName`, in the namespace of the workloads that a `workloadSelector` selects. */
function credentialField({ object, at }: ClientTls): Field<string> | undefined {
  const selects = settingAt(object, object.root, 'spec', 'workloadSelector').state === 'written';
  return fieldFrom(at('credentialName'), (name) => {
    const [, inMap] = /^configmap:\/\/(.+)$/.exec(name) ?? [];
    const plain = (inMap ?? name).replace(/^kubernetes:\/\//, '');
    return `${inMap === undefined ? 'Secret' : 'ConfigMap'} ${qualified(selects ? object.namespace : undefined, plain)}`;
  });
}

const knownTrue = (field: Field<string>): Field<boolean> =>
  field.origin === 'written' ? written(true, field.span) : unknown;

function hostnameOf(settings: ClientTls, chain: Field<boolean>, automatic: Field<boolean>): Field<boolean> {
  const { at } = settings;
  const names = listField(at('subjectAltNames')) ?? entryNames(settings);
  const sni = at('sni');
  if (names) return names.origin === 'written' ? written(true, names.span) : unknown;
  if (sni.state === 'unknown' || chain.origin === 'unknown') return unknown;
  if (sni.state === 'absent') return automatic;
  return byDefault(
    false,
    'with sni and without subjectAltNames Istio checks the chain of the certificate, not its name',
  );
}

/** The `subjectAltNames` of a ServiceEntry of the host. */
function entryNames({ host, context }: ClientTls): Field<readonly string[]> | undefined {
  for (const entry of context.known(serviceEntryKind)) {
    const isItsOwn = items(entry.root, 'spec', 'hosts').some(
      (one) => one.kind === 'scalar' && host !== undefined && overlap(one.value, host),
    );
    const names = isItsOwn ? listField(settingAt(entry, entry.root, 'spec', 'subjectAltNames')) : undefined;
    if (names) return names;
  }
  return undefined;
}

/**
 * Sidecars do not read `credentialName` in a rule without `workloadSelector`, and originate no TLS for it; gateways do,
 * and everybody reads ConfigMaps. Whether a gateway sends to the host is known where a VirtualService says so. Where
 * those that route to it are for sidecars alone, there is no TLS, as far as this repository shows; where none routes to
 * it, nobody can tell. `undefined` where the block is to be read as usual.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_tls.go, buildUpstreamClusterTLSContext.
 */
export function unreadCredential({ object, host, context, at }: ClientTls): Fields<Upstream> | undefined {
  const credential = at('credentialName');
  const name = textIn(credential);
  const selector = settingAt(object, object.root, 'spec', 'workloadSelector');
  if (name === undefined || name.startsWith('configmap://') || selector.state !== 'absent') return undefined;
  const routed = context.known(virtualServiceKind).filter(({ root }) => sendsTo(root, host));
  if (routed.some(namesGateway)) return undefined;
  if (routed.length === 0) return booleanIn(at('insecureSkipVerify')) === true ? undefined : { tls: unknown };
  return {
    tls: byDefault(false, 'sidecars read credentialName only in a DestinationRule with a workloadSelector', true),
    clientCertificate: textField(credential),
  };
}

/** Some route of a VirtualService ends at the host, or may do so. */
function sendsTo(root: YamlNode, host: string | undefined): boolean {
  const destinations = ['http', 'tls', 'tcp']
    .flatMap((list) => items(root, 'spec', list))
    .flatMap((entry) => items(entry, 'route'));
  return destinations.some((route) => {
    const written = text(route, 'destination', 'host');
    return written === undefined || host === undefined || written === host || overlap(written, host);
  });
}

/** Gateways are named somewhere in it, other than `mesh`, which stands for all sidecars. */
function namesGateway({ root }: KubernetesObject): boolean {
  const spec = get(root, 'spec');
  const lists = [
    ...items(spec, 'gateways'),
    ...['http', 'tls', 'tcp']
      .flatMap((list) => items(spec, list))
      .flatMap((entry) => items(entry, 'match'))
      .flatMap((match) => items(match, 'gateways')),
  ];
  return lists.some((item) => item.kind !== 'scalar' || item.value !== 'mesh');
}
