import type { ApacheWord } from '../../formats/apache-words.ts';
import { hasFlag, htaccessMayDecide } from './content.ts';
import type { Item, Setting } from './expand.ts';
import { flag, gathered, type Level, mayHide, own } from './settings.ts';

/** What becomes of a request over plain HTTP; `undefined` where it cannot be seen. */
export type Answer = 'redirects' | 'serves' | undefined;

/**
 * Whether a plaintext server sends every request on to https. Rewriting comes first, then ProxyPass, then Redirect
 * (observed on 2.4.71: `ProxyPass /` wins over `Redirect /`). Source: mod_rewrite, mod_proxy and mod_alias, 2.4.
 */
export function answerOf(level: Level): Answer {
  const rewriting = flag(level, 'rewriteengine');
  const rewritten = rewriting?.origin === 'written' && rewriting.value ? rewriteAnswer(level.items) : 'none';
  if (rewritten !== 'none') return rewritten;
  const proxies = [...own(level, 'proxypass'), ...own(level, 'proxypassmatch')];
  if (proxies.some(({ words: [path, target] }) => target && coversAll(path) && target.text !== '!')) return 'serves';
  const redirected = redirectAnswer(level);
  if (redirected !== 'none') return redirected;
  const directories = level.items.flatMap((item) => directoryAnswer(item));
  if (directories.includes('redirects')) return 'redirects';
  const hides = ['rewriterule', 'redirect', 'if'].some((name) => mayHide(level, name));
  if (hides || directories.includes(undefined) || htaccessMayDecide(level)) return undefined;
  return proxies.length > 0 || own(level, 'documentroot').length > 0 ? 'serves' : undefined;
}

/** Sections with directives that are for every request, or that send some on. */
function directoryAnswer(item: Item): readonly (Answer | 'none')[] {
  if (item.kind === 'hole' || !item.inner) return [];
  const everywhere = /^(?:location|directory)$/.test(item.name)
    ? item.name === 'directory' || coversAll(item.words[0])
    : item.name === 'if' && asksForPlain(item.words.map(({ text }) => text).join(' '));
  const inner: Level = { items: item.inner, outer: undefined, open: false };
  if (refusesAll(inner)) return item.name === 'location' && everywhere ? [undefined] : [];
  const goes = item.inner.some((one) => one.kind === 'setting' && goesToHttps(one));
  if (!goes) return item.inner.some((one) => one.kind === 'hole') ? [undefined] : item.inner.flatMap(directoryAnswer);
  const answer = rewriteAnswer(item.inner);
  return [
    everywhere && (answer === 'redirects' || item.name === 'if' || redirectsHere(inner)) ? 'redirects' : undefined,
  ];
}

const refusesAll = (level: Level): boolean =>
  own(level, 'require').some(({ words }) => words.map(({ text }) => text.toLowerCase()).join(' ') === 'all denied') ||
  own(level, 'deny').some(({ words }) => words.map(({ text }) => text.toLowerCase()).join(' ') === 'from all');

/** `Redirect https://…` without a path, inside a section (2.4.19). */
const redirectsHere = (level: Level): boolean =>
  own(level, 'redirect').some((redirect) => {
    const words = withoutStatus(redirect);
    return words.length === 1 && targetsHttps(words[0]);
  });

const goesToHttps = ({ name, words }: Setting): boolean =>
  /^(?:rewriterule|redirect\w*)$/.test(name) && words.some((word) => targetsHttps(word));

