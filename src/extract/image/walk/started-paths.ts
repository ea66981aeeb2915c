import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import { join } from './trust-files.ts';

/** Absolute paths that ENTRYPOINT, CMD and HEALTHCHECK name: what is copied to one of them is a file. */
export function programsOf(
  instructions: readonly DockerfileInstruction[],
  start: string | undefined,
): ReadonlySet<string> {
  let folder = start ?? '/';
  for (const { keyword, words } of instructions)
    if (keyword === 'WORKDIR') folder = join(folder, words[0]?.value ?? '');
  const programs = new Set<string>();
  for (const { keyword, words } of instructions) {
    if (keyword !== 'ENTRYPOINT' && keyword !== 'CMD' && keyword !== 'HEALTHCHECK') continue;
    for (const { value } of words) {
      if (/^(?:\/|\.\/)[\w./-]+$/.test(value)) programs.add(join(folder, value));
      else if (/^[\w.-]+$/.test(value))
        for (const bin of ['/bin', '/usr/bin', '/usr/local/bin', '/sbin']) programs.add(join(bin, value));
    }
  }
  return programs;
}
