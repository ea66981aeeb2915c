import type { KindFamily } from '../kind.ts';
import { secretProviderClass } from './csi-classes.ts';
import { clusterExternalSecret, externalSecret } from './external-secrets.ts';
import { generatePolicy } from './policies.ts';
import { sealedSecret, secretProvider, sopsSecret } from './secret.ts';
import { secretStore } from './stores.ts';
import { bundle, clusterBundle } from './trust-manager.ts';
import { vaultCertificate, vaultConnection, vaultSecret } from './vault-operator.ts';

/** What fills Secrets and bundles of roots: trust-manager, External Secrets, Sealed Secrets, CSI drivers. */
export const secretsFamily: KindFamily = {
  kinds: {
    '/Secret': [secretProvider],
    'bitnami.com/SealedSecret': [sealedSecret],
    'external-secrets.io/ClusterExternalSecret': [clusterExternalSecret],
    'external-secrets.io/ClusterSecretStore': [secretStore],
    'external-secrets.io/ExternalSecret': [externalSecret],
    'external-secrets.io/SecretStore': [secretStore],
    'isindir.github.com/SopsSecret': [sopsSecret],
    'kyverno.io/ClusterPolicy': [generatePolicy],
    'kyverno.io/Policy': [generatePolicy],
    'secrets-store.csi.x-k8s.io/SecretProviderClass': [secretProviderClass],
    'secrets.hashicorp.com/HCPVaultSecretsApp': [vaultSecret],
    'secrets.hashicorp.com/VaultConnection': [vaultConnection],
    'secrets.hashicorp.com/VaultDynamicSecret': [vaultSecret],
    'secrets.hashicorp.com/VaultPKISecret': [vaultCertificate],
    'secrets.hashicorp.com/VaultStaticSecret': [vaultSecret],
    'trust-manager.io/ClusterBundle': [clusterBundle],
    'trust.cert-manager.io/Bundle': [bundle],
  },
};
