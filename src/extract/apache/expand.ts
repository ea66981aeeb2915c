import type { Source, Span } from '../../core/source.ts';
import { type ApacheDirective, type ApacheEntry, parseApache, spanOfDirective } from '../../formats/apache.ts';
import type { ApacheWord } from '../../formats/apache-words.ts';
import type { IncludeReader } from '../dialects/included-files.ts';
import { compareVersions } from '../versions.ts';
import { setByShippedFile } from './includes.ts';
import { forMacro, literal, resolved } from './words.ts';

/** What httpd sees of its files: includes, macros, definitions and conditions are resolved, in the order of reading. */
export type Item = Setting | Hole;

export interface Setting {
  readonly kind: 'setting';
  /** In lower case. */
  readonly name: string;
  readonly words: readonly ApacheWord[];
  /** The directive's name in the file. */
  readonly self: Span;
  /** A template, or a condition that cannot be seen, decides whether it is there. */
  readonly conditional: boolean;
  /** What stands in a section; `undefined` for what is none. */
  readonly inner: readonly Item[] | undefined;
}

/** A place where directives may stand that cannot be seen: of any name, or of those listed. */
export interface Hole {
  readonly kind: 'hole';
  readonly sets: readonly string[] | undefined;
}

export interface Reading {
  readonly includes: IncludeReader;
  /** The release of httpd, for `<IfVersion>`. */
  readonly version: string;
}

interface State extends Reading {
  readonly defines: Map<string, ApacheWord | undefined>;
  readonly macros: Map<string, { readonly parameters: readonly string[]; readonly body: readonly ApacheEntry[] }>;
  /** Files and macros that are being read, outermost first: reading one inside itself would never end. */
  readonly within: readonly unknown[];
  readonly spliced: { count: number };
  readonly conditional: boolean;
}

const mostSpliced = 200_000;
const deepest = 60;

/** The directives of a file with everything that it brings in. Never throws; bounded, however files include each other. */
export function expand(source: Source, reading: Reading): readonly Item[] {
  const state: State = {
    ...reading,
    defines: new Map(),
    macros: new Map(),
    within: [source],
    spliced: { count: 0 },
    conditional: false,
  };
  return itemsOf(parseApache(source).entries, state);
}

const anything: Hole = { kind: 'hole', sets: undefined };

function itemsOf(entries: readonly ApacheEntry[], state: State): readonly Item[] {
  const items: Item[] = [];
  for (const entry of entries) {
    if (entry.kind === 'hole') items.push(anything);
    else for (const item of expandDirective(entry, state)) items.push(item);
  }
  return items;
}

function expandDirective(directive: ApacheDirective, outer: State): readonly Item[] {
  outer.spliced.count++;
  if (outer.spliced.count > mostSpliced || outer.within.length > deepest) return [];
  const conditional = outer.conditional || directive.conditional;
  const state = conditional === outer.conditional ? outer : { ...outer, conditional };
  const words = directive.words.map((word) => resolved(word, state.defines));
  const [first] = words;
  const { name, body } = directive;
  if (body) {
    const entered = conditionOf(name, words, state);
    if (entered) return entered.reads ? itemsOf(body, { ...state, conditional: entered.conditional }) : [];
    if (name === 'macro') {
      if (first)
        state.macros.set(first.text.toLowerCase(), { parameters: words.slice(1).map(({ text }) => text), body });
      return [];
    }
    return [
      {
        kind: 'setting',
        name,
        words,
        self: spanOfDirective(directive),
        conditional,
        inner: itemsOf(body, { ...state, conditional: false }),
      },
    ];
  }
  switch (name) {
    case 'include':
    case 'includeoptional':
      return included(first, state);
    case 'use':
      return used(words, state);
    case 'define':
      if (first) state.defines.set(first.text, valueToDefine(words[1], first, state));
      return [];
    case 'undefine':
      if (first) state.defines.delete(first.text);
      return [];
    default:
      return [{ kind: 'setting', name, words, self: spanOfDirective(directive), conditional, inner: undefined }];
  }
}

/** A value that only some runs define, or that a template fills in, is not known. */
function valueToDefine(
  value: ApacheWord | undefined,
  name: ApacheWord,
  { conditional, defines }: State,
): ApacheWord | undefined {
  const empty = { ...name, text: '', range: { start: name.range.end, end: name.range.end } };
  const next = value ?? empty;
  const before = defines.get(name.text);
  return conditional && before?.text !== next.text && defines.has(name.text) ? undefined : next;
}

function included(pattern: ApacheWord | undefined, state: State): readonly Item[] {
  const path = pattern && literal(pattern);
  const files = path === undefined ? [] : state.includes(path).filter((file) => !state.within.includes(file));
  if (path === undefined || files.length === 0)
    return [{ kind: 'hole', sets: path === undefined ? undefined : setByShippedFile(path) }];
  return files.flatMap((file) => itemsOf(parseApache(file).entries, { ...state, within: [...state.within, file] }));
}

/** `Use Name value …` (mod_macro). A macro that is defined elsewhere may hold anything. */
function used([name, ...values]: readonly ApacheWord[], state: State): readonly Item[] {
  const macro = name && state.macros.get(name.text.toLowerCase());
  if (!macro) return [anything];
  if (state.within.includes(macro)) return [];
  const body = macro.body.map((entry) => forMacro(entry, macro.parameters, values));
  return itemsOf(body, { ...state, within: [...state.within, macro] });
}

interface Entered {
  readonly reads: boolean;
  readonly conditional: boolean;
}

/**
 * Whether the body of a conditional section counts; `undefined` for other sections. Modules are taken to be loaded, as
 * the files that load them are rarely there. What `-D` may define on the command line is not known.
 */
function conditionOf(section: string, words: readonly ApacheWord[], state: State): Entered | undefined {
  const [first, second] = words;
  const negated = first?.text.startsWith('!') ?? false;
  const name = negated ? first?.text.slice(1).trim() || second?.text || '' : (first?.text ?? '');
  const doubtful = { reads: true, conditional: true };
  switch (section) {
    case 'ifmodule':
    case 'ifdirective':
    case 'ifsection':
      return first?.unknown ? doubtful : { reads: !negated, conditional: state.conditional };
    case 'ifdefine':
      if (state.defines.has(name)) return { reads: !negated, conditional: state.conditional };
      return doubtful;
    case 'iffile':
      return doubtful;
    case 'ifversion': {
      const holds = versionHolds(words, state.version);
      return holds === undefined ? doubtful : { reads: holds, conditional: state.conditional };
    }
    default:
      return undefined;
  }
}

/** `[[!]operator] version` (mod_version); a regular expression is not read. */
function versionHolds([first, second]: readonly ApacheWord[], version: string): boolean | undefined {
  const [operator, wanted] = second ? [first?.text ?? '', second.text] : ['=', first?.text ?? ''];
  if (!/^\d+(\.\d+)*$/.test(wanted)) return undefined;
  const difference = compareVersions(version, wanted);
  const plain = operator.replace(/^!/, '');
  const holds = new Map([
    ['=', difference === 0],
    ['==', difference === 0],
    ['>', difference > 0],
    ['>=', difference >= 0],
    ['<', difference < 0],
    ['<=', difference <= 0],
  ]).get(plain);
  return holds === undefined ? undefined : holds !== operator.startsWith('!');
}
