import {
  type AndOr,
  type Command,
  forEachChild,
  type ParsedScript,
  type Pipeline,
  parse,
  type SyntaxNode,
} from 'unbash';
import { assignmentWord, backtickSegments, rawWord } from './shell-pieces.ts';
import { isShell } from './shell-programs.ts';
import { type Budget, type RawCommand, type RawScript, type RawText, type ScriptPlace, spend } from './shell-tree.ts';

interface Reading {
  readonly text: string;
  readonly budget: Budget;
  readonly entries: (RawCommand | RawText)[];
  readonly assigned: RawScript['assigned'][number][];
  readonly spoiled: string[];
  /** How many shells of their own there are so far. */
  shells: number;
}

/** Where in the script a node stands. */
interface Place extends ScriptPlace {
  /** The command in whose words it stands. */
  readonly owner: RawCommand | undefined;
  /** It may not run, or the variables that it sets are its own. */
  readonly conditional: boolean;
  readonly depth: number;
}

/** Nodes that lie deeper are left out: some eighty compound commands inside each other. */
const deepestNode = 400;

/** The commands of a script and the variables that it sets. */
export function readScript(text: string, budget: Budget): RawScript {
  const reading: Reading = { text, budget, entries: [], assigned: [], spoiled: [], shells: 0 };
  const script = parsed(text, budget);
  if (script)
    visit(reading, script, { owner: undefined, conditional: false, depth: 0, inFunction: undefined, shells: [] });
  return reading;
}

/** The parser stops at a token that cannot stand where it does, such as `(` in a template; it is blanked, a few times. */
const mostRepairs = 20;

function parsed(text: string, budget: Budget): ParsedScript | undefined {
  let repaired = text;
  let script: ParsedScript | undefined;
  for (let round = 0; round <= mostRepairs && spend(budget, text.length); round++) {
    try {
      script = parse(repaired);
    } catch {
      // Some nesting (`f() f() …`) is followed by recursion, until the stack ends.
      return script;
    }
    const error = script.errors?.find(({ message }) => message.startsWith(unexpected));
    if (!error) return script;
    const token = error.message.slice(unexpected.length, -1);
    const length = repaired.startsWith(token, error.pos) ? token.length : 1;
    const blanked = repaired.slice(0, error.pos) + ' '.repeat(length) + repaired.slice(error.pos + length);
    if (blanked === repaired || blanked.length !== text.length) return script;
    repaired = blanked;
  }
  return script;
}

/** How the parser's message begins. */
const unexpected = "unexpected token '";

function visit(reading: Reading, node: SyntaxNode, place: Place): void {
  if (place.depth > deepestNode) return;
  const within: Place = { ...place, depth: place.depth + 1 };
  switch (node.type) {
    case 'Command':
      readCommand(reading, node, within);
      return;
    case 'Pipeline':
      readPipeline(reading, node, within);
      return;
    case 'AndOr':
      readAndOr(reading, node, within);
      return;
    case 'Word':
    case 'ArithmeticExpansion':
    case 'ArithmeticCommand':
    case 'HereDocBody':
      if (spend(reading.budget, node.end - node.pos)) visitChildren(reading, node, within);
      return;
    case 'CommandExpansion':
    case 'ProcessSubstitution':
    case 'ArithmeticCommandExpansion':
      readSubstitution(reading, node, inOwnShell(reading, { ...within, conditional: true }));
      return;
    case 'ParameterExpansion':
      if (node.operation?.type === 'Default' && node.operation.operator.endsWith('='))
        reading.spoiled.push(node.parameter);
      visitChildren(reading, node, within);
      return;
    case 'For':
    case 'Select':
      reading.spoiled.push(node.name.text);
      visitChildren(reading, node, { ...within, conditional: true });
      return;
    case 'Statement':
      visitChildren(reading, node, node.background ? inOwnShell(reading, { ...within, conditional: true }) : within);
      return;
    case 'Function':
      visitChildren(reading, node, { ...within, conditional: true, inFunction: node.name.text });
      return;
    case 'Subshell':
    case 'Coproc':
      visitChildren(reading, node, inOwnShell(reading, { ...within, conditional: true }));
      return;
    default:
      visitChildren(reading, node, { ...within, conditional: within.conditional || mayNotRun.has(node.type) });
  }
}

/** What stands in these may not run. */
const mayNotRun: ReadonlySet<SyntaxNode['type']> = new Set<SyntaxNode['type']>([
  'If',
  'While',
  'ArithmeticFor',
  'Case',
]);

