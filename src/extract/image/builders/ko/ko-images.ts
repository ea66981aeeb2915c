import { data } from '../../../../../data/image-builders.yaml';
import type { Fact } from '../../../../core/fact.ts';
import type { Source, Span } from '../../../../core/source.ts';
import { spanOf } from '../../../../core/source.ts';
import type { Extraction, Repository } from '../../../../core/technology.ts';
import { parseYaml } from '../../../../formats/yaml.ts';
import type { YamlNode, YamlScalar } from '../../../../formats/yaml-tree.ts';
import { entries, items, spanOfNode, text } from '../../../../formats/yaml-tree.ts';
import { baseImage } from '../../base-images.ts';
import { isOpen } from '../../callers/build-call.ts';
import { undecided } from '../../need/evidence.ts';
import type { Module } from '../../need/go-packages.ts';
import { folderOfImport, moduleOf } from '../../need/go-packages.ts';
import { unlessMounted } from '../../need/mounted.ts';
import { certificatesIn } from '../../walk/context-files.ts';
import { folderOf, foldersAbove, hasPath, pathIn, pathsBelow } from '../../walk/repository-paths.ts';
import { builtImage, needOfGoMain } from '../built-image.ts';
import { basesOfEnvironment, programsOf } from './ko-callers.ts';

/** What one ko build starts from: where its base is written, if anywhere. */
interface Base {
  readonly reference: string;
  readonly at: YamlScalar | undefined;
  readonly caBundle: 'present' | 'absent' | 'unknown';
}

const fix = `build on a base that has one, such as ${data.ko.base}`;
const byItself = `ko's default base`;

/** The images of a `.ko.yaml` or of the `kos` of a GoReleaser file. */
export function koImages(source: Source, repository: Repository): Extraction {
  const { documents, diagnostics } = parseYaml(source);
  const [document] = documents;
  if (!document) return { facts: [], diagnostics };
  const releases = /goreleaser[^/]*$/.test(source.path);
  return {
    facts: releases ? released(document, source, repository) : configured(document, source, repository),
    diagnostics,
  };
}

/** The last entry of this name: ko's configuration ignores case. Source: ko, pkg/commands/options/build.go (viper). */
const named = (node: YamlNode, key: string): YamlNode | undefined =>
  entries(node).findLast((entry) => entry.key.value.toLowerCase() === key)?.value;

function configured(document: YamlNode, source: Source, repository: Repository): readonly Fact[] {
  const here = spanOf(source, document.range.start, Math.min(document.range.start + 1, document.range.end));
  const ownDefault = baseOf(named(document, 'defaultbaseimage'));
  const standard = withEnvironment(ownDefault, repository);
  const module = moduleAround(source.path, repository);
  const overrides = entries(named(document, 'baseimageoverrides')).map(({ key, value }) => ({
    importPath: key.value,
    base: baseOf(value),
    self: spanOfNode(key),
  }));
  const builds = items(named(document, 'builds')).flatMap((build) => {
    const dir = text(build, 'dir') ?? '.';
    const main = (text(build, 'main') ?? '.').replace(/\/?[\w.-]+\.go$/, '') || '.';
    if (isOpen(`${dir}${main}`)) return [];
    const folder = pathIn(folderOf(source.path), `${dir}/${main}`);
    const importPath = module && importOf(folder, module);
    const own = overrides.find((one) => one.importPath.toLowerCase() === importPath?.toLowerCase());
    const label = text(build, 'id') ?? (main === '.' ? (importPath ?? main) : main);
    return [{ folder, base: own?.base ?? standard, self: headOf(build), label, overrides: own }];
  });
  const listed = builds.map(({ folder, base, self, label }) =>
    imageOf({ base, self, label, folder, source, repository }),
  );
  const taken = new Set(builds.map(({ overrides: own }) => own));
  const overridden = overrides
    .filter((one) => !taken.has(one))
    .map(({ importPath, base, self }) =>
      imageOf({
        base,
        self,
        label: importPath,
        folder: module && folderOfImport(importPath, module),
        source,
        repository,
      }),
    );
  const rest = standard.caBundle === 'absent' && module ? programsOf(source.path, module, repository) : [];
  const others = rest
    .filter((folder) => !builds.some((build) => build.folder === folder))
    .filter((folder) => {
      const importPath = importOf(folder, module)?.toLowerCase();
      return !overrides.some((one) => one.importPath.toLowerCase() === importPath);
    });
  const self = standard.at ? spanOfNode(standard.at) : here;
  const unnamed =
    builds.length > 0 && others.length === 0
      ? []
      : others.length > 0
        ? others.map((folder) => imageOf({ base: standard, self, label: folder, folder, source, repository }))
        : [imageOf({ base: standard, self, label: undefined, folder: '', source, repository })];
  return [...listed, ...overridden, ...unnamed];
}

