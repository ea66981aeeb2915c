import type { Source } from '../../../src/core/source.ts';
import type { Repository } from '../../../src/core/technology.ts';
import type { BuiltObject } from '../../../src/extract/kubernetes/kustomize/build.ts';
import { buildsOf } from '../../../src/extract/kubernetes/kustomize/builds.ts';
import { otherKindsOfCluster } from '../../../src/extract/kubernetes/kustomize/built-in.ts';
import { difference, documentsIn, isList, isMapping, type Plain, plain } from './plain.ts';

/** The objects of one folder's build by tlslint; `undefined` where the folder is no root. */
export function builtByTlslint(
  claimed: readonly Source[],
  repository: Repository,
  folder: string,
): readonly BuiltObject[] | undefined {
  return buildsOf(claimed, repository)
    .roots.find(({ name }) => name === (folder || '.'))
    ?.objects();
}

/** What differs between tlslint's build and the output of `kustomize build`. */
export function differences(ours: readonly BuiltObject[], output: string): readonly string[] {
  const theirs = documentsIn(output).map((document) => normal(plain(document)));
  const own = ours
    .filter(({ resource }) => resource)
    .map(({ root, group, version, kind }) =>
      normal({
        apiVersion: group === '' ? version : `${group}/${version}`,
        kind,
        ...mapping(plain(root)),
      }),
    );
  const hashed = hashedNames(own, theirs);
  const unhashed = theirs.map((object) => mapping(withNames(object, hashed)));
  const byName = new Map(unhashed.map((object) => [identity(object), object]));
  const found = own.flatMap((object) => {
    const name = identity(object);
    const other = byName.get(name);
    if (!other) return [`${name}: kustomize has no such object`];
    byName.delete(name);
    const differs = difference(object, other);
    return differs === undefined ? [] : [`${name}${differs}`];
  });
  return [...found, ...[...byName.keys()].map((name) => `${name}: missing`)];
}

type Mapping = { readonly [key: string]: Plain };

const mapping = (value: Plain | undefined): Mapping => (isMapping(value) ? value : {});

function identity(object: Mapping): string {
  const { name, namespace } = mapping(object.metadata);
  return [object.apiVersion, object.kind, namespace ?? '', name ?? ''].map(String).join(' ');
}

/** Fields that tlslint does not follow: images and replicas are set by a build, names of what TLS does not need change. */
const passedOver = new Set([
  'image',
  'replicas',
  'immutable',
  'claimName',
  'priorityClassName',
  'roleRef',
  'scaleTargetRef',
  'serviceAccount',
  'serviceAccountName',
  'storageClassName',
  'subjects',
  'resourceNames',
  'volumeName',
]);

function normal(value: Plain): Mapping {
  const object = mapping(without(value));
  const { data, stringData, type, ...rest } = object;
  const metadata = mapping(object.metadata);
  const kind = `${String(object.apiVersion).split('/').slice(0, -1).join('/')}/${String(object.kind)}`;
  const { namespace, ...unplaced } = Object.fromEntries(
    Object.entries(metadata).filter(([, one]) => !isMapping(one) || Object.keys(one).length > 0),
  );
  const placed = otherKindsOfCluster.has(kind) || namespace === undefined ? unplaced : { ...unplaced, namespace };
  if (kind !== '/Secret') return { ...object, metadata: placed };
  const decoded = Object.fromEntries(Object.entries(mapping(data)).map(([key, one]) => [key, decodedText(one)]));
  return {
    ...rest,
    metadata: placed,
    ...(type !== undefined && type !== 'Opaque' && { type }),
    data: { ...decoded, ...mapping(stringData) },
  };
}

const decodedText = (value: Plain): Plain =>
  typeof value === 'string' ? Buffer.from(value.replaceAll(/\s/g, ''), 'base64').toString() : value;

function without(value: Plain): Plain {
  if (isList(value)) return value.map(without);
  if (!isMapping(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !passedOver.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, without(inner)]));
}

/** Names to which kustomize appended a hash of the content, which tlslint leaves off. */
function hashedNames(ours: readonly Mapping[], theirs: readonly Mapping[]): ReadonlyMap<string, string> {
  const known = new Set(ours.map(identity));
  const named = new Set(ours.map((object) => String(mapping(object.metadata).name)));
  const found = theirs.flatMap((object) => {
    const name = String(mapping(object.metadata).name);
    const plainName = name.replace(/-[a-z0-9]{10}$/, '');
    const isHashed = /^(ConfigMap|Secret)$/.test(String(object.kind)) && name !== plainName && named.has(plainName);
    return isHashed && !known.has(identity(object)) ? [[name, plainName] as const] : [];
  });
  return new Map(found);
}

function withNames(value: Plain, names: ReadonlyMap<string, string>): Plain {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (isList(value)) return value.map((item) => withNames(item, names));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withNames(inner, names)]));
}
