import { data } from '../../../../../data/image-builders.yaml';
import type { Source } from '../../../../core/source.ts';
import { spanOf } from '../../../../core/source.ts';
import type { Extraction, Repository } from '../../../../core/technology.ts';
import { parseYaml } from '../../../../formats/yaml.ts';
import type { YamlNode } from '../../../../formats/yaml-tree.ts';
import { entries, get, items, keyOf, scalar, spanOfNode, text } from '../../../../formats/yaml-tree.ts';
import type { Need } from '../../need/evidence.ts';
import { undecided } from '../../need/evidence.ts';
import { unlessMounted } from '../../need/mounted.ts';
import { foldersAbove, pathIn } from '../../walk/repository-paths.ts';
import { builtImage, needOfGoMain } from '../built-image.ts';

const deepestInclude = 5;

/** What a file and those that it includes put into the image. */
interface Contents {
  readonly packages: readonly string[];
  readonly repositories: readonly string[];
  /** Something else may add files, or more packages: then nothing is missing for certain. */
  readonly open: boolean;
}

/** The image of an apko file; nothing for a file that only looks like one, such as melange's. */
export function apkoImages(source: Source, repository: Repository): Extraction {
  const { documents, diagnostics } = parseYaml(source);
  const [document] = documents;
  const holder = get(document, 'contents');
  if (!document || !holder || get(document, 'package') || get(document, 'apiVersion') || !get(holder, 'packages'))
    return { facts: [], diagnostics: [] };
  const contents = contentsOf(document, source.path, repository, 0);
  const key = keyOf(holder, 'packages');
  const entry = scalar(document, 'entrypoint', 'command') ?? scalar(document, 'cmd');
  const self = key ? spanOfNode(key) : spanOf(source, holder.range.start, holder.range.end);
  const verdict = verdictOf(contents, repository);
  const name =
    source.path
      .split('/')
      .at(-1)
      ?.replace(/(?:\.apko)?\.ya?ml$/, '') ?? 'apko';
  const image = builtImage({
    technology: 'apko',
    subject: `the image of ${name === 'apko' ? source.path : name}`,
    self,
    name,
    base: { reference: contents.packages.slice(0, 5).join(' ') || 'no packages', span: self },
    caBundle: verdict,
    entrypoint: entry && { shown: entry.value, span: spanOfNode(entry) },
    need: () => unlessMounted(source.path, repository, () => needOf(contents, source.path, repository)),
    fix: 'add the package ca-certificates-bundle',
  });
  return { facts: [image], diagnostics };
}

function contentsOf(document: YamlNode, path: string, repository: Repository, depth: number): Contents {
  const written = items(document, 'contents', 'packages');
  const packages = written.flatMap((item) => text(item) ?? []);
  const own: Contents = {
    packages,
    repositories: ['repositories', 'build_repositories'].flatMap((key) =>
      items(document, 'contents', key).flatMap((item) => text(item) ?? []),
    ),
    open:
      packages.length < written.length ||
      get(document, 'contents', 'baseimage') !== undefined ||
      get(document, 'certificates') !== undefined ||
      entries(document, 'environment').some(({ key }) => /^(?:SSL_CERT_|CURL_CA_)/.test(key.value)),
  };
  const include = text(document, 'include');
  if (include === undefined) return own;
  const included =
    depth < deepestInclude
      ? foldersAbove(path)
          .map((folder) => repository.read(pathIn(folder, include)))
          .find((one) => one !== undefined)
      : undefined;
  const [base] = included ? parseYaml(included).documents : [];
  if (!included || !base) return { ...own, open: true };
  const more = contentsOf(base, included.path, repository, depth + 1);
  return {
    packages: [...more.packages, ...own.packages],
    repositories: [...more.repositories, ...own.repositories],
    open: own.open || more.open,
  };
}

