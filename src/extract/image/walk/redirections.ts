import type { Source } from '../../../core/source.ts';
import type { ShellCommand } from '../../../formats/shell.ts';
import { written } from './file-commands.ts';
import { codeOf } from './plain-script.ts';
import type { Disk } from './run-step.ts';
import { either, isBundleName, join, withDoubt } from './trust-files.ts';

/**
 * What redirections into places where clients look leave: the commands do not show them. `isOpen`: whether a command may
 * not have run.
 */
export function afterRedirections(
  script: Source,
  commands: readonly ShellCommand[],
  disk: Disk,
  folder: string | undefined,
  isOpen: (command: ShellCommand) => boolean,
): Disk {
  const byText = new Map<Source, ShellCommand[]>();
  for (const command of commands) {
    const own = byText.get(command.source) ?? [];
    own.push(command);
    byText.set(command.source, own);
  }
  if (byText.size === 0) byText.set(script, []);
  let { files } = disk;
  for (const [source, own] of byText) {
    const found = [...source.text.matchAll(/>>?\s*["']?([^\s"'|&;<>()]+)/g)];
    if (found.length === 0) continue;
    const code = codeOf(source.text);
    for (const { index, 1: path = '' } of found) {
      if (code[index] !== '>') continue;
      const place = join(folder ?? '/', path);
      const concerns = path.includes('$')
        ? /certs|\/ssl|\.crt|\.pem/.test(path)
        : isBundleName(place) || /^\/etc\/(?:ssl|pki)\//.test(place);
      if (!concerns) continue;
      const after = path.includes('$') ? withDoubt(files, '/') : written(files, place, '/');
      const writer = own.findLast(({ words }) => (words[0]?.range.start ?? Number.POSITIVE_INFINITY) < index);
      files = writer && isOpen(writer) ? either(files, after) : after;
    }
  }
  return files === disk.files ? disk : { ...disk, files };
}
