import type { Listener } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import type { Condition, Statement, Value } from './grammar.ts';
import { conditionsIn, everyAssignment, remembered, type Scope, setting } from './scope.ts';

/** Hands requests to a program, which may send headers and redirects of its own. */
const handsOn =
  /^(?:(?:proxy|fastcgi|scgi|uwsgi|ajp13|wstunnel)\.server|cgi\.assign|magnet\.attract-.*|sockproxy\.server)$/;

const headerKeys = ['setenv.add-response-header', 'setenv.set-response-header'];

const isScheme = ({ field, operator, operand }: Condition, scheme: string): boolean =>
  field === 'HTTP["scheme"]' && operator === '==' && operand.text === scheme;

/** The blocks of a scope that hold for every request over a scheme, and those for every host. */
const certainOver = (scheme: string) =>
  remembered((statements) =>
    conditionsIn(statements).filter(
      (condition) =>
        isScheme(condition, scheme) ||
        (condition.field === 'else' &&
          condition.otherThan !== undefined &&
          isScheme(condition.otherThan, scheme === 'http' ? 'https' : 'http')) ||
        (condition.field === 'HTTP["host"]' && condition.operator === '=~' && matchesAll(condition.operand)),
    ),
  );
const certain = { http: certainOver('http'), https: certainOver('https') } as const;

const matchesAll = ({ text, unknown: filledIn }: Word): boolean =>
  !filledIn && /^\^?\(?(?:\.\*|\.\+)?\)?\$?$/.test(text);

/** Scopes from the inside out that hold for every request over `scheme` that a socket gets. */
function certainScopes(scope: Scope, scheme: 'http' | 'https'): readonly Scope[] {
  const inner = certain[scheme](scope.statements).flatMap((condition) =>
    certainScopes({ ...scope, statements: condition.body, outer: undefined }, scheme),
  );
  return [...inner, scope, ...(scope.outer ? certainScopes(scope.outer, scheme) : [])];
}

/** The outermost statements. */
const allOf = (scope: Scope): readonly Statement[] => (scope.outer ? allOf(scope.outer) : scope.statements);

/** The Strict-Transport-Security header; one that only some hosts or paths send, or a program may, is not known. */
export function hstsOf(scope: Scope): Field<NonNullable<Listener['hsts']>> {
  for (const inner of certainScopes(scope, 'https')) {
    for (const key of headerKeys) {
      const value = setting({ ...inner, outer: undefined }, key)?.value;
      const header = entriesOf(value).find((entry) => entry.key?.toLowerCase() === 'strict-transport-security')?.value;
      if (header) return headerField(header);
    }
  }
  return scope.whole && !mayComeFromElsewhere(allOf(scope))
    ? byDefault({ maxAgeSeconds: 0 }, 'lighttpd sends no HSTS header unless told to')
    : unknown;
}

const mayComeFromElsewhere = remembered((statements) =>
  everyAssignment(statements).some(
    ({ key, value }) =>
      handsOn.test(key) || (headerKeys.includes(key) && (value.kind === 'word' || value.entries.some(mayBeHsts))),
  ),
);

const mayBeHsts = ({ key }: { readonly key: string | undefined }): boolean =>
  key === undefined || key.toLowerCase() === 'strict-transport-security';

const entriesOf = (value: Value | undefined) => (value?.kind === 'array' ? value.entries : []);

function headerField(value: Value): Field<NonNullable<Listener['hsts']>> {
  if (value.kind !== 'word' || value.word.unknown) return unknown;
  const { text } = value.word;
  const seconds = /max-age\s*=\s*"?(\d{1,12})/i.exec(text)?.[1];
  if (seconds === undefined) return unknown;
  return written(
    { maxAgeSeconds: Number(seconds), includeSubDomains: /includesubdomains/i.test(text) },
    spanOfWord(value.word),
  );
}

/**
 * Whether a plain socket sends every request on to https: `url.redirect` with a pattern for every path, in the socket's
 * block, the file itself or a block for `http`, apart from ACME challenges. Redirects for some hosts or paths, and
 * programs that answer, leave it unknown.
 */
export function redirectsOf(scope: Scope): Field<boolean> {
  for (const inner of certainScopes(scope, 'http')) {
    const exempted = conditionsIn(inner.statements).filter(exemptsChallenges);
    for (const statements of [inner.statements, ...exempted.map(({ body }) => body)]) {
      const rule = entriesOf(setting({ ...inner, statements, outer: undefined }, 'url.redirect')?.value).find(
        goesToHttps,
      );
      if (rule?.value.kind === 'word') return written(true, spanOfWord(rule.value.word));
    }
  }
  return scope.whole && !mayRedirect(allOf(scope))
    ? byDefault(false, 'lighttpd redirects nothing unless told to')
    : unknown;
}

const mayRedirect = remembered((statements) =>
  everyAssignment(statements).some(
    ({ key }) => key === 'url.redirect' || key.startsWith('url.rewrite') || handsOn.test(key),
  ),
);

const exemptsChallenges = ({ field, operator, operand }: Condition): boolean =>
  field === 'HTTP["url"]' && /^(?:!~|!=|!\^)$/.test(operator) && operand.text.includes('well-known');

const goesToHttps = ({ key, value }: { readonly key: string | undefined; readonly value: Value }): boolean =>
  key !== undefined &&
  /^\^?\/?\(?(?:\.\*|\.\+)?\)?\$?$/.test(key) &&
  value.kind === 'word' &&
  value.word.text.startsWith('https://');