/** `kos`. What an entry leaves out stands in the build that it names, or in the one that is called like it. */
function released(document: YamlNode, source: Source, repository: Repository): readonly Fact[] {
  const builds = items(document, 'builds');
  const project = text(document, 'project_name');
  return items(document, 'kos').flatMap((entry) => {
    if (text(entry, 'disable') === 'true') return [];
    const id = text(entry, 'id') ?? project;
    const wanted = text(entry, 'build') ?? id;
    const build = builds.find((one) => text(one, 'id') === wanted) ?? (builds.length === 1 ? builds[0] : undefined);
    const main = text(entry, 'main') ?? text(build, 'main') ?? '.';
    const dir = text(entry, 'working_dir') ?? text(build, 'dir') ?? '.';
    const known = !isOpen(`${main}${dir}`) && !main.includes('...') && (builds.length === 0 || build !== undefined);
    const folder = pathIn(folderOf(source.path), `${dir}/${main}`);
    const base = baseOf(entries(entry).findLast(({ key }) => key.value === 'base_image')?.value);
    const label = text(entry, 'id') ?? (main === '.' ? project : main);
    return [imageOf({ base, self: headOf(entry), label, folder: known ? folder : undefined, source, repository })];
  });
}

interface Found {
  readonly base: Base;
  readonly self: Span;
  /** What the program is called; `undefined` for whatever ko builds. */
  readonly label: string | undefined;
  /** The main package's folder; `undefined` where it is not in the repository. */
  readonly folder: string | undefined;
  readonly source: Source;
  readonly repository: Repository;
}

function imageOf({ base, self, label, folder, source, repository }: Found): Fact {
  const { reference, at, caBundle } = base;
  const carried = label !== undefined && folder !== undefined && carriesRoots(folder, repository);
  return builtImage({
    technology: 'ko',
    subject: label === undefined ? 'every image that ko builds' : `the image of ${label}`,
    self,
    name: label ?? 'ko',
    base: at ? { reference, span: spanOfNode(at) } : { reference, reason: byItself },
    caBundle: caBundle === 'absent' && carried ? 'unknown' : caBundle,
    entrypoint: label === undefined ? undefined : { shown: `/ko-app/${label.split('/').at(-1) ?? label}`, span: self },
    need: () =>
      unlessMounted(source.path, repository, () => {
        if (label === undefined) return undecided;
        return folder === undefined ? { need: 'unasked', evidence: [] } : needOfGoMain(folder, source.path, repository);
      }),
    fix,
  });
}

/** Files of `kodata` lie in the image, where a variable can name them. Source: ko documentation, "Root CA certificates". */
const carriesRoots = (folder: string, repository: Repository): boolean =>
  pathsBelow(repository, pathIn(folder, 'kodata'), 100).some((path) => certificatesIn(path, repository) !== 'none');

function baseOf(node: YamlNode | undefined): Base {
  if (!node || (node.kind === 'scalar' && node.value === ''))
    return { reference: data.ko.base, at: undefined, caBundle: baseImage(data.ko.base).caBundle };
  if (node.kind !== 'scalar') return { reference: 'a computed base', at: undefined, caBundle: 'unknown' };
  if (isOpen(node.value)) return { reference: node.value, at: node, caBundle: 'unknown' };
  return { reference: node.value, at: node, caBundle: baseImage(node.value).caBundle };
}

/** The variable wins over the file, in whichever of the repository's scripts it is set. */
function withEnvironment(base: Base, repository: Repository): Base {
  const agreed = basesOfEnvironment(repository).every(
    (reference) => reference !== undefined && baseImage(reference).caBundle === base.caBundle,
  );
  return agreed ? base : { ...base, caBundle: 'unknown' };
}

function moduleAround(path: string, repository: Repository): Module | undefined {
  const folders = foldersAbove(path).filter((folder) => hasPath(repository, pathIn(folder, 'go.mod')));
  return moduleOf({ dockerfile: path, builds: [], names: [], folders, repository, byNameOnly: false });
}

/** The import path of a folder of the module. */
function importOf(folder: string, module: Module | undefined): string | undefined {
  if (!module || module.path === '') return undefined;
  if (folder === module.root) return module.path;
  const prefix = module.root === '' ? '' : `${module.root}/`;
  return folder.startsWith(prefix) ? `${module.path}/${folder.slice(prefix.length)}` : undefined;
}

/** Where an item of a list begins: its first key. */
function headOf(node: YamlNode): Span {
  const [first] = entries(node);
  return first ? spanOfNode(first.key) : spanOfNode(node);
}
