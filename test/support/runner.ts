/** An annotation as GitHub's runner would make it. */
export interface RunnerAnnotation {
  readonly command: string;
  readonly message: string;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * What a GitHub runner makes of a step's output: workflow commands parsed and unescaped, columns dropped across lines,
 * the first ten of each severity kept. After actions/runner, ActionCommand.cs and ExecutionContext.cs.
 */
export function runnerReads(output: string): {
  readonly annotations: readonly RunnerAnnotation[];
  readonly commands: readonly string[];
  readonly log: readonly string[];
} {
  const annotations: RunnerAnnotation[] = [];
  const commands: string[] = [];
  const log: string[] = [];
  for (const line of output.split(/\r\n|\n|\r/)) {
    const found =
      /^\s*::([\w-]+)(?: ([\s\S]*?))?::([\s\S]*)$/.exec(line) ?? /##\[([\w-]+)(?: ([^\]]*))?\]([\s\S]*)$/.exec(line);
    if (!found) {
      log.push(line);
      continue;
    }
    const [, command = '', list = '', data = ''] = found;
    commands.push(command);
    if (!['error', 'warning', 'notice'].includes(command)) continue;
    const given = Object.fromEntries(
      list
        .split(',')
        .filter(Boolean)
        .map((pair) => {
          const at = pair.indexOf('=');
          return [pair.slice(0, at), unescapeProperty(pair.slice(at + 1))];
        }),
    );
    const { col, endColumn, ...rest } = given;
    const oneLine = given.endLine === undefined || given.endLine === given.line;
    const properties = {
      ...rest,
      ...(oneLine && col !== undefined && { col }),
      ...(oneLine && endColumn !== undefined && { endColumn }),
    };
    if (annotations.filter((one) => one.command === command).length < 10)
      annotations.push({ command, message: unescapeData(data).slice(0, 4096), properties });
  }
  return { annotations, commands, log };
}

const unescapeData = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
const unescapeProperty = (text: string): string =>
  text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
