import type { Fact } from '../../../../core/fact.ts';
import type { Source, Span } from '../../../../core/source.ts';
import { spanOf } from '../../../../core/source.ts';
import type { Extraction, Repository } from '../../../../core/technology.ts';
import type { StarlarkCall } from '../../../../formats/starlark.ts';
import { argumentOf } from '../../../../formats/starlark.ts';
import { baseImage } from '../../base-images.ts';
import type { Need } from '../../need/evidence.ts';
import { undecided } from '../../need/evidence.ts';
import { unlessMounted } from '../../need/mounted.ts';
import { pathIn } from '../../walk/repository-paths.ts';
import { builtImage, needOfGoMain } from '../built-image.ts';
import type { BazelPackage, Target } from './packages.ts';
import { isLoaded, listOf, nameOfTarget, packageOf, pulledImages, stringOf, targetOf } from './packages.ts';

const mostLayers = 5;
const fix =
  'build on a base that has one, such as gcr.io/distroless/static, or add a layer that holds /etc/ssl/certs/ca-certificates.crt';

/** The images of a BUILD file. A rule of the repository's own that is only called alike says nothing. */
export function bazelImages(source: Source, repository: Repository): Extraction {
  const own = packageOf(source, repository);
  return {
    facts: own.file.calls
      .filter((call) => !call.nested && isImage(call, own))
      .flatMap((call) => imageOf({ call, package: own }, repository) ?? []),
    diagnostics: [],
  };
}

const isImage = ({ name }: StarlarkCall, { file }: BazelPackage): boolean =>
  (name === 'oci_image' && isLoaded(name, /^@{1,2}(?:aspect_)?rules_oci\b/, file)) ||
  (name === 'container_image' && isLoaded(name, /rules_docker\b/, file));

/** What an image is built on in the end, and what its layers hold. */
interface Contents {
  readonly reference: string;
  readonly at: Span;
  readonly caBundle: 'present' | 'absent' | 'unknown';
  /** The Go programs in its layers: their BUILD files' folders, by name. */
  readonly programs: ReadonlyMap<string, string>;
}

function imageOf(target: Target, repository: Repository): Fact | undefined {
  const { call, package: own } = target;
  const contents = contentsOf(target, repository, 0);
  if (!contents) return undefined;
  const name = nameOfTarget(call, own.file) ?? call.name;
  const entry = listOf(call, 'entrypoint', own.file) ?? [];
  const at = argumentOf(call, 'entrypoint', own.file)?.range;
  const folder = own.folder.slice(own.root === '' ? 0 : own.root.length + 1);
  return builtImage({
    technology: 'bazel',
    subject: `the image //${folder}:${name}`,
    self: spanOf(own.source, call.nameRange.start, call.nameRange.end),
    name,
    base: { reference: contents.reference, span: contents.at },
    caBundle: contents.caBundle,
    entrypoint:
      at && entry.length > 0 ? { shown: entry.join(' '), span: spanOf(own.source, at.start, at.end) } : undefined,
    need: () => unlessMounted(own.source.path, repository, () => needOf(contents, entry, own, repository)),
    fix,
  });
}

/** Of several programs the one that is started; none where it cannot be told. */
function needOf({ programs }: Contents, entry: readonly string[], own: BazelPackage, repository: Repository): Need {
  const started = entry[0]?.split('/').at(-1);
  const folder = programs.size === 1 ? [...programs.values()][0] : programs.get(started ?? '');
  return folder === undefined ? undecided : needOfGoMain(folder, own.source.path, repository);
}

function contentsOf({ call, package: own }: Target, repository: Repository, depth: number): Contents | undefined {
  const here = spanOf(own.source, call.nameRange.start, call.nameRange.end);
  const value = argumentOf(call, 'base', own.file);
  if (depth > mostLayers || (!value && call.open)) return undefined;
  if (value && (value.kind !== 'string' || value.word.unknown)) return undefined;
  const at = value ? spanOf(own.source, value.word.range.start, value.word.range.end) : here;
  const below = value ? baseOf(value.word.text, own, repository, depth) : undefined;
  if (value && !below) return undefined;
  const layers = layersOf(call, own, repository);
  const caBundle = below?.caBundle ?? 'absent';
  return {
    reference: below?.reference ?? 'scratch',
    at,
    // What lies in a layer that is not followed may be a bundle.
    caBundle: caBundle === 'absent' && !layers ? 'unknown' : caBundle,
    programs: new Map([...(below?.programs ?? []), ...(layers ?? [])]),
  };
}

