import type { Issuance } from '../../../core/fact.ts';
import { buildFact, byDefault } from '../../../core/fact-builder.ts';
import { get, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { asHost, hostsField, hostsOfList, hostsOfText, joinedHosts, withOpenHosts } from '../cert-manager/hosts.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, labelOf, qualified } from '../objects.ts';
import { fieldFrom, goDurationSeconds, type Setting, settingAt } from '../settings.ts';
import { secretFact } from './provider.ts';
import { remoteUpstream } from './remote.ts';

const technology = 'vault-secrets-operator';

/** How the operator reaches Vault. Source: hashicorp/vault-secrets-operator 1.4.1, VaultConnection. */
export const vaultConnection: KindExtractor = (object) => ({
  facts: remoteUpstream(object, {
    technology,
    path: ['spec', 'address'],
    skip: ['spec', 'skipTLSVerify'],
    serverName: ['spec', 'tlsServerName'],
    caSecret: ['spec', 'caCertSecretRef'],
  }),
  diagnostics: [],
});

/** A Secret that the operator fills from Vault, or from HashiCorp's cloud. Source: as above, `spec.destination`. */
export const vaultSecret: KindExtractor = (object) => {
  const node = get(object.root, 'spec', 'destination', 'name');
  const name = text(object.root, 'spec', 'destination', 'name');
  if (!node || name === undefined || name === '') return { facts: [], diagnostics: [] };
  const fact = secretFact(object, {
    technology,
    name: qualified(object.namespace, name),
    provider: 'external',
    span: spanOfNode(node),
  });
  return { facts: [fact], diagnostics: [] };
};

/**
 * A certificate that Vault issues: one `issuance`. Source: as above, VaultPKISecretSpec. The role decides about the
 * lifetime where `ttl` is not set, and about the key. `expiryOffset` is how long before the end it is renewed; without
 * it, at the end (controllers/vaultpkisecret_controller.go, computePKIRenewalWindow).
 */
export const vaultCertificate: KindExtractor = (object) => {
  const at = (...path: readonly string[]): Setting => settingAt(object, object.root, 'spec', ...path);
  const commonName = hostsOfText(at('commonName'));
  const hosts = joinedHosts(asHost(commonName), hostsOfList(at('altNames')), hostsOfList(at('ipSans')));
  const fact = buildFact<Issuance>(
    { technology, subject: labelOf(object), self: headOf(object) },
    { kind: 'issuance', issuerType: 'vault' },
    {
      secret: fieldFrom(at('destination', 'name'), (name) =>
        name === '' ? undefined : qualified(object.namespace, name),
      ),
      hosts: hostsField(hosts),
      durationSeconds: fieldFrom(at('ttl'), seconds),
      renewBeforeSeconds:
        fieldFrom(at('expiryOffset'), seconds) ??
        byDefault(0, 'the Vault Secrets Operator renews a certificate at its end unless expiryOffset says earlier'),
      rotation: byDefault('always', "Vault's issue endpoint makes a new key for each certificate"),
    },
  );
  return { facts: [withOpenHosts(fact, hosts)], diagnostics: [] };
};

/** A duration of Vault: as Go writes them, or seconds. */
const seconds = (value: string): number | undefined => (/^\d+$/.test(value) ? Number(value) : goDurationSeconds(value));
