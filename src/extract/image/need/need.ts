import type { Source } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { committedFile, foldersAbove, pathIn, pathsBelow } from '../walk/repository-paths.ts';
import type { Stage } from '../walk/stages.ts';
import { join } from '../walk/trust-files.ts';
import { beamNeed } from './beam-need.ts';
import { cNeed } from './c-need.ts';
import { dotnetNeed } from './dotnet-need.ts';
import type { Evidence, Need, ProgramQuestion } from './evidence.ts';
import { evidenceAt, undecided } from './evidence.ts';
import { goNeed } from './go-need.ts';
import { jvmNeed } from './jvm-need.ts';
import { nodeNeed } from './node-need.ts';
import type { Program } from './program.ts';
import { isPublic } from './public-hosts.ts';
import { pythonNeed } from './python-need.ts';
import { rustNeed } from './rust-need.ts';
import { addressFetched, isFetcher, shellNeed } from './shell-need.ts';
import type { LanguageNeed, StartQuestion } from './start-question.ts';

/** Runtimes that carry their own roots, by the name of what `data/base-images.yaml` calls them, and their programs. */
const runtimes: Readonly<Record<string, RegExp>> = {
  node: /^(?:node|nodejs|npm|npx|yarn|pnpm|pm2|next|nest|tsx|ts-node|docker-entrypoint\.sh)/,
  bun: /^(?:bun|bunx|docker-entrypoint\.sh)/,
  deno: /^(?:deno|tini|docker-entrypoint\.sh)/,
  jvm: /^(?:java|mvn|gradle|catalina\.sh|jshell)/,
};

/** The languages that are asked about a program, in this order: the first that knows it answers. */
const languages: readonly LanguageNeed[] = [shellNeed, pythonNeed, nodeNeed, jvmNeed, beamNeed, dotnetNeed, cNeed];

/** Programs that start one another are followed so far. */
const deepest = 4;

/**
 * Whether what a stage starts needs a bundle. Looks at the start command, at the runtime of the base image, and at the
 * program's source where the repository has it.
 */
export function needOf(
  stage: Stage,
  program: Program | undefined,
  source: Source,
  repository: Repository,
  depth = 0,
): Need {
  if (!program) return stage.fromScratch ? { need: 'export', evidence: [] } : withRuntime(stage, undefined);
  if (program.name.endsWith('.wasm')) return { need: 'export', evidence: [] };
  const need = answerOf(stage, program, source, repository, depth);
  // Whoever has roots of its own needs no others, wherever it is told to connect to.
  if (depth > 0 || need.need === 'builtin' || need.need === 'evident') return need;
  const called = calledHosts(stage, program, source);
  return called.length > 0 ? { need: 'evident', evidence: called } : need;
}

function answerOf(stage: Stage, program: Program, source: Source, repository: Repository, depth: number): Need {
  const question: StartQuestion = {
    stage,
    program,
    dockerfile: source,
    repository,
    needOf: (other) => (depth < deepest ? needOf(stage, other, source, repository, depth + 1) : undecided),
  };
  for (const language of languages) {
    const need = language(question);
    if (need) return need;
  }
  if (stage.root.trust) return withRuntime(stage, program);
  // What somebody types into it is not known.
  if (/^(?:(?:ba|da|a|z)?sh|busybox|sleep|tail|cat|true)$/.test(program.name)) return undecided;
  if (!program.copy) return needOfNamed(program, source, repository) ?? undecided;
  return needOfCopied(stage, program, source, repository);
}

function withRuntime({ root, environment }: Stage, program: Program | undefined): Need {
  const programs = root.trust === undefined ? undefined : runtimes[root.trust];
  if (!programs) return undecided;
  const told = [environment.get('NODE_OPTIONS') ?? '', ...(program?.words ?? [])].join(' ');
  if (/--use-openssl-ca\b/.test(told)) return undecided;
  return !program || programs.test(program.name) ? { need: 'builtin', evidence: [] } : undecided;
}

/** Flags whose address is the program's own, or a name that it is known by. */
const ownAddress =
  /^--?[\w.-]*(?:external|public|callback|redirect|origin|issuer|advertise|cors|self|referer)[\w.-]*=/i;

