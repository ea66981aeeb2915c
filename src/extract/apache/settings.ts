import { type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import type { Item, Setting } from './expand.ts';
import { literal } from './words.ts';

/** A main server, a virtual host or a section: its directives, inside what it inherits from. */
export interface Level {
  readonly items: readonly Item[];
  readonly outer: Level | undefined;
  /** The top of a fragment: what the files around it say cannot be seen. */
  readonly open: boolean;
}

/** What is in force of a directive of which the last one counts. */
export type InForce =
  | { readonly state: 'written'; readonly setting: Setting }
  | { readonly state: 'absent' }
  /** An include that is not there, or a template, may set it. */
  | { readonly state: 'unknown' };

const absent: InForce = { state: 'absent' };
const hidden: InForce = { state: 'unknown' };

type Fits = (setting: Setting) => boolean;
const any: Fits = () => true;

interface Index {
  readonly byName: ReadonlyMap<string, readonly number[]>;
  readonly holes: readonly number[];
}
const indexes = new WeakMap<readonly Item[], Index>();

function indexOf(items: readonly Item[]): Index {
  const known = indexes.get(items);
  if (known) return known;
  const byName = new Map<string, number[]>();
  const holes: number[] = [];
  for (const [position, item] of items.entries()) {
    if (item.kind === 'hole') {
      holes.push(position);
      continue;
    }
    const same = byName.get(item.name);
    if (same) same.push(position);
    else byName.set(item.name, [position]);
  }
  const index = { byName, holes };
  indexes.set(items, index);
  return index;
}

/** Whether something that cannot be seen may set a directive at a level, after the item at a position. */
function hidesAfter({ items }: Level, name: string, position: number): boolean {
  return indexOf(items).holes.some((at) => {
    const hole = items[at];
    return at > position && hole?.kind === 'hole' && (hole.sets === undefined || hole.sets.includes(name));
  });
}

/** Whether a level's own lines may lack one that sets the directive. */
export const mayHide = (level: Level, name: string): boolean => level.open || hidesAfter(level, name, -1);

/** The directives of one name that a level holds itself, in order. */
export const own = ({ items }: Level, name: string): readonly Setting[] =>
  (indexOf(items).byName.get(name) ?? []).flatMap((position) => {
    const item = items[position];
    return item?.kind === 'setting' ? [item] : [];
  });

/** The names of everything that a level holds itself. */
export const ownNames = ({ items }: Level): Iterable<string> => indexOf(items).byName.keys();

/**
 * The last of a level's directives of this name counts, and replaces what is outside ("How Directives Work", httpd 2.4).
 * An include after it that cannot be seen may replace it; a line that only some renderings of a template have, and that
 * disagrees with the one before, leaves the value open.
 */
export function inForce(level: Level, name: string, fits: Fits = any): InForce {
  const positions = indexOf(level.items).byName.get(name) ?? [];
  const found = positions.flatMap((position) => {
    const item = level.items[position];
    return item?.kind === 'setting' && fits(item) ? [{ position, setting: item }] : [];
  });
  const last = found.at(-1);
  if (hidesAfter(level, name, last?.position ?? -1)) return hidden;
  if (!last) return level.outer ? inForce(level.outer, name, fits) : level.open ? hidden : absent;
  const before = found.at(-2)?.setting;
  const disputed = last.setting.conditional && before && textOf(before) !== textOf(last.setting);
  return disputed ? hidden : { state: 'written', setting: last.setting };
}

/** A directive that no included file takes back: where a level writes it, an include after it does not matter. */
export function firmly(level: Level, name: string): InForce {
  const setting = own(level, name).at(-1);
  return setting && !setting.conditional ? { state: 'written', setting } : inForce(level, name);
}

const textOf = ({ words }: Setting): string => JSON.stringify(words.map(({ text }) => text));

/** The directives of which all count, outermost first; `open` where more may be there that cannot be seen. */
export function gathered(
  level: Level,
  name: string,
): { readonly settings: readonly Setting[]; readonly open: boolean } {
  const outer = level.outer ? gathered(level.outer, name) : { settings: [], open: false };
  return { settings: [...outer.settings, ...own(level, name)], open: outer.open || mayHide(level, name) };
}

/** `on` or `off` (case does not matter); `undefined` where neither is written. */
export function flag(level: Level, name: string): Field<boolean> | undefined {
  const found = inForce(level, name);
  if (found.state !== 'written') return found.state === 'unknown' ? unknown : undefined;
  const [word] = found.setting.words;
  const value = literal(word)?.toLowerCase();
  return word && (value === 'on' || value === 'off') ? written(value === 'on', spanOfWord(word)) : unknown;
}

/** The first word of a directive; `undefined` where it is not written. */
export function text(level: Level, name: string): Field<string> | undefined {
  const found = inForce(level, name);
  if (found.state !== 'written') return found.state === 'unknown' ? unknown : undefined;
  const [word] = found.setting.words;
  const value = literal(word);
  return word && value !== undefined ? written(value, spanOfWord(word)) : unknown;
}

/** One `SSLOpenSSLConfCmd name value` (SSL_CONF_cmd(3)). */
export interface ConfCommand {
  /** In lower case, without the dash of its command line form. */
  readonly name: string;
  readonly value: Word;
}

/** The commands in force, outermost first; they are applied one after the other, after all other settings. */
export function confCommands(level: Level, ...names: readonly string[]): readonly ConfCommand[] {
  return gathered(level, 'sslopensslconfcmd').settings.flatMap(({ words: [command, value] }) => {
    const name = command?.text.toLowerCase() ?? '';
    return value && names.includes(name) ? [{ name, value }] : [];
  });
}
