import { type Source, type Span, spanOf } from '../../../core/source.ts';
import type { YamlMapping, YamlNode, YamlScalar } from '../../../formats/yaml-tree.ts';
import { keyOf, scalar, sourceOfScalar, text } from '../../../formats/yaml-tree.ts';
import { type KubernetesObject, objectsIn } from '../objects.ts';
import { mergeKeysOf } from './built-in.ts';
import { isJsonPatch, jsonPatched } from './json-patch.ts';
import type { PatchEntry } from './kustomization.ts';
import { merged } from './merge.ts';
import { groupAndVersion, type Id, idOf, knownAs, type Resource, remembered, withMetadata } from './resource.ts';
import { selects } from './selectors.ts';
import { field, isNull, retold, withField } from './tree.ts';

export interface Patched {
  readonly resources: readonly Resource[];
  /** Patches for objects that are not here, as far as they name one. */
  readonly fragments: readonly KubernetesObject[];
}

/** A patch with its documents; `undefined` where its file is not in the repository. */
export interface ReadPatch extends PatchEntry {
  readonly documents: readonly YamlNode[] | undefined;
}

const inline = new WeakMap<YamlScalar, Source>();

/** The text of a patch inside a kustomization, always as the same source. */
export function inlineSource(patch: YamlScalar): Source {
  const known = inline.get(patch);
  if (known) return known;
  const source = sourceOfScalar(patch);
  inline.set(patch, source);
  return source;
}

/**
 * Resources with one patch applied. Source: kustomize api v0.21.2, PatchTransformer: a strategic merge patch goes to
 * its target, or to the one object that is or was known by what the patch says of itself; a JSON patch to its target.
 */
export function patched(resources: readonly Resource[], patch: ReadPatch): Patched {
  const { documents, target } = patch;
  if (documents === undefined) {
    const reached = new Set(target ? resources.filter((resource) => selects(target, resource)) : []);
    return { resources: changedOnes(resources, reached, uncertain), fragments: [] };
  }
  const [first] = documents.filter((document) => !isNull(document));
  if (first === undefined) return { resources, fragments: [] };
  if (isJsonPatch(first)) {
    const reached = new Set(target ? resources.filter((resource) => selects(target, resource)) : []);
    return { resources: changedOnes(resources, reached, (resource) => byJsonPatch(resource, first)), fragments: [] };
  }
  return documents.reduce<Patched>(
    (sum, document) => {
      const next = byMergePatch(sum.resources, document, patch);
      return { resources: next.resources, fragments: [...sum.fragments, ...next.fragments] };
    },
    { resources, fragments: [] },
  );
}

const uncertain = (resource: Resource): Resource => ({ ...resource, uncertain: true });

const changedOnes = (
  resources: readonly Resource[],
  reached: ReadonlySet<Resource>,
  change: (resource: Resource) => Resource | undefined,
): readonly Resource[] =>
  reached.size === 0
    ? resources
    : resources.flatMap((resource) => (reached.has(resource) ? (change(resource) ?? []) : [resource]));

function byJsonPatch(resource: Resource, patch: YamlNode): Resource {
  const root = jsonPatched(resource.root, patch);
  if (!root) return uncertain(resource);
  return identified({ ...remembered(resource), root, removals: [...resource.removals, ...removalIn(patch)] });
}