/** The distributions whose packages an image is made of, by their repositories; `local`: a folder of one's own. */
function distributionsOf(repositories: readonly string[]): readonly string[] {
  return repositories.map((written) => {
    const address = written.replace(/^@\S+\s+/, '');
    if (!/^https?:\/\//.test(address)) return 'local';
    const host = /^https?:\/\/([^/]+)/.exec(address)?.[1] ?? '';
    return Object.entries(data.apko).find(([, { repositories: hosts }]) => hosts.includes(host))?.[0] ?? 'other';
  });
}

/** A package's name without version, pinned repository and the mark of a conflict. Source: apk-tools, apk-world(5). */
const nameOf = (written: string): string => written.replace(/[=<>~@].*$/, '').trim();

/**
 * `present`: a package of the known distributions brings it. `absent`: each is known to bring none, or is built here
 * and asks for nothing else.
 */
function verdictOf(
  { packages, repositories, open }: Contents,
  repository: Repository,
): 'present' | 'absent' | 'unknown' {
  const distributions = new Set(distributionsOf(repositories));
  const known = [...distributions].flatMap((name) => data.apko[name] ?? []);
  const names = packages.filter((one) => !one.startsWith('!')).map(nameOf);
  // Where one of several distributions is not known, the package may come from there.
  const certain = known.length > 0 && !distributions.has('other');
  // What a version of the past depended on is not known.
  const current = packages.filter((one) => !/^!|[=<~]/.test(one)).map(nameOf);
  if (certain && current.some((name) => known.every(({ brings }) => brings.includes(name)))) return 'present';
  if (names.some((name) => /^ca-certificates(?:-bundle)?$/.test(name))) return 'present';
  // What links to the C library brings the bundle in Wolfi: of what is built here that is not known.
  const builtHere = (name: string): boolean =>
    distributions.has('local') && !distributions.has('wolfi') && isPlain(name, repository);
  const lacking = names.every((name) => known.every(({ lacks }) => lacks.includes(name)) || builtHere(name));
  return certain && !open && names.length > 0 && lacking ? 'absent' : 'unknown';
}

const mostRecipes = 50;
const recipes = new WeakMap<Repository, ReadonlyMap<string, YamlNode>>();

/** The melange recipes of a repository, by package. */
function recipesOf(repository: Repository): ReadonlyMap<string, YamlNode> {
  const known = recipes.get(repository);
  if (known) return known;
  const found = new Map<string, YamlNode>();
  const paths = repository.paths.filter((path) =>
    /(?:^|\/)[\w.-]*melange[\w.-]*\.ya?ml$|(?:^|\/)melange\/[^/]+\.ya?ml$/.test(path),
  );
  for (const path of paths.slice(0, mostRecipes)) {
    const source = repository.read(path);
    const [document] = source ? parseYaml(source).documents : [];
    const name = text(document, 'package', 'name');
    if (document && name !== undefined) found.set(name, document);
  }
  recipes.set(repository, found);
  return found;
}

/** Whether a package is built here and depends on nothing that it writes. */
function isPlain(name: string, repository: Repository): boolean {
  const recipe = recipesOf(repository).get(name);
  return recipe !== undefined && items(recipe, 'package', 'dependencies', 'runtime').length === 0;
}

/** Of the one Go program that is built here. Source: melange, pkg/build/pipelines/go/build.yaml: `packages`, `modroot`. */
function needOf({ packages }: Contents, asking: string, repository: Repository): Need {
  const built = packages.map(nameOf).flatMap((name) => recipesOf(repository).get(name) ?? []);
  const steps = built
    .flatMap((recipe) => items(recipe, 'pipeline'))
    .filter((step) => text(step, 'uses') === 'go/build');
  const [step] = steps;
  const target = (text(step, 'with', 'packages') ?? '.').trim();
  if (!step || steps.length > 1 || built.length > 1 || !/^[\w./-]+$/.test(target)) return undecided;
  return needOfGoMain(pathIn(text(step, 'with', 'modroot') ?? '', target), asking, repository);
}
