import { data } from '../../../../data/trust-clients.yaml';
import type { Source } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import { lineStarts, locate } from '../../../core/text.ts';
import type { ShellCommand } from '../../../formats/shell.ts';
import { parseShell } from '../../../formats/shell.ts';
import { isKnown, wordText } from '../walk/expand.ts';
import { rootOf } from '../walk/lineage.ts';
import { committedFile } from '../walk/repository-paths.ts';
import type { Stage } from '../walk/stages.ts';
import { join, nameOf } from '../walk/trust-files.ts';
import type { Evidence, Need } from './evidence.ts';
import { undecided } from './evidence.ts';
import { fileAt } from './image-files.ts';
import type { Program } from './program.ts';
import { programBehind } from './program.ts';
import { publicAddress } from './public-hosts.ts';
import { onUsualPath } from './shell-path.ts';
import type { StartQuestion } from './start-question.ts';

/** Scripts that one script starts, and those in turn. */
const mostScripts = 8;
const mostEvidence = 3;

/** What installs a bundle when the container starts, or names one. */
const bringsBundle = new RegExp(data.shell.bringsBundle);

/**
 * Whether the script that an image starts fetches from a public host, or the program that it hands over to needs a
 * bundle: entry scripts of the repository, here-documents of a COPY, and the shell form of ENTRYPOINT and CMD.
 * `undefined` where no script is started.
 */
export function shellNeed(question: StartQuestion): Need | undefined {
  const { stage, program } = question;
  const inline = [stage.entrypoint?.script, stage.entrypoint ? undefined : stage.command?.script].filter(
    (script): script is Source => script !== undefined,
  );
  const scripts = [program.entry, program].flatMap((one) => (one ? (scriptOf(one, question) ?? []) : []));
  if (inline.length === 0 && scripts.length === 0) return undefined;
  const all = collected([...inline, ...scripts], question);
  // A script that installs the bundle before it starts anything leaves nothing to report.
  if (all.some(({ text }) => bringsBundle.test(text))) return undecided;
  const fetched = all.flatMap((script) => fetches(script, stage)).slice(0, mostEvidence);
  if (fetched.length > 0) return { need: 'evident', evidence: fetched };
  const [own] = scripts;
  if (scriptOf(program, question) === undefined || own === undefined) return undefined;
  const behind = handedTo(own, program, stage);
  return behind && scriptOf(behind, question) === undefined ? question.needOf(behind) : undecided;
}

/** The scripts given and those that they start in turn. */
function collected(first: readonly Source[], question: StartQuestion): readonly Source[] {
  const all = new Set(first);
  for (const script of all) {
    for (const { words } of parseShell(script)) {
      if (all.size >= mostScripts) break;
      const started = words.find(({ value }) => value !== undefined && /\.(?:sh|bash)$/.test(value))?.value;
      const position = words.findIndex(({ value }) => value === started);
      if (started === undefined || position > 1) continue;
      const found = scriptAt(started, question);
      if (found) all.add(found);
    }
  }
  return [...all];
}

/** The script that a program is: `undefined` for one that is none, or that lies elsewhere. */
function scriptOf({ words, name, copy, source }: Program, question: StartQuestion): Source | undefined {
  const [first = ''] = words;
  if (!/\.(?:sh|bash)$|^[\w-]+$/.test(name)) return undefined;
  const found = scriptAt(first, question);
  if (found) return found;
  if (!copy || copy.from || copy.fromImage) return undefined;
  const path = committedFile(source, question.dockerfile.path, question.repository);
  return path === undefined ? undefined : asScript(question.repository.read(path), name);
}

function scriptAt(word: string, question: StartQuestion): Source | undefined {
  const { stage } = question;
  const places = word.includes('/')
    ? [join(stage.folder ?? '/', word)]
    : [stage.folder ?? '/', '/usr/local/bin', '/usr/bin', '/bin', '/'].map((folder) => join(folder, word));
  for (const place of places) {
    const script = asScript(fileAt(place, question), nameOf(place));
    if (script) return script;
  }
  return undefined;
}

const asScript = (source: Source | undefined, name: string): Source | undefined =>
  source && isScript(source.text, name) ? source : undefined;

