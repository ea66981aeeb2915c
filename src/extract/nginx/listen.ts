import type { Span } from '../../core/source.ts';
import { type NginxDirective, spanOfArgument } from '../../formats/nginx.ts';
import { reachOf } from '../../tls/reach.ts';
import { literal } from '../dialects/nginx-settings.ts';

/** One `listen` of a server: an address, and what is said of it. */
export interface Listen {
  /** Servers with the same key share a socket; `undefined` when the address cannot be known. */
  readonly key: string | undefined;
  readonly ports: readonly number[];
  /** Loopback or a unix socket. */
  readonly internal: boolean | undefined;
  /** `undefined`: a template decides. */
  readonly tls: boolean | undefined;
  /** Where TLS is asked for (`ssl`), or where the address stands. */
  readonly span: Span | undefined;
  readonly isDefault: boolean;
  /** A template decides whether the line is there. */
  readonly conditional: boolean;
}

/** The address of a server without `listen` (ngx_http_core_module; 8000 without the rights to open 80). */
export const withoutListen: Listen = {
  key: '*:80',
  ports: [80],
  internal: false,
  tls: false,
  span: undefined,
  isDefault: false,
  conditional: false,
};

/** An address that an include or a template gives. */
export const hiddenListen: Listen = {
  key: undefined,
  ports: [],
  internal: undefined,
  tls: undefined,
  span: undefined,
  isDefault: false,
  conditional: false,
};

/**
 * Reads `listen address[:port] [ssl] [quic] [default_server] …` (ngx_http_core_module). QUIC is always TLS, on a socket
 * of its own.
 */
export function readListen(directive: NginxDirective): Listen | undefined {
  const [address, ...parameters] = directive.arguments;
  if (!address) return undefined;
  const asks = parameters.find(({ value }) => value === 'ssl' || value === 'quic' || value === 'http3');
  const quic = asks !== undefined && asks.value !== 'ssl';
  const doubtful = asks
    ? asks.templated
    : parameters.some(({ templated, value }) => templated || /\$\{\w+\}/.test(value));
  const place = placeOf(literal(address));
  return {
    ...place,
    key: place.key === undefined ? undefined : quic ? `quic ${place.key}` : place.key,
    tls: doubtful ? undefined : asks !== undefined,
    span: spanOfArgument(directive, asks ?? address),
    isDefault: parameters.some(({ value }) => value === 'default_server' || value === 'default'),
    conditional: directive.conditional,
  };
}

function placeOf(address: string | undefined): Pick<Listen, 'key' | 'ports' | 'internal'> {
  if (address === undefined) return { key: undefined, ports: [], internal: undefined };
  if (address.startsWith('unix:')) return { key: address, ports: [], internal: true };
  const [, host, first, last] = /^(?:(\[[^\]]*\]|[^:]*):)?(?:(\d{1,5})(?:-(\d{1,5}))?)$/.exec(address) ?? [];
  if (first === undefined)
    return { key: `${normalHost(address)}:80`, ports: [80], internal: reachOf(address) === 'internal' };
  const port = Number(first);
  const ports = last === undefined ? [port] : [port, Number(last)];
  return {
    key: `${normalHost(host ?? '*')}:${first}${last ? `-${last}` : ''}`,
    ports,
    internal: host !== undefined && reachOf(host) === 'internal',
  };
}

const normalHost = (host: string): string => (host === '' || host === '0.0.0.0' ? '*' : host.toLowerCase());
