import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import { verdictOf } from './client-places.ts';
import type { TrustFiles } from './trust-files.ts';
import { isBundleName, join, nameOf, without } from './trust-files.ts';

/** A copy that lays the only bundle down so that the user whom the image runs as cannot read it. */
export interface Unreadable {
  readonly instruction: DockerfileInstruction;
  /** As people write it: `0600`. */
  readonly mode: string;
  readonly user: string;
}

/**
 * Looks for a bundle that root alone can read in a stage with another USER. Sources: Dockerfile reference, "ADD": a
 * remote file has the mode 600; "COPY --chmod", "--chown". A step that may change modes later ends the question.
 * `named`: what the environment names as bundles.
 */
export function unreadableBundle(
  instructions: readonly DockerfileInstruction[],
  files: TrustFiles,
  named: readonly string[],
): Unreadable | undefined {
  const user = instructions.findLast(({ keyword }) => keyword === 'USER')?.words[0]?.value;
  if (user === undefined || user.includes('$') || /^(?:root|0)(?::|$)/.test(user)) return undefined;
  for (const [index, instruction] of instructions.entries()) {
    const mode = restrictedMode(instruction, user);
    if (mode === undefined) continue;
    const changes = instructions.slice(index + 1).some(({ script, words }) => {
      const text = script?.text ?? words.map(({ value }) => value).join(' ');
      return /\bch(?:mod|own)\b|\bupdate-ca-|\bapt\b|apt-get|\bapk\b|\binstall\b/.test(text);
    });
    const destination = instruction.words.at(-1)?.value ?? '';
    const places = instruction.words
      .slice(0, -1)
      .flatMap(({ value }) => [destination, join(destination, nameOf(value))])
      .filter((path) => path.startsWith('/') && (isBundleName(path) || files.bundles.has(path)));
    const rest = places.reduce(without, files);
    if (!changes && places.length > 0 && verdictOf(rest, named) === 'absent') return { instruction, mode, user };
  }
  return undefined;
}

/** The mode of what a COPY or ADD lays down, where others than its owner cannot read it. */
function restrictedMode({ keyword, flags, words }: DockerfileInstruction, user: string): string | undefined {
  if (keyword !== 'COPY' && keyword !== 'ADD') return undefined;
  const flag = (name: string): string | undefined => flags.find((one) => one.name === name)?.value;
  const remote = keyword === 'ADD' && words.slice(0, -1).some(({ value }) => /^https?:/.test(value));
  const mode = flag('chmod') ?? (remote ? '600' : undefined);
  if (mode === undefined || !/^0?[0-7]{3}$/.test(mode) || (Number(mode.at(-1)) & 4) !== 0) return undefined;
  const owner = flag('chown');
  // Names and numbers of users, and groups, are not compared with each other.
  return owner === undefined || (/^(?:root|0)(?::(?:root|0))?$/.test(owner) && user !== owner)
    ? mode.padStart(4, '0')
    : undefined;
}
