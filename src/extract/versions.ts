import { tellsOf } from '../core/paths.ts';
import type { Source } from '../core/source.ts';
import type { Product, VersionEvidence, Versions } from '../core/technology.ts';
import { lineStarts, locate } from '../core/text.ts';

/** A version that a file names: an image tag. */
interface Mention {
  readonly product: string;
  readonly version: string;
  readonly path: string;
  readonly line: number;
}

/**
 * Which version of a product a file is for. Best evidence first: what the configuration says; the image tag in the
 * repository that stands nearest to the file, those among tests only for their own folder; the newest stable release, which is a guess. Tags that stand equally near
 * and disagree leave the newest of them, as a guess.
 */
export function versionsFrom(
  sources: readonly Source[],
  products: readonly Product[],
  configured: Readonly<Record<string, string>>,
): Versions {
  const mentions = sources.flatMap((source) => mentionsIn(source, products));
  return (product, path) => {
    const fixed = configured[product];
    if (fixed) return { version: fixed, reason: `${product} ${fixed} (versions in the configuration)`, guessed: false };
    const near = nearest(
      mentions.filter((mention) => mention.product === product && tellsOf(mention.path, path)),
      path,
    );
    return near ?? newestStable(product, products);
  };
}

function nearest(mentions: readonly Mention[], path: string): VersionEvidence | undefined {
  const depths = mentions.map((mention) => sharedFolders(mention.path, path));
  const deepest = Math.max(...depths);
  const near = mentions.filter((_mention, index) => depths[index] === deepest).sort(newestFirst);
  const [first] = near;
  if (!first) return undefined;
  const agreed = near.every(({ version }) => version === first.version);
  const { product, version } = first;
  return {
    version,
    reason: agreed
      ? `${product} ${version} (image tag in ${first.path}:${first.line})`
      : `${product} ${version}, the newest of several image tags in the repository`,
    guessed: !agreed,
  };
}

function newestStable(product: string, products: readonly Product[]): VersionEvidence {
  const version = products.find(({ name }) => name === product)?.stable ?? '0';
  return {
    version,
    reason: `${product} ${version}, the newest stable release, since nothing here says which`,
    guessed: true,
  };
}

const imageTag = /(?:^|[\s"'=/])([\w.-]+(?:\/[\w.-]+)*):v?(\d+(?:\.\d+){0,2})(?![\w.])/g;

function mentionsIn(source: Source, products: readonly Product[]): readonly Mention[] {
  if (!/\bFROM\s|\bimage["']?\s*:/.test(source.text)) return [];
  let starts: readonly number[] | undefined;
  return [...source.text.matchAll(imageTag)].flatMap(({ 1: image = '', 2: version = '', index }) => {
    const product = products.find(({ images }) => images.some((known) => isImage(image, known)));
    if (!product) return [];
    starts ??= lineStarts(source.text);
    const { line } = locate(starts, index + 1);
    return [{ product: product.name, version, path: source.path, line }];
  });
}

const isImage = (image: string, known: string): boolean => image === known || image.endsWith(`/${known}`);

function sharedFolders(a: string, b: string): number {
  const left = a.split('/').slice(0, -1);
  const right = b.split('/').slice(0, -1);
  const differs = left.findIndex((folder, index) => folder !== right[index]);
  return differs === -1 ? left.length : differs;
}

const newestFirst = (a: Mention, b: Mention): number => compareVersions(b.version, a.version);

/** Negative when `a` is older than `b`; missing parts count as zero. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Whether a product is at least of version `since`. A version with fewer parts, as in the image tags `nginx:1.27` and
 * `postgres:16`, means the newest release of that branch.
 */
export function isSince({ version }: Pick<VersionEvidence, 'version'>, since: string): boolean {
  const missing = since.split('.').length - version.split('.').length;
  return compareVersions(missing > 0 ? `${version}${'.99999'.repeat(missing)}` : version, since) >= 0;
}
