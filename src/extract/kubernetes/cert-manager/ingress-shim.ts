import type { Fact, Issuance } from '../../../core/fact.ts';
import { items, keyOf, scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { settingAt } from '../settings.ts';
import { type Asking, askingOf, outdatedRequest, requestFor, unissued } from './annotations.ts';
import { hostsOfList, noHosts } from './hosts.ts';

/**
 * An Ingress that asks cert-manager for its certificates: one `issuance` for each entry of `spec.tls` that names a Secret
 * and hosts. cert-manager passes over an entry without either, and over the whole Ingress where two entries name one
 * Secret (cert-manager 1.21.1, pkg/controller/certificate-shim/sync.go, validateIngressTLSBlock and
 * checkForDuplicateSecretNames).
 */
export const ingressRequests: KindExtractor = (object, context) => {
  const asking = askingOf(object, context, true);
  if (!asking) {
    const outdated = outdatedRequest(object);
    return { facts: outdated ? [outdated] : [], diagnostics: [] };
  }
  const requests = items(object.root, 'spec', 'tls').flatMap((entry): readonly Fact<Issuance>[] => {
    const secret = settingAt(object, entry, 'secretName');
    const hosts = settingAt(object, entry, 'hosts');
    const listed = hosts.state === 'absent' ? noHosts : hostsOfList(hosts);
    const isEmpty = listed.complete && listed.known.length === 0;
    if (secret.state === 'absent' || isEmpty) return [];
    const name = scalar(entry, 'secretName');
    return name?.value === '' ? [] : [requestFor(object, asking, name, listed)];
  });
  const facts = requests.length > 0 ? requests : nothingIssued(object, asking);
  return { facts, diagnostics: [] };
};

/** Where all of `spec.tls` is known and no entry of it has what cert-manager needs. */
function nothingIssued(object: KubernetesObject, { issuer, fields }: Asking): readonly Fact<Issuance>[] {
  const tls = settingAt(object, object.root, 'spec', 'tls');
  if (!issuer || tls.state === 'unknown') return [];
  if (tls.state === 'absent')
    return [unissued(object, issuer, fields, `${labelOf(object)} has no spec.tls`, headOf(object))];
  if (tls.node.kind !== 'sequence' || tls.node.open) return [];
  const settings = tls.node.items.flatMap((entry) =>
    entry.kind === 'mapping' && !entry.open
      ? [settingAt(object, entry, 'hosts'), settingAt(object, entry, 'secretName')]
      : [{ state: 'unknown' as const }],
  );
  if (settings.some(({ state }) => state === 'unknown')) return [];
  const place = keyOf(settingAtSpec(object), 'tls');
  const phrase = 'cert-manager issues nothing for an entry without both hosts and secretName';
  return [unissued(object, issuer, fields, phrase, place ? spanOfNode(place) : headOf(object))];
}

function settingAtSpec(object: KubernetesObject) {
  const spec = settingAt(object, object.root, 'spec');
  return spec.state === 'written' ? spec.node : undefined;
}
