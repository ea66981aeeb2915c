import type { Source } from '../../../core/source.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar } from '../../../formats/yaml-tree.ts';
import { entries, get, items, keyOf, text } from '../../../formats/yaml-tree.ts';
import type { Kustomization } from './kustomization.ts';
import { idOf, knownAs, type Resource } from './resource.ts';
import { field, mappingOf, type Place, partOf, stretchOf, unknownAt, withField, withoutField } from './tree.ts';

/** Reads a file that a kustomization names, by the path as written. */
export type ReadFile = (path: string) => Source | undefined;

/**
 * What the generators of a kustomization add to the resources, or change in them. The names are without the hash that
 * kustomize appends: references go by the name without it. Content that is not in the repository leaves the data open.
 * Source: kustomize api v0.21.2, internal/generators and kv.
 */
export function generated(
  kustomization: Kustomization,
  resources: readonly Resource[],
  read: ReadFile,
): readonly Resource[] {
  const kinds = [
    ['configMapGenerator', 'ConfigMap'],
    ['secretGenerator', 'Secret'],
  ] as const;
  return kinds.reduce<readonly Resource[]>(
    (all, [key, kind]) =>
      items(kustomization.root, key).reduce<readonly Resource[]>((known, entry) => {
        const made = madeBy(entry, kind, kustomization, read);
        return made ? put(known, made, text(entry, 'behavior')) : known;
      }, all),
    resources,
  );
}

function madeBy(
  entry: YamlNode,
  kind: 'ConfigMap' | 'Secret',
  { root }: Kustomization,
  read: ReadFile,
): Resource | undefined {
  const name = get(entry, 'name');
  const nameKey = keyOf(entry, 'name');
  if (entry.kind !== 'mapping' || name?.kind !== 'scalar' || !nameKey) return undefined;
  const { found, missing } = contentOf(entry, read);
  const metadata = mappingOf(entry, [
    { key: nameKey, value: name },
    ...entriesOf(entry, 'namespace'),
    ...(['labels', 'annotations'] as const).flatMap((key) => optionPairs(entry, root, key)),
  ]);
  const data = mappingOf(entry, found, missing || entry.open);
  const made = mappingOf(entry, [
    entryAt(name, 'apiVersion', 'v1'),
    entryAt(name, 'kind', kind),
    { key: keyAt(name, 'metadata'), value: metadata },
    ...(kind === 'Secret' ? entriesOf(entry, 'type') : []),
    { key: keyAt(name, kind === 'Secret' ? 'stringData' : 'data'), value: data },
  ]);
  return {
    root: made,
    group: '',
    version: 'v1',
    kind,
    before: [],
    prefixes: [],
    suffixes: [],
    uncertain: false,
    removals: [],
    generated: missing ? 'partly' : 'whole',
  };
}

const keyAt = ({ source, range }: Place, key: string): YamlScalar => ({
  ...stretchOf(source, range.start, range.start),
  value: key,
});

/** A field that is not written; the place is the generator's name. */
const entryAt = (place: YamlScalar, key: string, value: string): YamlEntry => ({
  key: keyAt(place, key),
  value: { ...place, value, style: 'double', segments: [] },
});

const entriesOf = (node: YamlMapping, key: string): readonly YamlEntry[] =>
  node.entries.filter((entry) => entry.key.value === key);

/** Labels or annotations of a generator's own options and of those of all. */
function optionPairs(entry: YamlMapping, root: YamlMapping, key: 'labels' | 'annotations'): readonly YamlEntry[] {
  const own = entries(entry, 'options', key);
  const shared = entries(root, 'generatorOptions', key).filter(
    (pair) => !own.some((other) => other.key.value === pair.key.value),
  );
  const pairs = [...own, ...shared];
  const place = pairs[0]?.key;
  return place ? [{ key: keyAt(place, key), value: mappingOf(place, pairs) }] : [];
}