/** Public hosts that ENTRYPOINT or CMD hand to the program; of one that fetches, those that it verifies. */
function calledHosts(stage: Stage, { name, words }: Program, source: Source): readonly Evidence[] {
  if (/^(?:echo|printf|cat)$/.test(name)) return [];
  if (isFetcher(name) && addressFetched(words, stage) === undefined) return [];
  return [stage.entrypoint, stage.command].flatMap((instruction) => {
    const word = instruction?.words.find(({ value }, index, all) => {
      const host = /^(?:--?[\w.-]+=)?["']?https:\/\/([\w.-]+)/.exec(value)?.[1];
      return (
        isPublic(host) && !ownAddress.test(`${value.includes('=') ? '' : `${all[index - 1]?.value ?? ''}=`}${value}`)
      );
    });
    const url = /https:\/\/[\w.-]+/.exec(word?.value ?? '')?.[0];
    return word && url ? [evidenceAt(source, word.range.start, word.range.end, `connects to ${url}`)] : [];
  });
}

/** Of a program that came in a way that is not followed: its source, where the repository has one of that name. */
function needOfNamed({ name }: Program, dockerfile: Source, repository: Repository): Need | undefined {
  const question: ProgramQuestion = {
    dockerfile: dockerfile.path,
    builds: [],
    names: [name],
    folders: foldersAbove(dockerfile.path),
    repository,
    byNameOnly: true,
  };
  return goNeed(question) ?? rustNeed(question);
}

function needOfCopied(stage: Stage, program: Program, dockerfile: Source, repository: Repository): Need {
  const { copy, source } = program;
  if (/\.(?:sh|bash|py|pl|rb|js|mjs|php|jar|war)$/.test(program.name)) return undecided;
  if (!copy || copy.fromImage) return needOfNamed(program, dockerfile, repository) ?? { need: 'unasked', evidence: [] };
  const makers = copy.from ? makersOf(copy.from) : [];
  const builds = makers.flatMap(({ disk }) => disk.builds);
  const name = program.source?.split('/').at(-1) ?? program.name;
  const question: ProgramQuestion = {
    dockerfile: dockerfile.path,
    builds,
    names: [...new Set([program.name, name])],
    folders: contextFolders(copy.from ? makers : makersOf(stage), dockerfile.path, repository),
    repository,
    byNameOnly: false,
  };
  if (!copy.from) {
    // A script or a file of another language: what it does is not read.
    if (committedFile(source, dockerfile.path, repository) !== undefined) return undecided;
    return goNeed(question) ?? rustNeed(question) ?? { need: 'unasked', evidence: [] };
  }
  const fromContext = makers.some(readsContext);
  if (!fromContext) return needOfNamed(program, dockerfile, repository) ?? { need: 'unasked', evidence: [] };
  const tools = new Set([
    ...builds.map(({ tool }) => tool),
    ...makers.flatMap(({ base }) =>
      /(?:^|\/)golang\b/.test(base) ? ['go'] : /(?:^|\/)rust\b|rust-musl|muslrust/.test(base) ? ['cargo'] : [],
    ),
  ]);
  // `RUN make` on an image of one's own: a program of that name is the one.
  if (tools.size === 0 && makers.some(runsMake))
    return needOfNamed({ ...program, name }, dockerfile, repository) ?? undecided;
  const found = (tools.has('go') && goNeed(question)) || (tools.has('cargo') && rustNeed(question));
  return found || undecided;
}

/** Whether a stage sees the build context: by a copy or by a bind mount. */
const readsContext = ({ copies, instructions }: Stage): boolean =>
  copies.some(({ from, fromImage }) => !from && !fromImage) ||
  instructions.some(
    ({ keyword, flags }) =>
      keyword === 'RUN' &&
      flags.some(({ name, value }) => name === 'mount' && !/(?:^|,)(?:from=|type=(?!bind))/.test(value)),
  );

/** Whether a stage builds through a file of tasks: which compiler that calls is not written in the Dockerfile. */
const runsMake = ({ instructions }: Stage): boolean =>
  instructions.some(
    ({ keyword, script }) =>
      keyword === 'RUN' && /(?:^|[\s;&])(?:make|mage|task|just|goreleaser)\s/.test(`${script?.text ?? ''} `),
  );

/** A stage, what it builds on, and what it copies from. */
function makersOf(stage: Stage): readonly Stage[] {
  const chain = new Set<Stage>([stage]);
  for (const member of chain) {
    if (member.parent) chain.add(member.parent);
    for (const { from } of member.copies) if (from) chain.add(from);
  }
  return [...chain];
}

/** The folders that the stages copy from the build context, then those around the Dockerfile. */
function contextFolders(stages: readonly Stage[], dockerfile: string, repository: Repository): readonly string[] {
  const around = foldersAbove(dockerfile);
  const copied = stages
    .flatMap(({ copies }) => copies)
    .filter(({ from, fromImage }) => !from && !fromImage)
    .flatMap(({ instruction }) => instruction.words.slice(0, -1).map(({ value }) => join('/', value).slice(1)))
    .filter((value) => /^[\w.-]+(?:\/[\w.-]+)*$/.test(value));
  const folders = copied.flatMap((value) =>
    around.flatMap((folder) => {
      // Of what a build makes, the folder that it was built in: `backend/target/release/app`.
      const parts = value.split('/');
      const prefixes = parts.map((_part, index) => parts.slice(0, parts.length - index).join('/'));
      const paths = prefixes.map((prefix) => pathIn(folder, prefix));
      return paths.find((path) => path !== '' && pathsBelow(repository, path, 1).length > 0) ?? [];
    }),
  );
  return [...new Set([...around, ...folders])];
}