/** Where a patch takes something away, as its text has it. */
function removalIn({ source, range }: YamlNode): readonly Span[] {
  const written = source.text.slice(range.start, range.end);
  const removal =
    /\$patch["']?[ \t]*:[ \t]*["']?(?:delete|replace)|\bop["']?[ \t]*:[ \t]*["']?remove|[\w.-]+["']?[ \t]*:[ \t]*(?:null|~)(?=[ \t]*(?:$|[,}]))/m;
  const found = removal.exec(written);
  if (!found) return [];
  const start = range.start + found.index;
  return [spanOf(source, start, start + found[0].length)];
}

/** A resource under the kind that its root says by now. */
function identified(resource: Resource): Resource {
  const kind = text(resource.root, 'kind') ?? resource.kind;
  const apiVersion = text(resource.root, 'apiVersion');
  if (apiVersion === undefined) return { ...resource, kind };
  const [group, version] = groupAndVersion(apiVersion);
  return { ...resource, kind, group, version };
}

function byMergePatch(resources: readonly Resource[], document: YamlNode, patch: ReadPatch): Patched {
  if (document.kind !== 'mapping') return { resources, fragments: [] };
  const { target } = patch;
  const found = target
    ? resources.filter((resource) => selects(target, resource))
    : only(knownAs(resources, idOfPatch(document)));
  if (found.length > 0) {
    const reached = new Set(found);
    return {
      resources: changedOnes(resources, reached, (resource) => byMerge(resource, document, patch)),
      fragments: [],
    };
  }
  return { resources, fragments: objectsIn([document], true) };
}

const only = (found: readonly Resource[]): readonly Resource[] => (found.length === 1 ? found : []);

function idOfPatch(document: YamlMapping): Id {
  const [group, version] = groupAndVersion(text(document, 'apiVersion') ?? '');
  return idOf({ root: document, group, version, kind: text(document, 'kind') ?? '' });
}

/** What a patch cannot change: what an object is called, unless it is told that it may. */
function byMerge(resource: Resource, document: YamlMapping, patch: ReadPatch): Resource | undefined {
  const { root: old, group, version, kind } = resource;
  const change = patch.textual ? withTexts(document) : document;
  const root = merged(old, change, mergeKeysOf(group, version, kind));
  if (root?.kind !== 'mapping') return undefined;
  const held = (['name', 'namespace'] as const).reduce<YamlMapping>((node, key) => {
    if (key === 'name' && patch.allowsNameChange) return node;
    const written = keyOf(field(old, 'metadata'), key);
    const value = field(field(old, 'metadata'), key);
    return written && value ? withMetadata(node, written, value) : withoutMetadata(node, key);
  }, root);
  const whole = (['apiVersion', 'kind'] as const).reduce<YamlMapping>((node, key) => {
    const [written, value] = [keyOf(old, key), scalar(old, key)];
    return written && value && !(key === 'kind' && patch.allowsKindChange) ? withField(node, written, value) : node;
  }, held);
  const before = patch.allowsNameChange || patch.allowsKindChange ? remembered(resource) : resource;
  return identified({ ...before, root: whole, removals: [...resource.removals, ...removalIn(document)] });
}

/** A patch whose labels and annotations were taken for texts before it is applied (api v0.21.2, resmap ApplySmPatch). */
function withTexts(document: YamlMapping): YamlMapping {
  return (['labels', 'annotations'] as const).reduce<YamlMapping>((node, key) => {
    const [metadata, holder] = [field(node, 'metadata'), keyOf(node, 'metadata')];
    const texts = field(metadata, key);
    if (metadata?.kind !== 'mapping' || !holder || texts === undefined) return node;
    if (texts.kind !== 'mapping' || texts.entries.length === 0) return withoutMetadata(node, key);
    const entries = texts.entries.map((entry) =>
      isNull(entry.value) && entry.value.kind === 'scalar'
        ? { key: entry.key, value: retold(entry.value, 'null') }
        : entry,
    );
    const written = keyOf(metadata, key);
    return written ? withField(node, holder, withField(metadata, written, { ...texts, entries })) : node;
  }, document);
}

function withoutMetadata(root: YamlMapping, key: string): YamlMapping {
  const metadata = field(root, 'metadata');
  const holder = keyOf(root, 'metadata');
  if (metadata?.kind !== 'mapping' || !holder || field(metadata, key) === undefined) return root;
  return withField(root, holder, { ...metadata, entries: metadata.entries.filter((entry) => entry.key.value !== key) });
}
