import type { Source } from '../../../core/source.ts';
import { entries, get, scalar, sourceOfScalar, type YamlNode } from '../../../formats/yaml-tree.ts';
import { decodedSource } from '../core/embedded.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { type Remote, remoteUpstream } from './remote.ts';

const provider = ['spec', 'provider'] as const;

/**
 * Where providers of External Secrets have a server's address, and what says how to verify it. Source:
 * external-secrets/external-secrets 2.9.0, external-secrets.io_secretstores.yaml. Every provider verifies; Delinea's and
 * BeyondTrust's can be told not to.
 */
const remotes: readonly Omit<Remote, 'technology'>[] = [
  { path: ['vault', 'server'] },
  { path: ['openBao', 'server'] },
  { path: ['kubernetes', 'server', 'url'] },
  { path: ['webhook', 'url'] },
  { path: ['gitlab', 'url'] },
  { path: ['conjur', 'url'] },
  { path: ['onepassword', 'connectHost'] },
  { path: ['bitwardensecretsmanager', 'bitwardenServerSDKURL'] },
  { path: ['infisical', 'hostAPI'] },
  { path: ['passbolt', 'host'] },
  { path: ['secretserver', 'serverURL'] },
  { path: ['akeyless', 'akeylessGWApiURL'] },
  { path: ['ovh', 'server'] },
  { path: ['beyondtrust', 'server', 'apiUrl'], verify: ['beyondtrust', 'server', 'verifyCA'] },
].map(({ path, ...rest }) => ({
  path: [...provider, ...path],
  ...('verify' in rest && rest.verify !== undefined && { verify: [...provider, ...rest.verify] }),
}));

/** A store: its servers, and the roots that it verifies them by, which are nested. */
export const secretStore: KindExtractor = (object) => ({
  facts: remotes.flatMap((remote) => remoteUpstream(object, { ...remote, technology: 'external-secrets' })),
  diagnostics: [],
  nested: bundlesIn(object, get(object.root, ...provider), deepestBundle),
});

/** How far below a provider a bundle stands: `ovh.auth.mtls.caBundle`. */
const deepestBundle = 4;

/** Every `caBundle` below a provider: base64, or PEM as it is. */
function bundlesIn(object: KubernetesObject, node: YamlNode | undefined, depth: number): readonly Source[] {
  if (depth === 0 || node?.kind !== 'mapping') return [];
  const held = { name: 'caBundle', holder: labelOf(object), container: 'ca-bundle' as const };
  const bundle = scalar(node, 'caBundle');
  const own =
    bundle && (bundle.value.includes('-----BEGIN ') ? sourceOfScalar(bundle, held) : decodedSource(bundle, held));
  return [...(own ? [own] : []), ...entries(node).flatMap(({ value }) => bundlesIn(object, value, depth - 1))];
}
