import { get, text } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { settingAt, spanIn, textIn } from '../settings.ts';
import { mirrorsOf } from './mirrors.ts';
import { secretFact } from './provider.ts';

/**
 * A Secret that the operator fetches from a store: `target.name`, or the object's own name. Not with `creationPolicy:
 * None`, and not where the target is another kind of object. Source: external-secrets/external-secrets 2.9.0,
 * external-secrets.io_externalsecrets.yaml.
 */
export const externalSecret: KindExtractor = (object) => ({
  facts: targetsOf(object, ['spec'], object.name, object.namespace),
  diagnostics: [],
});

/** The same in every namespace that it selects. Source: as above, external-secrets.io_clusterexternalsecrets.yaml. */
export const clusterExternalSecret: KindExtractor = (object) => ({
  facts: targetsOf(
    object,
    ['spec', 'externalSecretSpec'],
    text(object.root, 'spec', 'externalSecretName') ?? object.name,
    undefined,
  ),
  diagnostics: [],
});

function targetsOf(
  object: KubernetesObject,
  spec: readonly string[],
  ownName: string | undefined,
  namespace: string | undefined,
) {
  const target = get(object.root, ...spec, 'target');
  const named = settingAt(object, object.root, ...spec, 'target', 'name');
  const name = named.state === 'absent' ? ownName : textIn(named);
  const kind = text(target, 'manifest', 'kind') ?? 'Secret';
  if (object.fragment || name === undefined || kind !== 'Secret' || text(target, 'creationPolicy') === 'None')
    return [];
  const own = secretFact(object, {
    technology: 'external-secrets',
    name: qualified(namespace, name),
    provider: 'external',
    span: spanIn(named),
  });
  return [own, ...mirrorsOf(object, get(target, 'template', 'metadata', 'annotations'), name)];
}
