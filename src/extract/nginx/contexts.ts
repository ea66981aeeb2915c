import type { Source } from '../../core/source.ts';
import { type NginxDirective, parseNginx } from '../../formats/nginx.ts';
import { makeScope, own, type Reading, type Scope } from './scope.ts';

/** An `http`, `stream` or `mail` block, or a fragment that belongs into one. */
export interface Context {
  readonly scope: Scope;
  readonly family: 'http' | 'stream' | 'mail';
  /** What to call settings in it that are for servers elsewhere. */
  readonly subject: string;
}

const families = ['http', 'stream', 'mail'] as const;

/** Whether a file is a main file: it has the blocks that only stand there. */
export const isRoot = (source: Source): boolean =>
  parseNginx(source).directives.some(({ name, block }) => block && /^(?:http|stream|mail|events)$/.test(name));

/** The contexts of a main file, or the one that a fragment is guessed to belong into. */
export function contextsOf(source: Source, reading: Reading): readonly Context[] {
  const file = parseNginx(source);
  if (!isRoot(source)) return fragment(source, makeScope('fragment', undefined, file, undefined, reading));
  const main = makeScope('main', undefined, file, undefined, reading);
  return families.flatMap((family) =>
    own(main, family).map((head) => ({
      scope: makeScope(family, head, head.block ?? { directives: [], open: false }, undefined, reading),
      family,
      subject: `${family} block`,
    })),
  );
}

function fragment(source: Source, scope: Scope): readonly Context[] {
  const name = source.held?.name ?? source.path.slice(source.path.lastIndexOf('/') + 1);
  return [
    {
      scope,
      family: familyOf([...scope.directives, ...own(scope, 'server').flatMap(({ block }) => block?.directives ?? [])]),
      subject: name,
    },
  ];
}

/** Directives that exist in one of the three modules only. */
function familyOf(directives: readonly NginxDirective[]): Context['family'] {
  const has = (test: (directive: NginxDirective) => boolean) => directives.some(test);
  if (has(({ name }) => /^(?:server_name|location|root|add_header|index|http2|error_page|return|rewrite)$/.test(name)))
    return 'http';
  if (has(({ name }) => /^(?:starttls|auth_http|imap_|smtp_|pop3_|protocol$)/.test(name))) return 'mail';
  const stream = ({ name, arguments: [first] }: NginxDirective) =>
    /^(?:ssl_preread|proxy_ssl|proxy_timeout|proxy_protocol)$/.test(name) ||
    (name === 'proxy_pass' && first !== undefined && !/^\w+:\/\/|\$/.test(first.value));
  return has(stream) ? 'stream' : 'http';
}
