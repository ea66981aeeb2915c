import type { NginxDirective } from '../../formats/nginx.ts';
import { innerScope, lookupFrom, own, type Scope } from './scope.ts';

/** What becomes of a request over plain HTTP; `undefined` where it cannot be seen. */
export type Answer = 'redirects' | 'serves' | undefined;

/**
 * Whether a plaintext server sends every request on to https, or answers nothing but ACME challenges, health checks and
 * refusals. Source: ngx_http_rewrite_module, return and rewrite.
 */
export function answerOf(server: Scope): Answer {
  const direct = answerAt(server);
  if (direct !== 'none') return direct;
  const locations = own(server, 'location');
  const answers = locations
    .filter((location) => !isHarmless(location))
    .map((location) => locationAnswer(innerScope(location, server)));
  if (answers.includes('serves')) return 'serves';
  if (server.mayHide('location') || server.mayHide('return') || answers.includes(undefined)) return undefined;
  if (locations.some(coversAll)) return 'redirects';
  return lookupFrom(server)('root').state === 'written' ? 'serves' : undefined;
}

/** `location /`, also with `^~`, and regular expressions that match every path. */
const coversAll = ({ arguments: words }: NginxDirective): boolean =>
  words[0]?.value !== '=' && /^(?:\/|\^?\/?(?:\.\*)?\$?)$/.test(words.at(-1)?.value ?? '');

function locationAnswer(location: Scope): Answer {
  const direct = answerAt(location);
  if (direct !== 'none') return direct;
  if (
    location.directives.some(
      ({ name, arguments: words }) => name === 'try_files' && words.at(-1)?.value.startsWith('@'),
    )
  )
    return undefined;
  if (
    own(location, 'deny').some(({ arguments: [first] }) => first?.value === 'all') &&
    own(location, 'allow').length === 0
  )
    return 'redirects';
  return location.mayHide('return') || own(location, 'content_by_lua_block').length > 0 ? undefined : 'serves';
}

/** What the rewrite directives of a level settle by themselves; `none` when they leave it to what follows. */
function answerAt(scope: Scope): Answer | 'none' {
  for (const directive of scope.directives) {
    if (directive.name === 'return') return returnAnswer(directive);
    if (directive.name === 'rewrite' && rewritesAll(directive)) return 'redirects';
    if (directive.name === 'if' && directive.block?.directives.some(goesToHttps)) return 'redirects';
    if (/^(?:access|rewrite)_by_lua/.test(directive.name)) return undefined;
  }
  return 'none';
}

const goesToHttps = (directive: NginxDirective): boolean =>
  (directive.name === 'return' && returnAnswer(directive) === 'redirects') ||
  (directive.name === 'rewrite' && targetsHttps(directive.arguments[1]?.value));

/** `return 301 https://…`, `return https://…`; a 4xx or 5xx serves nothing either. */
function returnAnswer({ arguments: [first, second] }: NginxDirective): Answer {
  const code = first?.value ?? '';
  if (/^30[12378]$/.test(code)) {
    if (targetsHttps(second?.value)) return 'redirects';
    return /^(?:\$|\{\{)/.test(second?.value ?? '') && !second?.value.startsWith('$scheme') ? undefined : 'serves';
  }
  if (/^[45]\d\d$/.test(code)) return 'redirects';
  if (/^\d{3}$/.test(code)) return 'serves';
  return targetsHttps(code) ? 'redirects' : undefined;
}

const targetsHttps = (target: string | undefined): boolean => /^https:\/\//i.test(target ?? '');

const rewritesAll = ({ arguments: [pattern, target] }: NginxDirective): boolean =>
  targetsHttps(target?.value) && /^\^?(?:\/?|\/?\??\(?\.[*+]\)?|\(\.\*\))\$?$/.test(pattern?.value ?? '');

/** ACME challenges must be answered over plain HTTP (RFC 8555, section 8.3); a health check or status page tells nobody anything. */
function isHarmless({ arguments: words, block }: NginxDirective): boolean {
  const path = words.at(-1)?.value ?? '';
  if (path.includes('.well-known') || path.startsWith('@')) return true;
  const plainAnswer = block?.directives.some(
    ({ name, arguments: [code] }) => name === 'stub_status' || (name === 'return' && /^20\d$/.test(code?.value ?? '')),
  );
  return plainAnswer === true && path !== '/';
}
