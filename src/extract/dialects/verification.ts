import type { Client, Fact } from '../../core/fact.ts';
import { buildFact, unknown, written } from '../../core/fact-builder.ts';
import type { Source, Span } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import type { ShellCommand, ShellWord } from '../../formats/shell.ts';
import { parseShell } from '../../formats/shell.ts';
import { reachOf } from '../../tls/reach.ts';
import { checksOf } from './verification-checks.ts';
import { switchesWritten, switchInFile } from './verification-files.ts';
import { programIn, type Switch, switchesInArguments, switchInVariable, type Word } from './verification-switches.ts';
import { isInternal, type Target, targetOf } from './verification-target.ts';

/** Where a program runs, and what to call that. */
export interface ClientPlace {
  readonly technology: string;
  readonly subject: string;
  readonly phase: 'build' | 'run';
  /** A health check: it asks the container itself, unless it names somebody else. */
  readonly probe?: boolean;
  /** Something for a developer's own machine. */
  readonly local?: boolean;
}

/** What an environment variable switches off. `span` is that of the name; `words` may say what is connected to. */
export function clientsInEnvironment(
  name: string,
  value: Word,
  span: Span,
  place: ClientPlace,
  words: readonly Word[] = [],
): readonly Fact<Client>[] {
  const found = switchInVariable(name, value, span);
  const target = found && targetFor(found, words);
  return found && !target?.plain ? [clientFact(found, target ?? {}, place, found.text, undefined)] : [];
}

/** What the flags of a program switch off; `program` is undefined where only arguments are written. */
export function clientsInArguments(
  program: string | undefined,
  words: readonly Word[],
  place: ClientPlace,
  executedBy?: string,
): readonly Fact<Client>[] {
  const found = switchesInArguments(program, words).map((item) => ({ item, target: targetFor(item, words) }));
  const external = found.find(({ target }) => !target.internal) ?? found[0];
  if (!external || external.target.plain) return [];
  const { item, target } = external;
  const head = item.speaking ? item.text : `${item.program} ${item.text}`;
  return [clientFact(item, target, place, head, executedBy)];
}

/** What the words of one call switch off: `/bin/app --tls-skip-verify`, exec form. */
export function clientsInWords(
  words: readonly Word[],
  place: ClientPlace,
  executedBy?: string,
): readonly Fact<Client>[] {
  if (words[0]?.raw.startsWith('-')) return clientsInArguments(undefined, words, place, executedBy);
  const program = programIn(words);
  const passed = words.flatMap((word) => environmentIn(word, words, place));
  return program ? [...passed, ...clientsInArguments(program.name, program.rest, place, executedBy)] : passed;
}

/** What one command of a script switches off, by its flags or by variables before it. */
export function clientsInCommand(command: ShellCommand, place: ClientPlace): readonly Fact<Client>[] {
  const words = command.words.map((word) => wordOf(word, command.source));
  const executedBy = runsInput(command.consumer) ? lastPart(command.consumer?.find(isShell)?.value ?? 'sh') : undefined;
  const assigned = command.words.length === 0 ? [] : command.assignments;
  return [
    ...assigned.flatMap(({ name, value }) => {
      const word = wordOf(value, command.source);
      const start = value.range.start - name.length - 1;
      return clientsInEnvironment(name, word, spanOf(command.source, start, start + name.length), place, words);
    }),
    ...clientsInWords(words, place, executedBy),
  ];
}

/**
 * What a script switches off. Of a download whose digest or signature the same script checks that is said: what arrives is
 * verified, only not by TLS.
 */
export function clientsInScript(script: Source, place: ClientPlace): readonly Fact<Client>[] {
  const commands = parseShell(script);
  const found = commands.map((command) => ({ command, clients: clientsInCommand(command, place) }));
  const downloads = found.filter(({ clients }) => clients.some(({ data }) => downloaders.has(data.program)));
  const checks = checksOf(
    commands,
    downloads.map(({ command }) => command),
  );
  const written = switchesWritten(script).map((item) =>
    clientFact(item, {}, place, `${item.program}, ${item.text}`, undefined),
  );
  return [
    ...found.flatMap(({ command, clients }) => {
      const check = checks.get(command);
      return check === undefined ? clients : clients.map((client) => checked(client, check));
    }),
    ...written,
  ];
}

