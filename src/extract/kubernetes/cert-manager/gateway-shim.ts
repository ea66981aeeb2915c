import type { Fact, Issuance } from '../../../core/fact.ts';
import { get, items, scalar, text, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { annotation, settingAt, textIn } from '../settings.ts';
import { type Asking, askingOf, requestFor, unissued } from './annotations.ts';
import { hostsOfText, joinedHosts, type RequestedHosts } from './hosts.ts';

/**
 * A Gateway or ListenerSet that asks cert-manager for the certificates of its listeners: one `issuance` for each Secret,
 * with the host names of all listeners that refer to it. A listener counts that speaks HTTPS or TLS, ends it itself, has a
 * host name, and refers to Secrets of its own namespace; the annotation `cert-manager.io/ignore-tls-listeners` takes
 * some out. Source: cert-manager 1.21.1, pkg/controller/certificate-shim/sync.go, handleGatewayAPIListeners and
 * validateGatewayListenerBlock. A host name may be a wildcard.
 */
export const gatewayRequests: KindExtractor = (object, context) => {
  const asking = askingOf(object, context, false);
  if (!asking) return { facts: [], diagnostics: [] };
  const listeners = items(object.root, 'spec', 'listeners').map((listener) => listenerOf(object, listener));
  const bySecret = new Map<string, { secret: YamlScalar; hosts: RequestedHosts }>();
  for (const { refs, hosts } of listeners) {
    for (const secret of refs) {
      const before = bySecret.get(secret.value);
      bySecret.set(secret.value, {
        secret: before?.secret ?? secret,
        hosts: before ? joinedHosts(before.hosts, hosts) : hosts,
      });
    }
  }
  const requests = [...bySecret.values()].map(({ secret, hosts }) => requestFor(object, asking, secret, hosts));
  const whole = listeners.length > 0 && listeners.every(({ known }) => known) && isWhole(object);
  return { facts: requests.length > 0 || !whole ? requests : nothingIssued(object, asking), diagnostics: [] };
};

interface ShimListener {
  readonly refs: readonly YamlScalar[];
  readonly hosts: RequestedHosts;
  /** Whether it is certain what cert-manager makes of the listener. */
  readonly known: boolean;
}

const ignoredListener: ShimListener = { refs: [], hosts: { known: [], complete: true }, known: true };

function listenerOf(object: KubernetesObject, listener: YamlNode): ShimListener {
  const protocol = text(listener, 'protocol');
  const open: ShimListener = { ...ignoredListener, known: false };
  if (listener.kind !== 'mapping' || protocol === undefined) return open;
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return ignoredListener;
  const ignored = textIn(annotation(object, 'cert-manager.io/ignore-tls-listeners')) ?? '';
  const name = text(listener, 'name');
  if (name !== undefined && ignored.split(',').some((one) => one.trim() === name)) return ignoredListener;
  const mode = settingAt(object, listener, 'tls', 'mode');
  const hostname = settingAt(object, listener, 'hostname');
  const refs = settingAt(object, listener, 'tls', 'certificateRefs');
  if (textIn(mode) === 'Passthrough') return ignoredListener;
  if (hostname.state === 'absent' || textIn(hostname) === '' || refs.state === 'absent') return ignoredListener;
  if (mode.state === 'unknown' || refs.state === 'unknown') return open;
  const secrets = secretsOf(object, listener);
  return secrets ? { refs: secrets, hosts: hostsOfText(hostname), known: false } : ignoredListener;
}

/** The Secrets of the object's own namespace; one reference elsewhere costs the whole listener. */
function secretsOf(object: KubernetesObject, listener: YamlNode): readonly YamlScalar[] | undefined {
  const refs = items(listener, 'tls', 'certificateRefs');
  const foreign = refs.some((ref) => {
    const namespace = text(ref, 'namespace');
    const kind = text(ref, 'kind') ?? 'Secret';
    const group = text(ref, 'group') ?? '';
    return (
      kind !== 'Secret' ||
      (group !== '' && group !== 'core') ||
      (namespace !== undefined && object.namespace !== undefined && namespace !== object.namespace)
    );
  });
  return foreign ? undefined : refs.flatMap((ref) => scalar(ref, 'name') ?? []);
}

const isWhole = ({ root, fragment }: KubernetesObject): boolean => {
  const listeners = get(root, 'spec', 'listeners');
  return !fragment && listeners?.kind === 'sequence' && !listeners.open;
};

function nothingIssued(object: KubernetesObject, { issuer, fields }: Asking): readonly Fact<Issuance>[] {
  const phrase = `no listener of ${labelOf(object)} has a hostname and a certificate of its own namespace`;
  return issuer ? [unissued(object, issuer, fields, phrase, headOf(object))] : [];
}
