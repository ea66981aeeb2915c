import type { Source } from '../../core/source.ts';
import type { Repository, Unit } from '../../core/technology.ts';
import { isFirstGeneration, isStatic, partsOf } from './parts.ts';

/**
 * One unit for each Traefik: a static configuration with the dynamic ones for which it is the nearest, or the only one
 * of the repository. What has no static configuration, or several equally near ones, is read by itself.
 */
export function unitsOf(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const relevant = claimed.filter((source) => {
    const { parts, diagnostics } = partsOf(source);
    return parts.length > 0 || diagnostics.length > 0;
  });
  const statics = relevant.filter(isStaticSource);
  const groups = new Map<Source, Source[]>(statics.map((source) => [source, [source]]));
  const alone: Source[] = [];
  for (const source of relevant) {
    if (groups.has(source)) continue;
    const owner = nearest(source, statics);
    if (owner) groups.get(owner)?.push(source);
    else alone.push(source);
  }
  const lonely = alone.map((source): Unit => ({ sources: [source], repository }));
  const grouped = [...groups.entries()].map(
    ([first, all]): Unit => ({ sources: [first, ...all.slice(1)], repository }),
  );
  return [...grouped, ...lonely];
}

const isStaticSource = (source: Source): boolean =>
  partsOf(source).parts.some(
    ({ root, provider }) => (provider === 'static' || isStatic(root)) && !isFirstGeneration(root),
  );

function nearest(source: Source, statics: readonly Source[]): Source | undefined {
  const depths = statics.map(({ path }) => sharedFolders(path, source.path));
  const deepest = Math.max(...depths);
  const near = statics.filter((_static, index) => depths[index] === deepest);
  return near.length === 1 ? near[0] : undefined;
}

function sharedFolders(a: string, b: string): number {
  const left = a.split('/').slice(0, -1);
  const right = b.split('/').slice(0, -1);
  const differs = left.findIndex((folder, index) => folder !== right[index]);
  return differs === -1 ? left.length : differs;
}
