import type { Range, Source } from '../../core/source.ts';
import { type IniFile, type IniSetting, parseIni } from '../../formats/ini.ts';
import type { Word } from '../../formats/word.ts';

/** One service with all that is in force for it. */
export interface Service {
  readonly name: string;
  readonly source: Source;
  /** Its section's name, or the setting that stands for a service without a section. */
  readonly head: Range;
  /** What is written above the first section, by key in lower case. */
  readonly globals: ReadonlyMap<string, readonly IniSetting[]>;
  /** What is written in its own section, in order. */
  readonly own: readonly IniSetting[];
  /** Something that cannot be seen may set more: an include, a template. */
  readonly open: boolean;
}

/** `include` reads a folder of further files, in conf.d manner; a file in such a folder has its globals elsewhere. */
const ofFolder = /(?:^|\/)[^/]*\.d\/[^/]+$/;

/**
 * The services of a file. A file without sections is one service, run by inetd. Source: stunnel(8), "CONFIGURATION
 * FILE"; comments stand on lines of their own, whatever else follows a value belongs to it.
 */
export function servicesOf(source: Source): { readonly services: readonly Service[]; readonly file: IniFile } {
  const file = parseIni(source, { comments: '#;' });
  const [top, ...sections] = file.sections;
  const globals = byKey(top.settings);
  const open = top.open || ofFolder.test(source.held?.name ?? source.path) || globals.has('include');
  const services = sections.map(
    (section): Service => ({
      name: section.name ?? '',
      source,
      head: section.nameRange,
      globals,
      own: section.settings,
      open: open || section.open,
    }),
  );
  const [inetd] = [...(globals.get('connect') ?? []), ...(globals.get('exec') ?? [])];
  const alone = { name: 'stunnel', source, globals, own: [], open };
  const all = inetd && sections.length === 0 ? [{ ...alone, head: inetd.keyRange }] : services;
  return { services: all.filter(hasEndpoints), file };
}

function byKey(settings: readonly IniSetting[]): ReadonlyMap<string, readonly IniSetting[]> {
  const index = new Map<string, IniSetting[]>();
  for (const setting of settings) {
    const key = setting.key.toLowerCase();
    const there = index.get(key);
    if (there) there.push(setting);
    else index.set(key, [setting]);
  }
  return index;
}

/** Files of other programs for stunnel, such as supervisord's, have sections too. */
const hasEndpoints = (service: Service): boolean =>
  ['accept', 'connect', 'exec', 'sni'].some((key) => lastOf(service, key) !== undefined);

/** The settings of some keys, which are case-insensitive, in their order: the globals' first. */
export function settingsOf({ globals, own }: Service, keys: readonly string[]): readonly IniSetting[] {
  const names = keys.map((key) => key.toLowerCase());
  const inherited = names.flatMap((name) => globals.get(name) ?? []);
  if (names.length > 1) inherited.sort((a, b) => a.keyRange.start - b.keyRange.start);
  return [...inherited, ...own.filter(({ key }) => names.includes(key.toLowerCase()))];
}

/** The value in force: the last one. */
export function lastOf({ globals, own }: Service, key: string): Word | undefined {
  const name = key.toLowerCase();
  return (own.findLast((setting) => setting.key.toLowerCase() === name) ?? globals.get(name)?.at(-1))?.value;
}

/** Every value of a key that may repeat, in order. */
export const allOf = (service: Service, key: string): readonly Word[] =>
  settingsOf(service, [key]).map(({ value }) => value);

export const isYes = (word: Word | undefined): boolean => word?.text.toLowerCase() === 'yes';
