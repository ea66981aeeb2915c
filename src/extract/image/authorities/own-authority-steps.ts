import { data } from '../../../../data/own-authorities.yaml';
import type { Source, Span } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import type { ShellCommand } from '../../../formats/shell.ts';
import { parseShell } from '../../../formats/shell.ts';
import { certaintyOf } from '../walk/certainty.ts';
import { expand, isKnown, knownWord, type Variables } from '../walk/expand.ts';
import { fitting } from '../walk/file-commands.ts';
import { lineageOf } from '../walk/lineage.ts';
import { foldersAbove, hasPath, pathIn, pathsBelow } from '../walk/repository-paths.ts';
import type { Stage } from '../walk/stages.ts';
import { isWithin, join, nameOf } from '../walk/trust-files.ts';
import { type TakingUp, takingUpBy } from './own-authority-tools.ts';

/** A file, or the files of a folder, laid where a tool looks for certificate authorities of one's own. */
export interface Placement {
  readonly kind: 'placed';
  /** The folder in `data/own-authorities.yaml`. */
  readonly folder: string;
  /** Where it lies: a file's path, or the folder that others were laid into. */
  readonly place: string;
  /** The files, by where they lie, with what they are in the repository; `undefined` when only the build knows. */
  readonly files: readonly { readonly place: string; readonly committed: string | undefined }[] | undefined;
  /** The destination was written without a slash at its end, as the folder itself. */
  readonly bare: boolean;
  readonly instruction: DockerfileInstruction;
  readonly command: ShellCommand | undefined;
  readonly span: Span;
}

/** What happens in a stage to authorities of its own, in order. */
export type AuthorityStep =
  | Placement
  | { readonly kind: 'taken-up'; readonly how: Exclude<TakingUp, 'no'>; readonly instruction: DockerfileInstruction };

/** The folders that the tools of distributions read. */
export const ownFolders: readonly string[] = [...new Set(data.stores.map(({ folder }) => folder))];

const mostFiles = 200;

/** The steps of a stage, and of those that it builds on, that concern authorities of its own. */
export function authoritySteps(stage: Stage, source: Source, repository: Repository): readonly AuthorityStep[] {
  const steps: AuthorityStep[] = [];
  let hasTool = stage.root.caBundle === 'present' && stage.root.packageManager !== 'apk';
  for (const owner of lineageOf(stage)) {
    const variables = owner.variables;
    let folder: string | undefined = owner.parent?.folder ?? '/';
    for (const instruction of owner.instructions) {
      if (instruction.onbuild) continue;
      const { keyword, words } = instruction;
      if (keyword === 'WORKDIR') {
        const to = expand(words.map(({ value }) => value).join(' '), variables);
        folder = isKnown(to) && folder !== undefined ? join(folder, to) : undefined;
      } else if (keyword === 'COPY' || keyword === 'ADD') {
        steps.push(...copiedIn(instruction, { folder, variables, source, repository }));
      } else if (keyword === 'RUN') {
        const ran = stepsOfRun(instruction, { folder, variables, source, repository }, hasTool);
        steps.push(...ran.steps);
        hasTool = ran.hasTool;
      }
    }
  }
  return steps;
}

interface StepContext {
  readonly folder: string | undefined;
  readonly variables: Variables;
  readonly source: Source;
  readonly repository: Repository;
}

const folderOf = (place: string): string | undefined => ownFolders.find((folder) => isWithin(place, folder));

function copiedIn(instruction: DockerfileInstruction, context: StepContext): readonly Placement[] {
  const target = instruction.words.at(-1);
  const to = expand(target?.value ?? '', context.variables);
  if (!target || !isKnown(to) || (context.folder === undefined && !to.startsWith('/'))) return [];
  const place = join(context.folder ?? '/', to);
  const folder = folderOf(place);
  if (folder === undefined) return [];
  const sources = instruction.words.slice(0, -1).filter(({ value }) => !value.startsWith('<<'));
  const into = place === folder || /\/$/.test(to) || sources.length > 1;
  const fromElsewhere = instruction.flags.some(({ name }) => name === 'from');
  const files = sources.map(({ value }) =>
    filesOf(expand(value, context.variables), place, into, fromElsewhere, context),
  );
  const written = instruction.heredocs.map(({ name }) => ({
    place: into ? join(place, name) : place,
    committed: undefined,
  }));
  const known = files.some((one) => one === undefined) ? undefined : [...files.flatMap((one) => one ?? []), ...written];
  const span = spanOf(context.source, target.range.start, target.range.end);
  const bare = place === folder && !/\/$/.test(to) && sources.length === 1;
  return [{ kind: 'placed', folder, place, files: known, bare, instruction, command: undefined, span }];
}

