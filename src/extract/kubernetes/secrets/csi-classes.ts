import { items, scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { qualified } from '../objects.ts';
import { secretFact } from './provider.ts';
import { remoteUpstream } from './remote.ts';

/**
 * A class of volumes that a provider of the secrets-store CSI driver fills: the Secrets that it copies their content to, and
 * how it reaches Vault. Sources: kubernetes-sigs/secrets-store-csi-driver 1.6.0, SecretProviderClassSpec;
 * hashicorp/vault-csi-provider, README, for `vaultAddress` and `vaultSkipTLSVerify`.
 */
export const secretProviderClass: KindExtractor = (object) => {
  const secrets = items(object.root, 'spec', 'secretObjects').flatMap((one) => {
    const name = scalar(one, 'secretName');
    return name && name.value !== ''
      ? [
          secretFact(object, {
            technology: 'secrets-store-csi-driver',
            name: qualified(object.namespace, name.value),
            provider: 'external',
            span: spanOfNode(name),
          }),
        ]
      : [];
  });
  const vault = remoteUpstream(object, {
    technology: 'secrets-store-csi-driver',
    path: ['spec', 'parameters', 'vaultAddress'],
    skip: ['spec', 'parameters', 'vaultSkipTLSVerify'],
    serverName: ['spec', 'parameters', 'vaultTLSServerName'],
  });
  return { facts: [...secrets, ...vault], diagnostics: [] };
};
