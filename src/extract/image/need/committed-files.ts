import type { Repository } from '../../../core/technology.ts';
import { committedFile } from '../walk/repository-paths.ts';
import type { Stage } from '../walk/stages.ts';
import { join, nameOf } from '../walk/trust-files.ts';
import { copiesTo } from './program.ts';

/** Places that are looked at for one file: a file of many stages may lead to more. */
const mostPlaces = 200;

/**
 * The file of the repository that lies at an absolute path of the image, followed through the stages that it was copied
 * through; `undefined` where it was built, or came from elsewhere.
 */
export function repositoryFile(
  place: string,
  stage: Stage,
  dockerfile: string,
  repository: Repository,
  seen: Set<string> = new Set(),
): string | undefined {
  const key = `${stage.index} ${place}`;
  if (seen.has(key) || seen.size > mostPlaces) return undefined;
  seen.add(key);
  for (const { copy, source } of copiesTo(place, stage)) {
    if (source === undefined || copy.fromImage) continue;
    const found = copy.from
      ? repositoryFile(join('/', withoutPattern(source, place)), copy.from, dockerfile, repository, seen)
      : committedFile(withoutPattern(source, place), dockerfile, repository);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `src/*.py/app.py` is `src/app.py`: a pattern names the files, not a folder around them. */
function withoutPattern(source: string, place: string): string {
  if (!/[*?]/.test(source)) return source;
  const folder = source.slice(0, Math.max(source.search(/[^/]*[*?]/), 0));
  return `${folder}${nameOf(place)}`;
}
