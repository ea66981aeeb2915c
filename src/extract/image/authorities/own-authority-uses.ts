import type { Source } from '../../../core/source.ts';
import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import { parseDockerfile } from '../../../formats/dockerfile.ts';
import type { ShellCommand } from '../../../formats/shell.ts';
import { parseShell } from '../../../formats/shell.ts';
import { nameOf } from '../walk/trust-files.ts';
import type { Placement } from './own-authority-steps.ts';

/** Commands that name such a file without making anybody trust it. */
const idle = /^(?:mkdir|chmod|chown|ls|test|\[|stat|touch|update-ca-certificates|update-ca-trust)$/;

/**
 * Whether the Dockerfile names the file or its folder anywhere else: then a program is told about it
 * (`NODE_EXTRA_CA_CERTS`, `keytool -file`, `--cacert`, `cat … >> bundle`), or it is renamed or copied on.
 */
export function isNamedElsewhere(placement: Placement, all: readonly Placement[], source: Source): boolean {
  return parseDockerfile(source).instructions.some((instruction) => names(instruction, placement, all, source));
}

function names(
  instruction: DockerfileInstruction,
  placement: Placement,
  all: readonly Placement[],
  source: Source,
): boolean {
  const { keyword, words, script, flags } = instruction;
  const own = instruction === placement.instruction;
  switch (keyword) {
    case 'LABEL':
    case 'FROM':
      return false;
    case 'COPY':
    case 'ADD': {
      if (own) return false;
      const [to] = words.slice(-1);
      const intoFolder = to?.value.startsWith(placement.folder) ?? false;
      const from = flags.some(({ name }) => name === 'from');
      return words
        .slice(0, -1)
        .some(
          ({ value }) => (from && value.startsWith(placement.folder)) || (!intoFolder && speaksOf(value, placement)),
        );
    }
    case 'RUN':
      if (script && [...script.text.matchAll(/\bfor\s+\w+\s+in\b[^\n;]*/g)].some(([loop]) => speaksOf(loop, placement)))
        return true;
      if (script)
        return parseShell(script).some((command) => {
          if (isCommandOf(placement, command) || isIdle(command)) return false;
          // One that lays another file there names the folder for that alone.
          const lays = all.some((one) => isCommandOf(one, command));
          return lays ? namesFile(textOf(command), placement) : speaksOf(textOf(command), placement);
        });
      return speaksOf(source.text.slice(instruction.range.start, instruction.range.end), placement);
    default:
      return speaksOf(source.text.slice(instruction.range.start, instruction.range.end), placement);
  }
}

const isCommandOf = ({ command }: Placement, other: ShellCommand): boolean =>
  command !== undefined &&
  command.source === other.source &&
  command.words[0]?.range.start === other.words[0]?.range.start;

const isIdle = ({ words }: ShellCommand): boolean => {
  const [first, second] = words;
  return idle.test(nameOf((first?.value === 'sudo' ? second?.value : first?.value) ?? ''));
};

/** A command with what stands behind it in its line: where it writes. */
function textOf({ words, source }: ShellCommand): string {
  const start = words[0]?.range.start ?? 0;
  const end = words.at(-1)?.range.end ?? start;
  return source.text.slice(start, end) + (/^[^|;&\n]*/.exec(source.text.slice(end, end + 500))?.[0] ?? '');
}

const speaksOf = (text: string, placement: Placement): boolean =>
  text.includes(placement.folder) || namesFile(text, placement);

function namesFile(text: string, { place, files }: Placement): boolean {
  const all = [nameOf(place), ...(files ?? []).slice(0, 50).map((file) => nameOf(file.place))];
  return all.some((one) => one.length > 4 && one.includes('.') && text.includes(one));
}
