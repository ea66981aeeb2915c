import type { Location } from '../core/finding.ts';

/** A file that a pull request changes, as GitHub's API lists it: `patch` is missing where it would be too long. */
export interface ChangedFile {
  readonly filename: string;
  readonly patch?: string | undefined;
}

/** 0 for a place in lines that the pull request shows as changed, 1 in another line of a changed file, 2 elsewhere. */
export function rankByChange(files: readonly ChangedFile[], prefix: string): (location: Location) => number {
  const ranges = new Map(
    files.map(({ filename, patch }) => [filename, patch === undefined ? undefined : hunksOf(patch)]),
  );
  return ({ file, line }) => {
    const path = `${prefix}${file}`;
    if (!ranges.has(path)) return 2;
    const hunks = ranges.get(path);
    return hunks?.some(({ first, last }) => line >= first && line <= last) ? 0 : 1;
  };
}

/** The lines of the new file that each hunk of a unified diff covers. */
function hunksOf(patch: string): readonly { readonly first: number; readonly last: number }[] {
  return [...patch.matchAll(/^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/gm)].map(([, start, count = '1']) => {
    const first = Number(start);
    return { first, last: first + Number(count) - 1 };
  });
}
