import type { EarlyDataMitigation } from '../../core/fact.ts';
import type { NginxDirective } from '../../formats/nginx.ts';
import type { Lookup } from './nginx-settings.ts';

/** Directives that hand a request on to something that acts on it, and the one that sets what is sent along. */
const handlers: ReadonlyMap<string, string | undefined> = new Map([
  ['proxy_pass', 'proxy_set_header'],
  ['grpc_pass', 'grpc_set_header'],
  ['fastcgi_pass', 'fastcgi_param'],
  ['uwsgi_pass', 'uwsgi_param'],
  ['scgi_pass', 'scgi_param'],
  ['js_content', undefined],
  ['perl', undefined],
  ['passenger_enabled', undefined],
  ['content_by_lua', undefined],
  ['content_by_lua_file', undefined],
  ['content_by_lua_block', undefined],
]);

/** Whether a directive passes requests on to a program: the only thing that a replayed request can harm. */
export const passesOn = ({ name, arguments: [first] }: NginxDirective): boolean =>
  handlers.has(name) && !(name === 'passenger_enabled' && first?.value === 'off');

/**
 * Whether the program behind `handler` is told which requests came as early data, so that it can answer 425 (RFC 8470
 * section 5.1; ngx_http_ssl_module, ssl_early_data). `undefined` where it cannot be seen. A level with one
 * `proxy_set_header` of its own inherits none.
 */
export function forwardsEarlyData(look: Lookup, handler: NginxDirective): boolean | undefined {
  const setter = handlers.get(handler.name);
  if (setter === undefined) return false;
  const setting = look(setter);
  if (setting.state === 'absent') return false;
  if (setting.state === 'unknown') return undefined;
  if (setting.directives.some(isEarlyDataHeader)) return true;
  return setting.open ? undefined : false;
}

/** `proxy_set_header Early-Data $ssl_early_data`, `fastcgi_param HTTP_EARLY_DATA $ssl_early_data`. */
export const isEarlyDataHeader = ({ arguments: [, value] }: NginxDirective): boolean =>
  value !== undefined && /^\$\{?ssl_early_data\}?$/.test(value.value);

/** Whether requests in early data are told to come again, by `return 425` under a condition (RFC 8470, section 5.2). */
export const rejectsEarlyData = (directives: readonly NginxDirective[]): boolean =>
  directives.some(({ name, block }) => name === 'if' && block?.directives.some(isTooEarly));

const isTooEarly = ({ name, arguments: [code] }: NginxDirective): boolean => name === 'return' && code?.value === '425';

/** `limit_except GET { deny all; }` leaves only methods that may be repeated (RFC 8470, section 4). */
export const allowsOnlySafeMethods = (directives: readonly NginxDirective[]): boolean =>
  directives.some(
    ({ name, arguments: methods, block }) =>
      name === 'limit_except' &&
      methods.every(({ value }) => /^(?:GET|HEAD|OPTIONS)$/i.test(value)) &&
      block?.directives.some((inner) => inner.name === 'deny' && inner.arguments[0]?.value === 'all') &&
      !block.directives.some((inner) => inner.name === 'allow'),
  );

/** Mitigations that a set of directives on one level takes for the requests that its handlers pass on. */
export function mitigationsOn(look: Lookup, directives: readonly NginxDirective[]): readonly EarlyDataMitigation[] {
  const setters = [...new Set([...handlers.values()].filter((setter) => setter !== undefined))];
  const forwards = setters.some((setter) => {
    const setting = look(setter);
    return setting.state === 'written' && setting.directives.some(isEarlyDataHeader);
  });
  return [
    ...(forwards ? (['header-forwarded'] as const) : []),
    ...(rejectsEarlyData(directives) ? (['rejected-425'] as const) : []),
    ...(allowsOnlySafeMethods(directives) ? (['safe-methods-only'] as const) : []),
  ];
}