/** What the first rewriting of every request does. */
function rewriteAnswer(items: readonly Item[]): Answer | 'none' {
  let conditions: Setting[] = [];
  let partly = false;
  for (const item of items) {
    if (item.kind === 'hole') continue;
    if (item.name === 'rewritecond') conditions.push(item);
    if (item.name !== 'rewriterule') continue;
    const [pattern, target] = item.words;
    const always = conditions.every(holdsOverHttp) || namesOfTheHost(conditions);
    if (targetsHttps(target) && !hasFlag(item, 'P', 'proxy')) {
      if (always && coversAll(pattern)) return 'redirects';
      partly = true;
    } else if (hasFlag(item, 'P', 'proxy') && conditions.length === 0 && coversAll(pattern)) return 'serves';
    else if (target?.unknown || (/^%\{/.test(target?.text ?? '') && coversAll(pattern))) partly = true;
    conditions = [];
  }
  return partly ? undefined : 'none';
}

/** Conditions that any request over plain HTTP meets, ACME challenges aside (RFC 8555, section 8.3). */
function holdsOverHttp({ words: [subject, pattern] }: Setting): boolean {
  const text = pattern?.text.toLowerCase() ?? '';
  switch (subject?.text.toUpperCase()) {
    case '%{HTTPS}':
      return /^(?:=?"?off"?|!=?\^?on\$?|\^?off\$?)$/.test(text);
    case '%{SERVER_PORT}':
      return /^(?:=?80|\^80\$|!=?\^?443\$?)$/.test(text);
    case '%{REQUEST_SCHEME}':
      return /^(?:=?http|\^http\$|!=?\^?https\$?)$/.test(text);
    case '%{HTTP:X-FORWARDED-PROTO}':
      return /^!=?\^?https\$?$/.test(text);
    case '%{REQUEST_URI}':
      return /^!/.test(text) && text.includes('well-known');
    default:
      return false;
  }
}

/** certbot asks for each of the virtual host's names, joined by `[OR]`. */
const namesOfTheHost = (conditions: readonly Setting[]): boolean =>
  conditions.length > 0 &&
  conditions.every(
    ({ words: [subject, pattern] }) =>
      subject?.text.toUpperCase() === '%{SERVER_NAME}' && pattern?.text.startsWith('='),
  );

/** `%{HTTPS} != 'on'` and its like, in `<If>`. */
const asksForPlain = (expression: string): boolean =>
  /%\{HTTPS\}['"]? *(?:!=|-ne) *['"]?on|%\{HTTPS\}['"]? *(?:==?|-eq) *['"]?off|%\{REQUEST_SCHEME\}['"]? *==? *['"]?http['"]/i.test(
    expression,
  );

/** `Redirect [status] path URL`, `RedirectPermanent`, `RedirectTemp`, `RedirectMatch`; also those of the main server. */
function redirectAnswer(level: Level): Answer | 'none' {
  const redirects = ['redirect', 'redirectpermanent', 'redirecttemp', 'redirectmatch'].flatMap(
    (name) => gathered(level, name).settings,
  );
  let partly = false;
  for (const redirect of redirects) {
    const [path, target] = withoutStatus(redirect);
    if (!coversAll(path)) {
      // What else a regular expression matches is not read.
      if (redirect.name === 'redirectmatch' && targetsHttps(target)) partly = true;
      continue;
    }
    if (targetsHttps(target)) return 'redirects';
    if (target?.unknown || path?.unknown) return undefined;
  }
  return partly ? undefined : 'none';
}

const withoutStatus = ({ name, words }: Setting): readonly ApacheWord[] =>
  /^(?:redirect|redirectmatch)$/.test(name) && /^(?:\d{3}|permanent|temp|seeother|gone)$/i.test(words[0]?.text ?? '')
    ? words.slice(1)
    : words;

/** `/`, and regular expressions that match every path, ACME challenges aside (RFC 8555, section 8.3). */
const coversAll = (path: ApacheWord | undefined): boolean =>
  path !== undefined &&
  !path.unknown &&
  (/^\^?\/?\??(?:\(?\.[*+]\)?\$?)?$/.test(path.text) || /^(?:!|\^?\(?\/?\(\?!).*well-known/.test(path.text));

/** `https://…`; with a template behind the scheme too. */
const targetsHttps = (target: ApacheWord | undefined): boolean => /^https:\/\//i.test(target?.text ?? '');