/** The image that `base` names: pulled from a registry, or built by another target. */
function baseOf(
  label: string,
  own: BazelPackage,
  repository: Repository,
  depth: number,
): Omit<Contents, 'at'> | undefined {
  const outside = /^@{1,2}([\w.~+-]+)(?:\/\/[^@]*)?$/.exec(label)?.[1];
  if (outside === undefined) {
    const target = targetOf(label, own, repository);
    return target && isImage(target.call, target.package) ? contentsOf(target, repository, depth + 1) : undefined;
  }
  const images = pulledImages(repository);
  // One repository for each platform: `base_linux_amd64`. Source: rules_oci, oci/extensions.bzl.
  const name = images.has(outside)
    ? outside
    : outside.replace(/_linux_(?:amd64|386|s390x|ppc64le|riscv64|arm(?:64)?(?:_v\d)?)$/, '');
  const reference = images.get(name);
  return reference === undefined
    ? undefined
    : { reference, caBundle: baseImage(reference).caBundle, programs: new Map() };
}

/** Arguments of an image that add files to it. */
const filling = ['tars', 'files', 'debs', 'layers'];

/** The Go programs in an image's own layers; `undefined` where a layer may hold anything else. */
function layersOf(
  call: StarlarkCall,
  own: BazelPackage,
  repository: Repository,
): ReadonlyMap<string, string> | undefined {
  const programs = new Map<string, string>();
  if (call.open) return undefined;
  for (const key of filling) {
    const labels = listOf(call, key, own.file);
    if (!labels || (labels.length > 0 && (key === 'debs' || key === 'layers'))) return undefined;
    for (const label of labels) {
      const target = targetOf(label, own, repository);
      const held = target && (key === 'files' ? programIn(target) : archiveIn(target, repository));
      if (!held) return undefined;
      for (const [name, folder] of held) programs.set(name, folder);
    }
  }
  return programs;
}

/** Arguments of `pkg_tar` and `tar` that add nothing but what `srcs` names. */
const plainArchive: ReadonlySet<string> = new Set(
  (
    'name srcs package_dir package_dir_file strip_prefix mode modes mtime owner owners ownername ownernames extension ' +
    'compress compressor out mtree mutate visibility tags testonly portable_mtime include_runfiles args compute_unused_inputs'
  ).split(' '),
);

/** The programs of an archive that holds nothing else. Sources: rules_pkg, "pkg_tar"; tar.bzl, "tar". */
function archiveIn({ call, package: own }: Target, repository: Repository): ReadonlyMap<string, string> | undefined {
  if (!/^(?:pkg_tar|tar)$/.test(call.name) || call.open) return undefined;
  if (call.keywords.some(({ name }) => !plainArchive.has(name))) return undefined;
  const labels = listOf(call, 'srcs', own.file);
  if (!labels || labels.length === 0) return undefined;
  const found = labels.map((label) => {
    const target = targetOf(label, own, repository);
    return target && programIn(target);
  });
  return found.some((one) => !one) ? undefined : new Map(found.flatMap((one) => [...(one ?? [])]));
}

/** A `go_binary`, which embeds no bundle unless its source does: that is looked at when its need is. */
function programIn({ call, package: own }: Target): ReadonlyMap<string, string> | undefined {
  if (call.name !== 'go_binary' || !isLoaded('go_binary', /rules_go\b/, own.file)) return undefined;
  const data = listOf(call, 'data', own.file);
  if (!data || data.length > 0) return undefined;
  const name = nameOfTarget(call, own.file);
  const [library] = listOf(call, 'embed', own.file) ?? [];
  const folder = /^\/\/([^:@]*)/.exec(library ?? '')?.[1];
  return name === undefined
    ? undefined
    : new Map([
        [stringOf(call, 'basename', own.file) ?? name, folder === undefined ? own.folder : pathIn(own.root, folder)],
      ]);
}
