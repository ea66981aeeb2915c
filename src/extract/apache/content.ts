import type { Item, Setting } from './expand.ts';
import { type Level, mayHide } from './settings.ts';

/** Directives through which a program answers, which may send headers and redirects of its own. */
const programs =
  /^(?:proxypass|proxypassmatch|sethandler|addhandler|action|scriptalias|scriptaliasmatch|fallbackresource|jkmount|jkmountfile|wsgi\w+|passenger\w+|php_\w+|fcgid?\w+|fastcgi\w+|perl\w+|lua\w+|rails\w+)$/;
const programModules = /^(?:php\d*|perl|wsgi|passenger|fcgid|fastcgi|lua|python|jk)_module$/;

/**
 * Whether a server answers from files alone, so that what its configuration does not send is not sent: no program behind
 * it, no `.htaccess` that may say more, nothing that cannot be seen.
 */
export function answersFromFiles(level: Level): boolean {
  for (let at: Level | undefined = level; at; at = at.outer) {
    if (at.open || mayHide(at, 'header') || mayHide(at, 'proxypass')) return false;
    const above = at !== level;
    if (at.items.some((item) => isProgram(item, above))) return false;
  }
  return true;
}

function isProgram(item: Item, above: boolean): boolean {
  if (item.kind === 'hole') return item.sets === undefined;
  if (item.name === 'virtualhost') return false;
  if (programs.test(item.name)) return !(above && item.name === 'proxypass');
  if (item.name === 'loadmodule') return programModules.test(item.words[0]?.text ?? '');
  if (item.name === 'rewriterule')
    return /\.php\b|\.cgi\b/.test(item.words[1]?.text ?? '') || hasFlag(item, 'P', 'proxy');
  if (item.name === 'directoryindex') return item.words.some(({ text }) => /\.(?:php|cgi|pl)$/.test(text));
  return letsFilesDecide(item) || (item.inner?.some((inner) => isProgram(inner, above)) ?? false);
}

/** `AllowOverride` other than `None`, the default since 2.3.9 (core, AllowOverride): `.htaccess` may say anything. */
const letsFilesDecide = ({ name, words }: Setting): boolean =>
  name === 'allowoverride' && words.some(({ text }) => text.toLowerCase() !== 'none');

/** Whether a `.htaccess` may say more about a server. */
export function htaccessMayDecide(level: Level): boolean {
  const decides = (item: Item): boolean =>
    item.kind === 'setting' &&
    item.name !== 'virtualhost' &&
    (letsFilesDecide(item) || (item.inner?.some(decides) ?? false));
  return level.items.some(decides) || (level.outer ? htaccessMayDecide(level.outer) : false);
}

/** A flag of a `RewriteRule`, in its third word: `[R=301,L]`. */
const flagsOf = ({ words }: Setting): readonly string[] =>
  (words[2]?.text ?? '')
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((flag) => flag.trim());

export const hasFlag = (setting: Setting, ...names: readonly string[]): boolean =>
  flagsOf(setting).some((flag) => names.some((name) => flag.toLowerCase() === name.toLowerCase()));
