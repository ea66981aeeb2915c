import type { Client, Fact } from '../../../core/fact.ts';
import type { Source } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { type DockerfileInstruction, parseDockerfile } from '../../../formats/dockerfile.ts';
import type { ClientPlace } from '../../dialects/verification.ts';
import { clientOfFile } from '../../dialects/verification.ts';
import { isLocal } from '../../dialects/verification-calls.ts';
import { isSettingsFile } from '../../dialects/verification-files.ts';
import { foldersAbove, hasPath, pathIn, pathsBelow } from '../walk/repository-paths.ts';
import { nameOf } from '../walk/trust-files.ts';

/** More files below a copied folder are not looked at. */
const mostFiles = 2000;

/**
 * What configuration files of the repository switch off in an image that copies them: `COPY .npmrc ./`, or a folder that
 * holds them. The finding is where the Dockerfile takes them in.
 */
export function clientsCopied(source: Source, repository: Repository): readonly Fact<Client>[] {
  const { instructions } = parseDockerfile(source);
  const last = instructions.findLastIndex(({ keyword }) => keyword === 'FROM');
  let subject = 'the image';
  return instructions.flatMap((instruction, index) => {
    if (instruction.keyword === 'FROM') {
      const name = instruction.words[2]?.value;
      subject = name === undefined ? 'the image' : `stage ${name}`;
    }
    if (!copiesContext(instruction)) return [];
    const place: ClientPlace = {
      technology: 'dockerfile',
      subject,
      phase: index > last ? 'run' : 'build',
      ...(isLocal(source.path) && { local: true }),
    };
    return instruction.words.slice(0, -1).flatMap(({ value, range }) => {
      const span = spanOf(source, range.start, range.end);
      return settingsFilesAt(value, source.path, repository).flatMap((path) => {
        const content = repository.read(path);
        return (content && clientOfFile(path, content, span, place)) ?? [];
      });
    });
  });
}

const copiesContext = ({ keyword, flags }: DockerfileInstruction): boolean =>
  (keyword === 'COPY' || keyword === 'ADD') && !flags.some(({ name }) => name === 'from');

/** Of the build context itself only what lies at its top counts: programs look for settings where they are started. */
function settingsFilesAt(written: string, dockerfile: string, repository: Repository): readonly string[] {
  if (/[$*?[\]]|^\w+:/.test(written)) return [];
  const folder = foldersAbove(dockerfile).find((above) => {
    const path = pathIn(above, written);
    return hasPath(repository, path) || pathsBelow(repository, path, 1).length > 0;
  });
  if (folder === undefined) return [];
  const path = pathIn(folder, written);
  if (hasPath(repository, path)) return isSettingsFile(path) ? [path] : [];
  const left = repository.read(pathIn(folder, '.dockerignore'))?.text ?? '';
  return pathsBelow(repository, path, mostFiles).filter((one) => {
    const below = path === '' ? one : one.slice(path.length + 1);
    const near = path === folder ? !below.includes('/') : below.split('/').length <= 5;
    return near && isSettingsFile(one) && !left.includes(nameOf(`/${below}`));
  });
}
