import type { Source } from '../../core/source.ts';
import type { Repository, Unit } from '../../core/technology.ts';
import { parseYaml } from '../../formats/yaml.ts';
import type { YamlNode } from '../../formats/yaml-tree.ts';
import { items, scalar, sourceOfScalar, text } from '../../formats/yaml-tree.ts';
import { ingressClassesIn } from './ingress-class.ts';
import { isControllerConfigMap } from './ingress-nginx-config-map.ts';
import type { Surroundings } from './kind.ts';
import { objectsIn } from './objects.ts';

export const isKustomization = (path: string): boolean => /(^|\/)kustomization(\.ya?ml)?$/i.test(path);

/** The holder of a patch that stands inside a kustomization. */
const inlinePatch = 'patch of the kustomization';

/**
 * Each file with the files that explain it: kustomizations that name it as a patch, IngressClasses and controllers'
 * ConfigMaps for an Ingress, redirecting VirtualServices for a Gateway.
 */
export function units(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const kustomizations = new Map(
    claimed
      .filter(({ path, held }) => !held && isKustomization(path))
      .flatMap((source) => patchPathsOf(source).map((path) => [path, source] as const)),
  );
  const explaining = explanations.map(({ explains, says }) => ({
    explains,
    sources: claimed.filter(({ text }) => says.every((word) => word.test(text))),
  }));
  return claimed.map((source) => {
    const kustomization = kustomizations.get(source.path);
    const around = [
      ...(kustomization && !source.held ? [kustomization] : []),
      ...explaining.flatMap(({ explains, sources }) => (explains.test(source.text) ? sources : [])),
    ];
    return { sources: [source, ...new Set(around.filter((one) => one !== source))], repository };
  });
}

const ofKind = (kind: string): RegExp => new RegExp(`\\bkind["']?[ \\t]*:[ \\t]*["']?${kind}\\b`);

/** Which objects are explained by which others, as far as their texts tell. */
const explanations: readonly { readonly explains: RegExp; readonly says: readonly RegExp[] }[] = [
  { explains: ofKind('Ingress'), says: [ofKind('IngressClass')] },
  { explains: ofKind('Ingress'), says: [ofKind('ConfigMap'), /\b(ssl|hsts|ingress-nginx)/] },
  { explains: ofKind('Gateway'), says: [ofKind('VirtualService'), /\bredirect["']?[ \t]*:/] },
];

/** What the other files of a unit say about its first. */
export function surroundingsOf({ sources: [source, ...others] }: Unit): Surroundings {
  const kustomizations = others.filter(({ path, held }) => !held && isKustomization(path));
  const objects = [source, ...others].flatMap((one) => objectsIn(parseYaml(one).documents, false));
  return {
    patch: source.held?.holder === inlinePatch || kustomizations.some((one) => patchPathsOf(one).includes(source.path)),
    classes: objects.flatMap(ingressClassesIn),
    controllerConfigMaps: objects.filter(isControllerConfigMap),
    redirectsByRoute: objects.some(
      ({ kind, root }) =>
        kind === 'VirtualService' &&
        /\bredirect["']?\s*:/.test(root.source.text.slice(root.range.start, root.range.end)),
    ),
  };
}

/** The patches that a kustomization holds as text. JSON patches (RFC 6902) among them are no objects and say nothing. */
export const inlinePatchesOf = (source: Source): readonly Source[] =>
  parseYaml(source).documents.flatMap((document) =>
    [
      ...items(document, 'patches').map((patch) => scalar(patch, 'patch')),
      ...items(document, 'patchesStrategicMerge').map((patch) => scalar(patch)),
    ]
      .filter((patch) => patch?.value.includes('\n'))
      .flatMap((patch) =>
        patch ? [sourceOfScalar(patch, { name: 'patch.yaml', holder: inlinePatch, container: 'inline' })] : [],
      ),
  );

/** The files that a kustomization applies as patches, relative to the repository. */
function patchPathsOf(source: Source): readonly string[] {
  const folder = source.path.split('/').slice(0, -1);
  return parseYaml(source).documents.flatMap((document) =>
    [
      ...['patches', 'patchesJson6902'].flatMap((key) => items(document, key).map((patch) => text(patch, 'path'))),
      ...items(document, 'patchesStrategicMerge').map((patch) => textOf(patch)),
    ].flatMap((path) => (path === undefined || path.includes('\n') ? [] : [resolved(folder, path)])),
  );
}

const textOf = (node: YamlNode): string | undefined => (node.kind === 'scalar' ? node.value : undefined);

function resolved(folder: readonly string[], path: string): string {
  const parts = [...folder];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
