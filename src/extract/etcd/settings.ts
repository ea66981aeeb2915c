import type { Diagnostic } from '../../core/finding.ts';
import type { Source, Span } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import { holdsTemplate, parseKeyValues } from '../../formats/key-values.ts';
import { splitWord, type Word } from '../../formats/word.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { entries, items, keyOf, lookUp, scalar, spanOfNode, type YamlNode } from '../../formats/yaml-tree.ts';
import { flagsIn } from '../dialects/component-flags.ts';
import { wordOfScalar } from '../dialects/setting-fields.ts';

/** What one etcd member is told, by the names of its flags. */
export interface Settings {
  readonly get: (flag: string) => Word | undefined;
  /** The values of a flag that takes several. */
  readonly list: (flag: string) => readonly Word[];
  readonly self: Span;
  /** Another file may set what is absent here. */
  readonly open: boolean;
}

export interface EtcdFile {
  readonly members: readonly Settings[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The members that a file configures. */
export function membersIn(source: Source): EtcdFile {
  const name = source.held?.name ?? source.path;
  if (/\.ya?ml(?:\.\w+)*$/i.test(name)) {
    const { documents, diagnostics } = parseYaml(source);
    const members = documents.flatMap((document) => {
      const configured = configurationFile(document);
      return configured ? [configured] : commandsIn(document).map(fromFlags);
    });
    return { members, diagnostics: members.length > 0 ? diagnostics : [] };
  }
  const member = /^\s*ExecStart\s*=/m.test(source.text) ? unitFile(source) : environmentFile(source);
  return { members: member ? [member] : [], diagnostics: [] };
}

/** `client-transport-security: { cert-file: … }` is `--cert-file`, and `peer-transport-security` adds `peer-`. */
function pathsOf(flag: string): readonly (readonly string[])[] {
  const peer = /^peer-(.*)$/.exec(flag)?.[1];
  return [[flag], peer === undefined ? ['client-transport-security', flag] : ['peer-transport-security', peer]];
}

function configurationFile(root: YamlNode): Settings | undefined {
  const known = ['client-transport-security', 'peer-transport-security', 'listen-client-urls'];
  const first = known.map((key) => keyOf(root, key)).find((key) => key !== undefined);
  if (root.kind !== 'mapping' || !first || keyOf(root, 'apiVersion')) return undefined;
  const nodeAt = (flag: string): YamlNode | undefined =>
    pathsOf(flag)
      .map((path) => lookUp(root, ...path))
      .flatMap((found) => (found.state === 'absent' ? [] : [found.node]))[0];
  const get = (flag: string): Word | undefined => {
    const node = nodeAt(flag);
    return node && wordOfNode(node);
  };
  const list = (flag: string): readonly Word[] => {
    const node = nodeAt(flag);
    const word = get(flag);
    return node?.kind === 'sequence' ? items(node).map(wordOfNode) : word ? listItems(word) : [];
  };
  return { get, list, self: spanOfNode(first), open: root.open };
}

const wordOfNode = (node: YamlNode): Word => {
  if (node.kind === 'scalar') return { ...wordOfScalar(node), unknown: holdsTemplate(node.value) };
  const { source, range } = node;
  return { text: source.text.slice(range.start, range.end), source, range, unknown: true };
};

const listItems = (word: Word): readonly Word[] => (word.unknown ? [word] : splitWord(word, /[\s,]+/));

/** Commands of containers that start etcd: `command` and `args`, as the words that they hold. */
function commandsIn(root: YamlNode): readonly (readonly Word[])[] {
  const found: (readonly Word[])[] = [];
  const visit = (node: YamlNode, depth: number): void => {
    if (depth > 20) return;
    if (node.kind === 'sequence') for (const item of items(node)) visit(item, depth + 1);
    if (node.kind !== 'mapping') return;
    const words = ['command', 'args'].flatMap((key) => wordsAt(node, key));
    const program =
      words.some(({ text }) => /(?:^|[\s/])etcd(?:\s|$)/.test(text)) || scalar(node, 'name')?.value === 'etcd';
    if (program && words.some(({ text }) => /(?:^|\s)--(?:listen|initial-advertise|advertise)-/.test(text)))
      found.push(words);
    else for (const { value } of entries(node)) visit(value, depth + 1);
  };
  visit(root, 0);
  return found;
}

function wordsAt(node: YamlNode, key: string): readonly Word[] {
  const found = lookUp(node, key);
  if (found.state !== 'present') return [];
  return found.node.kind === 'sequence' ? items(found.node).map(wordOfNode) : [wordOfNode(found.node)];
}

function fromFlags(words: readonly Word[]): Settings {
  const flags = flagsIn(words);
  const first = flags.get('listen-client-urls') ?? flags.get('listen-peer-urls') ?? words[0];
  return settingsFrom(flags, first, flags.has('config-file') || words.some(({ unknown }) => unknown));
}

function settingsFrom(flags: ReadonlyMap<string, Word>, place: Word | undefined, open: boolean): Settings {
  return {
    get: (name) => flags.get(name),
    list: (name) => {
      const word = flags.get(name);
      return word ? listItems(word) : [];
    },
    self: place ? spanOf(place.source, place.range.start, place.range.end) : { file: '', start: 0, end: 0 },
    open,
  };
}

/** `ETCD_CERT_FILE` is `--cert-file` ("Configuration options"). */
const flagName = (variable: string): string => variable.slice('ETCD_'.length).toLowerCase().replaceAll('_', '-');

function unitFile(source: Source): Settings | undefined {
  const { text } = source;
  const started = /^\s*ExecStart\s*=((?:[^\n\\]|\\[\s\S])*)/m.exec(text);
  if (!started?.[1] || !/etcd/.test(started[1])) return undefined;
  const start = started.index + started[0].length - started[1].length;
  const command: Word = {
    text: started[1],
    source,
    range: { start, end: start + started[1].length },
    unknown: false,
  };
  const variables = [...text.matchAll(/(?:^\s*Environment\s*=|\s)["']?(ETCD_\w+)=([^\s"']*)/gm)].map(
    ({ 0: whole, 1: name = '', 2: value = '', index }): [string, Word] => {
      const end = index + whole.length;
      const range = { start: end - value.length, end };
      return [flagName(name), { text: value, source, range, unknown: holdsTemplate(value) }];
    },
  );
  const flags = flagsIn([command]);
  const open = /^\s*EnvironmentFile\s*=/m.test(text) || flags.has('config-file');
  return settingsFrom(new Map([...variables, ...flags]), command, open);
}

/** A file of variables is read by a unit or a container that may give flags of its own. */
function environmentFile(source: Source): Settings | undefined {
  const { entries: lines } = parseKeyValues(source, {
    comments: '#',
    bare: 'line',
    blankSeparates: false,
    sections: false,
    include: /^\0/,
  });
  const variables = lines.flatMap(({ key, value }): [string, Word][] =>
    value && key.startsWith('ETCD_') ? [[flagName(key), value]] : [],
  );
  const [first] = variables;
  return first && settingsFrom(new Map(variables), first[1], true);
}