const inOwnShell = (reading: Reading, place: Place): Place => ({
  ...place,
  shells: [...place.shells, ++reading.shells],
});

const visitChildren = (reading: Reading, node: SyntaxNode, place: Place): void =>
  forEachChild(node, (child) => visit(reading, child, place));

function readSubstitution(
  reading: Reading,
  node: SyntaxNode & { readonly text: string; readonly script: ParsedScript | undefined },
  place: Place,
): void {
  if (!spend(reading.budget, node.end - node.pos)) return;
  const { script } = node;
  if (script?.source === undefined) {
    if (script) visit(reading, script, place);
    return;
  }
  const written = node.text.slice(1, node.text.endsWith('`') ? -1 : undefined);
  const segments = backtickSegments(written, script.source, node.pos + 1);
  const { inFunction, shells } = place;
  reading.entries.push({ kind: 'text', text: script.source, segments, place: { inFunction, shells } });
}

function readCommand(reading: Reading, node: Command, place: Place): void {
  const { text, entries } = reading;
  const command: RawCommand = {
    kind: 'command',
    assignments: [],
    words: node.name ? [rawWord(text, node.name)] : [],
    owner: place.owner,
    place: { inFunction: place.inFunction, shells: place.shells },
    pipedInto: undefined,
    heredocs: [],
  };
  for (const child of node.prefix) {
    if (child.type !== 'Assignment') continue;
    command.assignments.push({ name: child.name, value: rawWord(text, child.value) });
  }
  for (const child of node.args) {
    command.words.push(child.type === 'Word' ? rawWord(text, child) : assignmentWord(text, child));
  }
  for (const child of node.redirects) {
    if (child.type === 'HereDoc') command.heredocs.push({ start: child.body.pos, end: child.body.end });
  }
  if (command.words.length > 0 || command.assignments.length > 0) entries.push(command);
  noteVariables(reading, node, command, place.conditional);
  forEachChild(node, (child) => {
    // A shell runs its here-document: that is a script of its own.
    if (child.type !== 'HereDoc' || !isShell(command)) visit(reading, child, { ...place, owner: command });
  });
}

const declarations: ReadonlySet<string> = new Set(['export', 'declare', 'local', 'readonly', 'typeset']);
const setters: ReadonlySet<string> = new Set(['read', 'unset', 'getopts', 'mapfile', 'readarray', 'printf', 'let']);

/** Remembers which variables a command sets, and to what. */
function noteVariables(reading: Reading, node: Command, command: RawCommand, conditional: boolean): void {
  const name = node.name?.text;
  for (const child of name === undefined ? node.prefix : node.suffix) {
    if (child.type !== 'Assignment' || (name !== undefined && !declarations.has(name))) continue;
    reading.assigned.push({ name: child.name, value: rawWord(reading.text, child.value), conditional });
  }
  for (const child of [...node.prefix, ...node.suffix]) {
    if (child.type === 'Assignment' && (child.append || child.index)) reading.spoiled.push(child.name);
  }
  if (name !== undefined && setters.has(name)) {
    for (const { raw } of command.words.slice(1)) reading.spoiled.push(raw);
  }
}

/** What comes before a `|` is read by the first command after it. */
function readPipeline(reading: Reading, node: Pipeline, place: Place): void {
  const conditional = place.conditional || node.commands.length > 1;
  let before = reading.entries.length;
  let start = before;
  for (const command of node.commands) {
    start = reading.entries.length;
    visit(reading, command, node.commands.length > 1 ? inOwnShell(reading, { ...place, conditional }) : place);
    const consumer = reading.entries[start];
    if (consumer?.kind === 'command' && consumer.owner === place.owner) {
      for (const producer of reading.entries.slice(before, start))
        if (producer.kind === 'command' && producer.owner === place.owner) producer.pipedInto ??= consumer;
    }
    before = start;
  }
}

/** After `||`, and after a command that only asks, what follows may not run. */
function readAndOr(reading: Reading, node: AndOr, place: Place): void {
  let { conditional } = place;
  for (const [index, command] of node.commands.entries()) {
    visit(reading, command, { ...place, conditional });
    conditional ||= node.operators[index] === '||' || asks(command);
  }
}

const questions: ReadonlySet<string> = new Set(['[', 'test', 'grep', 'command', 'which', 'type', 'false']);

function asks(node: AndOr['commands'][number]): boolean {
  if (node.type === 'Pipeline') return node.commands.some(asks);
  return node.type === 'TestCommand' || (node.type === 'Command' && questions.has(node.name?.text ?? ''));
}