/** The pairs of `literals`, `files` and `envs`. */
function contentOf(entry: YamlMapping, read: ReadFile): { found: readonly YamlEntry[]; missing: boolean } {
  const found: YamlEntry[] = [];
  let missing = false;
  const scalars = (...keys: readonly string[]) =>
    keys.flatMap((key) => {
      const written = field(entry, key);
      const all = written?.kind === 'sequence' ? written.items : written ? [written] : [];
      if (all.some(({ kind }) => kind !== 'scalar')) missing = true;
      return all.filter((item): item is YamlScalar => item.kind === 'scalar');
    });
  for (const file of scalars('files')) {
    const equals = file.value.indexOf('=');
    const path = file.value.slice(equals + 1);
    const source = read(path);
    const start = equals < 0 ? file.value.lastIndexOf('/') + 1 : 0;
    const key = partOf(file, start, equals < 0 ? file.value.length : equals);
    if (source) found.push({ key, value: stretchOf(source, 0, source.text.length) });
    else missing = true;
  }
  for (const literal of scalars('literals')) {
    const equals = literal.value.indexOf('=');
    if (equals > 0) found.push({ key: partOf(literal, 0, equals), value: unquoted(literal, equals + 1) });
  }
  for (const env of scalars('envs', 'env')) {
    const source = read(env.value);
    if (source) found.push(...variablesIn(source));
    else missing = true;
  }
  return { found, missing };
}

/** The rest of a literal, without quotes around it. */
function unquoted(literal: YamlScalar, start: number): YamlScalar {
  const rest = literal.value.slice(start);
  const quoted = rest.length > 1 && /^["']/.test(rest) && rest.endsWith(rest.charAt(0));
  return quoted ? partOf(literal, start + 1, literal.value.length - 1) : partOf(literal, start, literal.value.length);
}

/** `NAME=value` lines; the value of a name alone is taken from where kustomize runs. */
const variablesIn = (source: Source): readonly YamlEntry[] =>
  [...source.text.matchAll(/^[^\S\n]*([^#\s=][^=\r\n]*)(=?)([^\r\n]*)\r?$/gm)].map(
    ({ 0: line, 1: name = '', 2: equals, 3: value = '', index }) => {
      const start = index + line.indexOf(name);
      const from = start + name.length + 1;
      const key = stretchOf(source, start, start + name.length);
      return { key, value: equals === '' ? unknownAt(key) : stretchOf(source, from, from + value.length) };
    },
  );

/** Adds a generated object, or puts its content into the one that it is for. */
function put(resources: readonly Resource[], made: Resource, behavior: string | undefined): readonly Resource[] {
  const [known] = behavior === 'merge' || behavior === 'replace' ? knownAs(resources, idOf(made)) : [];
  if (!known) return [...resources, made];
  const keys = ['metadata', 'data', 'stringData'];
  const root = made.root.entries
    .filter(({ key }) => keys.includes(key.value))
    .reduce(
      (node, { key, value }) => {
        if (key.value !== 'metadata' && behavior === 'replace') return withField(node, key, value);
        return withField(node, key, joinedMapping(field(node, key.value), value, key.value === 'metadata'));
      },
      withoutOld(known.root, made, behavior),
    );
  const changed: Resource = {
    ...known,
    root,
    generated: made.generated === 'partly' || known.generated === 'partly' ? 'partly' : 'whole',
  };
  return resources.map((resource) => (resource === known ? changed : resource));
}

/** What a replacement drops, or a value that is written anew under the other name of a Secret's data. */
function withoutOld(root: YamlMapping, made: Resource, behavior: string | undefined): YamlMapping {
  if (behavior === 'replace') return withoutField(withoutField(root, 'data'), 'stringData');
  const data = field(root, 'data');
  const entry = root.entries.find(({ key }) => key.value === 'data');
  if (made.kind !== 'Secret' || data?.kind !== 'mapping' || !entry) return root;
  const anew = new Set(entries(made.root, 'stringData').map(({ key }) => key.value));
  return withField(root, entry.key, { ...data, entries: data.entries.filter(({ key }) => !anew.has(key.value)) });
}

function joinedMapping(old: YamlNode | undefined, made: YamlNode, keepsName: boolean): YamlNode {
  if (old?.kind !== 'mapping' || made.kind !== 'mapping') return made;
  return made.entries
    .filter(({ key }) => !(keepsName && (key.value === 'name' || key.value === 'namespace')))
    .reduce<YamlMapping>(
      (node, { key, value }) =>
        withField(node, key, keepsName ? joinedMapping(field(node, key.value), value, false) : value),
      { ...old, open: old.open || made.open },
    );
}