/** What one source of a COPY lays below `place`; `undefined` when only the build knows. */
function filesOf(
  value: string,
  place: string,
  into: boolean,
  fromElsewhere: boolean,
  { source, repository }: StepContext,
): Placement['files'] {
  if (!isKnown(value)) return undefined;
  const single = (committed: string | undefined): Placement['files'] => [
    { place: into ? join(place, nameOf(value)) : place, committed },
  ];
  if (fromElsewhere || /^https?:/.test(value)) return isCertificateName(value) ? single(undefined) : undefined;
  for (const above of foldersAbove(source.path)) {
    const path = pathIn(above, value);
    if (hasPath(repository, path)) return single(path);
    const pattern = /[*?[]/.test(value);
    const root = pattern ? path.slice(0, path.search(/[^/]*[*?[]/)).replace(/\/$/, '') : path;
    const below = pathsBelow(repository, root, mostFiles + 1);
    if (below.length > mostFiles) return undefined;
    const fits = pattern ? fitting(`/${path}`) : undefined;
    const found = below.filter((one) => !fits || fits.test(`/${one}`));
    if (found.length > 0 && root !== '')
      return found.map((one) => ({
        place: join(place, `./${pattern ? nameOf(one) : one.slice(root.length + 1)}`),
        committed: one,
      }));
  }
  return isCertificateName(value) ? single(undefined) : undefined;
}

const isCertificateName = (path: string): boolean => /\.(?:crt|pem|cer|cert|der)$/i.test(path);

function stepsOfRun(
  instruction: DockerfileInstruction,
  context: StepContext,
  before: boolean,
): { readonly steps: readonly AuthorityStep[]; readonly hasTool: boolean } {
  const { script, exec, words } = instruction;
  let hasTool = before;
  const steps: AuthorityStep[] = [];
  const note = (values: readonly (string | undefined)[], certain: boolean): void => {
    const how = takingUpBy(values, hasTool, context.repository);
    if (how !== 'no') steps.push({ kind: 'taken-up', how, instruction });
    if (values.some((value) => value !== undefined && /^ca-certificates(?:$|[=-])/.test(value)) && certain)
      hasTool = true;
  };
  if (!script) {
    if (exec)
      note(
        words.map(({ value }) => value),
        true,
      );
    else steps.push({ kind: 'taken-up', how: 'script', instruction });
    return { steps, hasTool };
  }
  let folder = context.folder;
  for (const command of parseShell(script)) {
    const values = command.words.map((word) => knownWord(word, context.variables));
    if (values[0] === 'cd') {
      folder = values[1] === undefined || folder === undefined ? undefined : join(folder, values[1]);
      continue;
    }
    const { conditional, mayFail } = certaintyOf(command);
    note(values, !conditional && !mayFail);
    for (const place of writtenBy(command, values, folder, context.variables)) {
      const own = folderOf(place);
      const first = command.words[0]?.range.start ?? 0;
      const span = spanOf(command.source, first, command.words.at(-1)?.range.end ?? first);
      if (own !== undefined && place !== own)
        steps.push({
          kind: 'placed',
          folder: own,
          place,
          files: [{ place, committed: undefined }],
          bare: false,
          instruction,
          command,
          span,
        });
    }
  }
  return { steps, hasTool };
}

/** The files that a command of a script writes, as far as it names them. */
export function writtenBy(
  { words, source }: ShellCommand,
  values: readonly (string | undefined)[],
  folder: string | undefined,
  variables: Variables,
): readonly string[] {
  const at = (path: string | undefined): readonly string[] =>
    path === undefined || path === '-' || (folder === undefined && !path.startsWith('/'))
      ? []
      : [join(folder ?? '/', path)];
  const own = values[0] === 'sudo' ? values.slice(1) : values;
  const program = nameOf(own[0] ?? '');
  const after = (option: RegExp): readonly string[] => {
    const index = own.findIndex((word, place) => place > 0 && word !== undefined && option.test(word));
    return index < 0 ? [] : at(own[index + 1]);
  };
  const operands = own.slice(1).filter((word) => word === undefined || !/^-/.test(word));
  const tail = source.text.slice(words.at(-1)?.range.end ?? 0);
  const redirected = [
    ...(/^[^|;&\n]*/.exec(tail)?.[0] ?? '').matchAll(/(?:^|[^0-9&>])>>?\s*["']?([^\s"'<>]+)/g),
  ].flatMap(([, path = '']) => at(isKnown(expand(path, variables)) ? expand(path, variables) : undefined));
  const named = operands.length > 1 ? operands.at(-1) : undefined;
  switch (program) {
    case 'cp':
    case 'mv':
    case 'install':
    case 'ln': {
      const places = at(named);
      const into = /\/$/.test(named ?? '') || places.some((place) => ownFolders.includes(place)) || operands.length > 2;
      return into
        ? places.flatMap((place) =>
            operands
              .slice(0, -1)
              .flatMap((one) => (one === undefined || /[*?]/.test(one) ? [] : [join(place, nameOf(one))])),
          )
        : places;
    }
    case 'curl':
      return [...after(/^(?:-[a-zA-Z]*o|--output)$/), ...redirected];
    case 'wget':
      return [...after(/^(?:-[a-zA-Z]*O|--output-document)$/), ...redirected];
    case 'openssl':
      return [...after(/^-out$/), ...redirected];
    case 'tee':
      return operands.flatMap(at);
    default:
      return redirected;
  }
}
