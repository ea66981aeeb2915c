import type { CertificateReference, Listener } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { type NginxDirective, spanOfArgument, spanOfArguments } from '../../formats/nginx.ts';
import { firstArgument, flag, type Lookup, literal, optionFlag, text } from './nginx-settings.ts';

type Hsts = NonNullable<Listener['hsts']>;
type ClientAuth = NonNullable<Listener['clientAuth']>;

/** `ssl_prefer_server_ciphers`; `Options ServerPreference` wins. */
export const preferenceOf = (look: Lookup): Field<boolean> | undefined =>
  optionFlag(look, '', 'ServerPreference') ?? flag(look, 'ssl_prefer_server_ciphers');

/** `ssl_session_tickets`; `Options -SessionTicket` wins. */
export const ticketsOf = (look: Lookup): Field<boolean> | undefined =>
  optionFlag(look, '', 'SessionTicket') ?? flag(look, 'ssl_session_tickets');

const clientAuthModes: ReadonlyMap<string, ClientAuth['mode']> = new Map([
  ['on', 'required'],
  ['off', 'none'],
  ['optional', 'optional'],
  ['optional_no_ca', 'request'],
]);

/** `ssl_verify_client`; `optional_no_ca` verifies nothing by itself (ngx_http_ssl_module). */
export function clientAuthOf(look: Lookup): Field<ClientAuth> | undefined {
  const mode = text(look, 'ssl_verify_client');
  if (!mode) return undefined;
  const value = mode.origin === 'written' ? clientAuthModes.get(mode.value.toLowerCase()) : undefined;
  if (!value || mode.origin !== 'written') return unknown;
  const ca = text(look, 'ssl_client_certificate') ?? text(look, 'ssl_trusted_certificate');
  const named = value !== 'none' && ca?.origin === 'written' ? ca : undefined;
  return written({ mode: value, ...(named && { ca: named.value }) }, mode.span, {
    mode: mode.span,
    ...(named && { ca: named.span }),
  });
}

/** `ssl_certificate`, several for several key types. `data:` holds the PEM itself; `engine:` and `store:` a key store's name. */
export function certificatesOf(look: Lookup): Field<readonly CertificateReference[]> | undefined {
  const setting = look('ssl_certificate');
  if (setting.state === 'unknown') return unknown;
  if (setting.state === 'absent') return undefined;
  const found = setting.directives.flatMap((directive) => {
    const [argument] = directive.arguments;
    return argument
      ? [{ reference: referenceOf(argument.value, literal(argument)), span: spanOfArgument(directive, argument) }]
      : [];
  });
  const [first] = found;
  if (!first || found.some(({ reference }) => !reference)) return unknown;
  const parts = found.map(({ span }, index): [string, Span] => [String(index), span]);
  return written(
    found.flatMap(({ reference }) => reference ?? []),
    first.span,
    Object.fromEntries(parts),
  );
}

function referenceOf(raw: string, value: string | undefined): CertificateReference | undefined {
  if (raw === '$acme_certificate') return { from: 'acme' };
  if (raw.startsWith('data:')) return { from: 'inline' };
  if (value === undefined) return undefined;
  return /^(?:engine|store):/.test(value) ? { from: 'managed', ref: value } : { from: 'file', ref: value };
}

/**
 * The Strict-Transport-Security header that `add_header` or `more_set_headers` sends. `undefined`: no such header here;
 * unknown where something that cannot be seen may add it.
 */
export function hstsOf(look: Lookup): Field<Hsts> | undefined {
  const added = look('add_header');
  const more = look('more_set_headers');
  const directives = [added, more].flatMap((setting) => (setting.state === 'written' ? setting.directives : []));
  const header = directives.map(hstsIn).find((found) => found !== undefined);
  if (header) return header;
  const hides = [added, more].some(
    (setting) => setting.state === 'unknown' || (setting.state === 'written' && setting.open),
  );
  return hides ? unknown : undefined;
}

/** Whether a directive sends the header, and with what. */
function hstsIn(directive: NginxDirective): Field<Hsts> | undefined {
  const [name, value] = directive.arguments;
  if (directive.name === 'more_set_headers') {
    const header = directive.arguments.find((argument) => /^strict-transport-security\s*:/i.test(argument.value));
    return header && hstsField(literal(header), spanOfArgument(directive, header));
  }
  if (name?.value.toLowerCase() !== 'strict-transport-security') return undefined;
  return hstsField(literal(value), value ? spanOfArgument(directive, value) : spanOfArguments(directive));
}

function hstsField(value: string | undefined, span: Span): Field<Hsts> {
  const seconds = value === undefined ? undefined : /max-age\s*=\s*"?(\d{1,12})/i.exec(value)?.[1];
  if (value === undefined || seconds === undefined) return unknown;
  return written({ maxAgeSeconds: Number(seconds), includeSubDomains: /includesubdomains/i.test(value) }, span);
}

/** `ssl_stapling`. */
export const staplingOf = (look: Lookup): Field<boolean> | undefined => flag(look, 'ssl_stapling');

/** Whether DH parameters are given: without them DHE suites cannot be used. */
export const hasDhParameters = (look: Lookup): boolean =>
  firstArgument(look('ssl_dhparam')) !== undefined || optionIsCommand(look);

const optionIsCommand = (look: Lookup): boolean => {
  const setting = look('ssl_conf_command');
  return (
    setting.state === 'written' &&
    setting.directives.some(({ arguments: [name] }) => name?.value.toLowerCase() === 'dhparameters')
  );
};