const isScript = (text: string, name: string): boolean =>
  /^#!\s*\S*\/(?:env\s+(?:-\S+\s+)*)?(?:ba|da|a|k)?sh\b/.test(text) ||
  (/\.(?:sh|bash)$/.test(name) && !text.startsWith('#!'));

/** What a script fetches from public hosts in the usual case. */
function fetches(script: Source, stage: Stage): readonly Evidence[] {
  const commands = parseShell(script);
  const isUsual = onUsualPath(script, commands);
  const found: Evidence[] = [];
  for (const command of commands) {
    const fetched = found.length < mostEvidence ? fetchedBy(command, stage) : undefined;
    if (fetched && isUsual(command)) found.push(fetched());
  }
  return found;
}

/** What a command fetches from a public host, to be told where somebody asks. */
function fetchedBy(command: ShellCommand, stage: Stage): (() => Evidence) | undefined {
  const words = command.words.map((word) => wordText(word, stage.environment));
  const at = words.findIndex((word) => isFetcher(nameOf(word)));
  if (at < 0 || !words.slice(0, at).every((word) => isWrapper(word))) return undefined;
  const own = words.slice(at);
  const address = addressFetched(own, stage);
  const [first, last] = [command.words[at], command.words.at(-1)];
  if (address === undefined || !first || !last) return undefined;
  const phrase = `${nameOf(own[0] ?? '')} connects to ${address}`;
  return () => {
    const span = spanOf(command.source, first.range.start, last.range.end);
    return { phrase, span, place: placeOf(command.source, span.start) };
  };
}

/**
 * The public address that a command of a fetching program connects to with verification in force; `undefined` for one
 * of another program, and where it verifies nobody or is told whom to trust.
 */
export function addressFetched(words: readonly string[], stage: Stage): string | undefined {
  const [program = '', ...rest] = words;
  const client = isFetcher(nameOf(program)) ? data.shell.clients[nameOf(program)] : undefined;
  if (!client) return undefined;
  // The wget of busybox verifies nobody: it says so, and goes on.
  if (nameOf(program) === 'wget' && /(?:^|\/)busybox(?:[:@]|$)/.test(rootOf(stage).base)) return undefined;
  if (client.needs !== undefined && !rest.some((word) => new RegExp(client.needs ?? '').test(word))) return undefined;
  if (rest.some((word) => new RegExp(client.otherwise).test(word))) return undefined;
  if (client.variable !== undefined && stage.environment.has(client.variable)) return undefined;
  const word = rest.find((one) => /^(?:--?[\w-]+=)?https:\/\//.test(one) && publicAddress(one) !== undefined);
  return word === undefined ? undefined : publicAddress(word);
}

/** Whether a program is one that fetches what its words name. */
export const isFetcher = (name: string): boolean => Object.hasOwn(data.shell.clients, name);

const isWrapper = (word: string): boolean =>
  /^(?:exec|sudo|env|command|time|timeout|nohup|nice|retry|eval|-\S*|\d+[smh]?|\w+=\S*)$/.test(word);

/** Of a script's own file: what it lies in may be the Dockerfile. */
function placeOf(source: Source, offset: number): string {
  const root = outermost(source);
  return `${root.path}:${locate(lineStarts(root.text), offset).line}`;
}

const outermost = (source: Source): Source => (source.within ? outermost(source.within.outer) : source);

/** What a script hands over to at its end: `exec server "$@"`, or its last command. */
function handedTo(script: Source, entry: Program, stage: Stage): Program | undefined {
  const commands = parseShell(script).filter(({ words }) => words.length > 0);
  const isUsual = onUsualPath(script, commands);
  const last =
    commands.findLast((command) => command.words[0]?.value === 'exec' && isUsual(command)) ??
    commands.findLast(({ words }) => words[0]?.value === 'exec') ??
    commands.at(-1);
  const words = (last?.words ?? []).map((word) => wordText(word, stage.environment));
  const program = programBehind(words, entry, stage);
  const [first = ''] = program.words;
  if (/^\$[@*]$/.test(first) || first === '' || !isKnown(first) || /^\$/.test(first)) return undefined;
  return program;
}