const checked = (client: Fact<Client>, check: string): Fact<Client> =>
  client.data.executes || !downloaders.has(client.data.program)
    ? client
    : { ...client, data: { ...client.data, mechanism: `${client.data.mechanism}, checked by ${check}` } };

/** What a configuration file at `path` switches off for whoever takes it in at `span`. */
export function clientOfFile(path: string, content: Source, span: Span, place: ClientPlace): Fact<Client> | undefined {
  const found = switchInFile(path, content);
  return found && clientFact({ ...found, span }, {}, place, `${found.program}, ${found.text}`, undefined);
}

/** What a configuration file of a program switches off. */
export function clientsInFile(path: string, content: Source, place: ClientPlace): readonly Fact<Client>[] {
  const found = switchInFile(path, content);
  return found ? [clientFact(found, {}, place, `${found.program}, ${found.text}`, undefined)] : [];
}

const downloaders: ReadonlySet<string> = new Set(['curl', 'wget', 'wget2', 'aria2c', 'fetch', 'git', 'pip', 'pip3']);

/** `NAME=value` after `env` or `export`. */
function environmentIn(word: Word, words: readonly Word[], place: ClientPlace): readonly Fact<Client>[] {
  if (!/^(?:env|export|declare|sudo)$/.test(lastPart(words[0]?.value ?? '')) || word.value === undefined) return [];
  const found = /^([A-Za-z_]\w*)=(.*)$/s.exec(word.value);
  if (!found?.[1]) return [];
  return clientsInEnvironment(found[1], { ...word, value: found[2] }, word.span, place, words);
}

const isShell = ({ value }: ShellWord): boolean => /^(?:ba|da|a|k|z)?sh$/.test(lastPart(value ?? ''));
/** Whether what these words run executes what it reads. */
const runsInput = (words: readonly ShellWord[] | undefined): boolean =>
  words?.some((word, index) => isShell(word) || (index === 0 && /^(?:eval|source|\.)$/.test(word.value ?? ''))) ??
  false;

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const wordOf = (word: ShellWord, source: Source): Word => ({
  value: word.value,
  raw: word.raw,
  span: spanOf(source, word.range.start, word.range.end),
});

function targetFor(found: Switch, words: readonly Word[]): Target {
  const { target } = found;
  if (target === undefined) return targetOf(words);
  const text = words.map(({ value, raw }) => value ?? raw).join(' ');
  // Inside a network, an index by plain http has no certificate to verify.
  const plain =
    text.includes(`http://${target}`) && !text.includes(`https://${target}`) && reachOf(target) !== 'external';
  return { name: target, ...(isInternal(target) && { internal: true }), ...(plain && { plain: true }) };
}

function clientFact(
  found: Switch,
  target: Target,
  place: ClientPlace,
  told: string,
  executedBy: string | undefined,
): Fact<Client> {
  const { technology, subject, probe, local } = place;
  const internal = target.internal || local || (probe && target.name === undefined);
  const spoken = target.name?.startsWith('kubernetes.default') && probe;
  return buildFact<Client>(
    { technology, subject, self: found.span },
    {
      kind: 'client',
      program: found.program,
      mechanism: executedBy === undefined ? told : `${told} | ${executedBy}`,
      executes: executedBy !== undefined,
      phase: found.phase ?? place.phase,
      ...(target.name !== undefined && { target: target.name }),
      exposure: internal || spoken ? 'internal' : target.name === undefined ? 'external' : reachOf(target.name),
    },
    {
      verify: written(false, found.span),
      target: target.variable ? unknown : undefined,
    },
  );
}
