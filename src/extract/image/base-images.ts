import { data } from '../../../data/base-images.yaml';
import { anything, isKnown } from './walk/expand.ts';

/** What is known of an image that somebody else built. */
export interface BaseImage {
  readonly caBundle: 'present' | 'absent' | 'unknown';
  /** Where the bundle lies; empty unless it is present. */
  readonly layout: Layout;
  readonly packageManager?: string;
  /** Its package manager also installs from the vendor's repository, with versions that the distribution does not have. */
  readonly ownPackages?: boolean;
  /** The runtime in it that carries its own roots: `node`, `jvm`. */
  readonly trust?: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** How a bundle is laid down: files that hold it, links to them, and where there may be more roots. */
export interface Layout {
  readonly files: readonly string[];
  readonly links: readonly (readonly [string, string])[];
  readonly roots: readonly string[];
}

const noLayout: Layout = { files: [], links: [], roots: [] };
export const unknownImage: BaseImage = { caBundle: 'unknown', layout: noLayout, environment: {} };

/** The layout of a distribution, by its name in `data/base-images.yaml`. */
export function layoutNamed(name: string): Layout {
  const { files = [], links = {}, roots = [] } = data.pathSets[name] ?? {};
  return { files, links: Object.entries(links), roots };
}

/**
 * Looks an image reference up in `data/base-images.yaml`. `anything` in it stands for whatever a variable may hold: then
 * the entries that it can mean must agree.
 */
export function baseImage(reference: string): BaseImage {
  const { name, tag } = nameAndTag(reference);
  if (isKnown(name)) return byTag(name, tag);
  // A prefix that only the build knows is a mirror: it may hold a rebuilt image that has a bundle, never one that lost it.
  const behind = name.slice(name.lastIndexOf(anything) + 1).replace(/^\//, '');
  if (behind !== '' && name.startsWith(anything)) return presentOnly(byTag(withoutAlias(behind), tag));
  return agreed(
    ['', 'x', 'amd64', 'linux', 'linux-amd64'].map((sample) => byTag(name.replaceAll(anything, sample), tag)),
  );
}

function byTag(name: string, tag: string): BaseImage {
  const found = isKnown(tag)
    ? lookUp(name, tag, true)
    : agreed(tagSamples(tag).map((sample) => lookUp(name, sample, false)));
  if (found) return found;
  const [, gitlab, other] = cachedName.exec(name) ?? [];
  if (gitlab !== undefined) return byTag(withoutAlias(gitlab), tag);
  return other === undefined ? unknownImage : presentOnly(byTag(withoutAlias(other), tag));
}

/**
 * A cache of another registry's images. GitLab's dependency proxy holds exact copies of Docker Hub's and nothing else.
 * In Harbor, Artifactory, Nexus and ECR the name follows a word that the owner chose, and may hide an image of his own.
 * Sources: GitLab's and ECR's manuals on the dependency proxy and on pull through cache rules.
 */
const cachedName =
  /^[^/]+[.:][^/]+\/(?:.*\/)?(?:dependency_proxy\/containers\/(.+)|(?:library|docker\.io|docker-?hub|docker-(?:hub-)?(?:remote|proxy))\/(.+))$/;

function withoutAlias(name: string): string {
  let rest = name;
  for (let round = 0; round < 3; round++) {
    const alias = data.aliases.find((prefix) => rest.startsWith(prefix));
    if (alias === undefined) break;
    rest = rest.slice(alias.length);
  }
  return rest;
}

const presentOnly = (image: BaseImage): BaseImage =>
  image.caBundle === 'present' ? image : { ...image, caBundle: 'unknown', layout: noLayout };

function agreed(images: readonly (BaseImage | undefined)[]): BaseImage {
  const [first] = images;
  if (!first || images.some((image) => image?.caBundle !== first.caBundle)) return unknownImage;
  const layouts = images.map((image) => image?.layout ?? noLayout);
  const texts = new Set(layouts.map((layout) => JSON.stringify(layout)));
  if (texts.size === 1) return first;
  // They agree that there is a bundle, not where: some places are only possible.
  const places = [...new Set(layouts.flatMap(({ files, links }) => [...files, ...links.map(([path]) => path)]))];
  const common = places.filter((path) => layouts.every(({ files }) => files.includes(path)));
  const open = [...places.filter((path) => !common.includes(path)), ...layouts.flatMap(({ roots }) => roots)];
  const layout = common.length > 0 ? { files: common, links: [], roots: open } : { ...noLayout, files: places };
  return { ...first, layout };
}

const versions = ['1', '2.7', '3.5', '3.9', '3.20', '7', '12', '22', '24.04', '1.25.3'];
const wholeTags = [
  ...versions,
  'latest',
  'bookworm',
  'slim',
  '22-slim',
  'alpine',
  '1-alpine',
  'distroless',
  'bin',
  'jammy-chiseled',
];

/** Tags that a template may become. Beside a written variant (`-slim`) a variable is a version. */
function tagSamples(tag: string): readonly string[] {
  const written = tag.replaceAll(anything, '');
  if (/^\W*$/.test(written)) return wholeTags;
  const samples = /[a-z]{3}/.test(written) ? [...versions, 'bookworm'] : wholeTags;
  return samples.map((sample) => tag.replaceAll(anything, sample));
}

function lookUp(name: string, tag: string, written: boolean): BaseImage | undefined {
  const entry = entries().find(
    ({ pattern, tags, writtenOnly }) =>
      (written || !writtenOnly) && pattern.test(name) && (!tags || tags.some((one) => one.test(tag))),
  );
  return entry?.image;
}

interface Entry {
  readonly pattern: RegExp;
  readonly tags: readonly RegExp[] | undefined;
  readonly writtenOnly: boolean;
  readonly image: BaseImage;
}

let compiled: readonly Entry[] | undefined;

/** The entries with their patterns compiled, once. */
function entries(): readonly Entry[] {
  compiled ??= data.images.map((entry) => {
    const layout =
      typeof entry.paths === 'string'
        ? layoutNamed(entry.paths)
        : { ...noLayout, files: entry.paths ?? ['/etc/ssl/certs/ca-certificates.crt'] };
    const present = entry.caBundle === 'present';
    return {
      pattern: globPattern(entry.pattern),
      tags: entry.tags?.map((tag) => new RegExp(`^(?:${tag})$`)),
      writtenOnly: entry.writtenOnly === true,
      image: {
        caBundle: entry.caBundle,
        layout: present ? layout : noLayout,
        environment: entry.environment ?? {},
        ...(entry.packageManager && { packageManager: entry.packageManager }),
        ...(entry.ownPackages && { ownPackages: true }),
        ...(entry.trust && { trust: entry.trust }),
      },
    };
  });
  return compiled;
}

/** The expression of a glob: `*` inside a path segment, `**` across, `{a,b}` as a choice. */
export function globPattern(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|[{},]|[^\w/{},*-]/g, (token) => {
    switch (token) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '{':
        return '(?:';
      case '}':
        return ')';
      case ',':
        return '|';
      default:
        return `\\${token}`;
    }
  });
  return new RegExp(`^${source}$`);
}

/** Without registry aliases and digest. A digest alone says nothing of the tag. Source: distribution/reference grammar. */
export function nameAndTag(reference: string): { readonly name: string; readonly tag: string } {
  const [tagged = '', digest] = reference.split('@');
  const colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
  const tag = colon < 0 ? (digest === undefined ? 'latest' : anything) : tagged.slice(colon + 1);
  return { name: withoutAlias(colon < 0 ? tagged : tagged.slice(0, colon)), tag };
}
