import { data } from '../../../data/caddy.yaml';
import type { CaddyBlock, CaddyDirective } from '../../formats/caddyfile.ts';
import type { Word } from '../../formats/word.ts';
import { matched, matchesAll, named } from './directives.ts';
import type { Answer, Behaviour } from './model.ts';

type Routes = ReadonlyMap<string, CaddyBlock>;

/** Blocks of directives for some of the requests (Caddyfile, Directives). */
const blocksOfDirectives = ['handle', 'handle_path', 'handle_errors', 'route'];

/** What a site does with requests, as far as headers and redirects go. */
export function behaviourOf(block: CaddyBlock, routes: Routes): Behaviour {
  const always = block.directives.filter((directive) => directive.name.text === 'header').flatMap(alwaysSet);
  const mentions = countMentions(block);
  const hsts = always.at(-1);
  return {
    hsts: hsts && mentions === always.length ? hsts : undefined,
    mayVaryHsts: mentions > 0 || mayBeSentByOthers(block, routes, 0),
    answer: answerOf(block),
  };
}

const headerName = /^[+>]?strict-transport-security:?$/i;
const anyMention = /^[+\-?>]?strict-transport-security:?$/i;

/** The values that a `header` directive gives the header for every answer (Caddy 2.11, modules/caddyhttp/headers). */
function alwaysSet(directive: CaddyDirective): readonly Word[] {
  const { matcher, words } = matched(directive);
  if (!matchesAll(matcher) || named(directive.block, 'match').length > 0) return [];
  const inline = words.length === 2 ? hstsValue(words[0], words[1]) : [];
  const lines = directive.block?.directives.flatMap(({ name, arguments: [value, replacement] }) =>
    replacement ? [] : hstsValue(name, value),
  );
  return [...inline, ...(lines ?? [])];
}

const hstsValue = (field: Word | undefined, value: Word | undefined): readonly Word[] =>
  field && value && headerName.test(field.text) ? [value] : [];

/** How often the header is named in a block, also to remove it, for some requests, or in what a proxy passes on. */
function countMentions(block: CaddyBlock): number {
  return block.directives.reduce((sum, { name, arguments: words, block: inner }) => {
    const here = [name, ...words].filter(({ text }) => anyMention.test(text)).length;
    return sum + here + (inner ? countMentions(inner) : 0);
  }, 0);
}

const deepestInvocation = 10;

/** An application behind it, a module that is not Caddy's own, or what is not seen, may send headers of its own. */
function mayBeSentByOthers(block: CaddyBlock, routes: Routes, depth: number): boolean {
  if (block.open) return true;
  return block.directives.some(({ name, arguments: [first], block: inner }) => {
    if (name.text.startsWith('@') || name.text === 'header') return false;
    if (blocksOfDirectives.includes(name.text)) return inner ? mayBeSentByOthers(inner, routes, depth) : false;
    if (name.text === 'invoke') {
      const route = routes.get(first?.text ?? '');
      return !route || depth > deepestInvocation || mayBeSentByOthers(route, routes, depth + 1);
    }
    return !data.plainDirectives.includes(name.text);
  });
}

/**
 * What becomes of requests. `redir` comes before what answers, whatever the order written, except in a `route`
 * (Caddyfile, Directive Order).
 */
function answerOf(block: CaddyBlock, sequential = false): Answer {
  const settled = redirectsIn(block, sequential).map((directive) => redirectAnswer(directive, block));
  const first = settled.find((answer) => answer === 'redirects' || answer === 'serves');
  if (first === 'redirects' || first === 'serves') return first;
  if (block.open || settled.includes('perhaps')) return undefined;
  const others = block.directives.filter(({ name }) => answering.test(name.text));
  const answers = others.filter((directive) => !isForHarmlessPath(directive, block)).map(innerAnswer);
  if (answers.length === 0) return others.length > 0 ? 'redirects' : undefined;
  if (answers.includes('serves')) return 'serves';
  const refusesAll = others.some((directive) => matchesAll(matched(directive).matcher));
  return refusesAll && answers.every((answer) => answer === 'redirects') ? 'redirects' : undefined;
}

const answering = /^(?:respond|reverse_proxy|php_fastcgi|file_server|handle|handle_path|route|invoke|error|abort)$/;

/** In a `route` a redirect that stands behind something that answers every request has no effect. */
function redirectsIn({ directives }: CaddyBlock, sequential: boolean): readonly CaddyDirective[] {
  const end = sequential
    ? directives.findIndex((directive) => answering.test(directive.name.text) && matchesAll(matched(directive).matcher))
    : -1;
  return (end === -1 ? directives : directives.slice(0, end)).filter(({ name }) => name.text === 'redir');
}

function innerAnswer(directive: CaddyDirective): Answer {
  const { name, block } = directive;
  const { words } = matched(directive);
  if (name.text === 'abort' || name.text === 'error') return 'redirects';
  if (name.text === 'respond') return words.some(({ text }) => /^[45]\d\d$/.test(text)) ? 'redirects' : 'serves';
  if (name.text === 'invoke') return undefined;
  if (/^(?:handle|handle_path|route)$/.test(name.text))
    return block ? answerOf(block, name.text === 'route') : undefined;
  return 'serves';
}

/** What a redirect settles for every request; `perhaps` for one of some requests, or to what cannot be told. */
function redirectAnswer(directive: CaddyDirective, block: CaddyBlock): 'redirects' | 'serves' | 'none' | 'perhaps' {
  const { matcher, words } = matched(directive);
  const [target] = words;
  const toHttps = /^https:\/\//i.test(target?.text ?? '');
  if (!matchesAll(matcher) && !isForPlainHttp(matcher, block)) return toHttps ? 'perhaps' : 'none';
  if (toHttps) return 'redirects';
  const elsewhere = target?.unknown || /^\{(?!scheme\}|http\.request\.scheme\})/.test(target?.text ?? '');
  return elsewhere ? 'perhaps' : 'serves';
}

/** `@insecure protocol http` is every request of a plaintext listener. */
function isForPlainHttp(matcher: Word | undefined, block: CaddyBlock): boolean {
  if (!matcher?.text.startsWith('@')) return false;
  return named(block, matcher.text).some(({ arguments: [kind, value], block: inner }) => {
    const lines = inner?.directives.map((line) => [line.name.text, line.arguments[0]?.text].join(' '));
    return (lines ?? [`${kind?.text ?? ''} ${value?.text ?? ''}`]).join() === 'protocol http';
  });
}

/** ACME challenges must be answered over plain HTTP (RFC 8555, section 8.3); a health check tells nobody anything. */
function isForHarmlessPath(directive: CaddyDirective, block: CaddyBlock): boolean {
  const { matcher } = matched(directive);
  if (!matcher) return false;
  const definition = matcher.text.startsWith('@')
    ? named(block, matcher.text).flatMap(({ arguments: words, block: inner }) => [
        ...words,
        ...(inner?.directives ?? []).flatMap((line) => line.arguments),
      ])
    : [matcher];
  const paths = definition.map(({ text }) => text).filter((text) => text.startsWith('/'));
  return paths.length > 0 && paths.every((path) => /\.well-known|^\/(?:health|healthz|ping|status|metrics)/.test(path));
}
