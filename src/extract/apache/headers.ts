import type { Listener } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { ApacheWord } from '../../formats/apache-words.ts';
import { spanOfWord } from '../../formats/word.ts';
import { answersFromFiles } from './content.ts';
import type { Setting } from './expand.ts';
import { gathered, type Level, own } from './settings.ts';
import { literal } from './words.ts';

type Hsts = NonNullable<Listener['hsts']>;

/**
 * The Strict-Transport-Security header that `Header` sends with what is at `/`. Lines of the main server come before those
 * of the virtual host; `always` and `onsuccess` are two tables, and the former also serves error pages (mod_headers).
 * `inTls`: whether mod_ssl serves the request, so that it sets the variable HTTPS.
 * Without such a line it is known that none is sent only where the server answers from files.
 */
export function hstsOf(level: Level, inTls: boolean): Field<Hsts> {
  const lines = [...gathered(level, 'header').settings, ...forEverything(level)].flatMap(
    (line) => readHeader(line, inTls) ?? [],
  );
  const states = new Map<'always' | 'onsuccess', Field<Hsts> | undefined>();
  for (const { table, action, value, condition } of lines) {
    const before = states.get(table);
    if (condition === 'unknown') states.set(table, unknown);
    else if (action === 'unset') states.set(table, undefined);
    else if (action === 'other' || (before && action === 'append')) states.set(table, unknown);
    else if (action !== 'setifempty' || !before) states.set(table, fieldOf(value));
  }
  const found = states.get('always') ?? states.get('onsuccess');
  if (found) return found;
  if (lines.length === 0 && answersFromFiles(level) && !mentionsHeader(level))
    return byDefault({ maxAgeSeconds: 0 }, 'Apache sends no Strict-Transport-Security unless told to');
  return unknown;
}

/** Lines in `<Location />`. */
const forEverything = (level: Level): readonly Setting[] =>
  own(level, 'location')
    .filter(({ words: [path, more] }) => path?.text === '/' && !more)
    .flatMap(({ inner }) => (inner ? own({ items: inner, outer: undefined, open: false }, 'header') : []));

/** Sections may send it with part of what is served. */
function mentionsHeader({ items, outer }: Level): boolean {
  const mentions = (inner: Level['items']): boolean =>
    inner.some(
      (item) =>
        item.kind === 'setting' &&
        item.name !== 'virtualhost' &&
        ((item.name === 'header' && item.words.some(isHsts)) || (item.inner ? mentions(item.inner) : false)),
    );
  return mentions(items) || (outer ? mentionsHeader(outer) : false);
}

const isHsts = ({ text }: ApacheWord): boolean => text.replace(/:$/, '').toLowerCase() === 'strict-transport-security';

interface HeaderLine {
  readonly table: 'always' | 'onsuccess';
  readonly action: 'set' | 'append' | 'setifempty' | 'unset' | 'other';
  readonly value: ApacheWord | undefined;
  readonly condition: 'holds' | 'unknown';
}

const actions: ReadonlyMap<string, HeaderLine['action']> = new Map([
  ['set', 'set'],
  ['setifempty', 'setifempty'],
  ['unset', 'unset'],
  ['append', 'append'],
  ['merge', 'append'],
  ['add', 'append'],
]);

/** `Header [condition] action name [value] [early|env=…|expr=…]`, where it is about this header. */
function readHeader({ words, conditional }: Setting, inTls: boolean): HeaderLine | undefined {
  const [first] = words;
  const explicit = /^(?:always|onsuccess)$/i.test(first?.text ?? '');
  const [action, name, value, ...more] = explicit ? words.slice(1) : words;
  if (!action || !name || !isHsts(name)) return undefined;
  const verb = action.text.toLowerCase();
  const conditions = (verb === 'unset' ? [value, ...more] : more).flatMap((word) => word?.text.toLowerCase() ?? []);
  const holds = conditions.every((text) => /^(?:env=https|early|"?expr=%\{https\} *={1,2} *'on'"?)$/.test(text));
  return {
    table: first?.text.toLowerCase() === 'always' ? 'always' : 'onsuccess',
    action: actions.get(verb) ?? 'other',
    value,
    condition: holds && !conditional && (inTls || conditions.length === 0) ? 'holds' : 'unknown',
  };
}

function fieldOf(value: ApacheWord | undefined): Field<Hsts> {
  const text = literal(value);
  const seconds = text === undefined ? undefined : /max-age\s*=\s*"?(\d{1,12})/i.exec(text)?.[1];
  if (!value || text === undefined || seconds === undefined) return unknown;
  return written(
    { maxAgeSeconds: Number(seconds), includeSubDomains: /includesubdomains/i.test(text) },
    spanOfWord(value),
  );
}
