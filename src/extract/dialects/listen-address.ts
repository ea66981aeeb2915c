import { reachOf } from '../../tls/reach.ts';

/** Where a server listens. */
export interface ListenAddress {
  /** Empty for every address. */
  readonly host: string;
  readonly ports: readonly number[];
  readonly exposure: 'internal' | 'external';
}

/**
 * Reads `443`, `:443`, `*:443`, `0.0.0.0:443`, `[::1]:443`, `127.0.0.1:8000-8010`, `name:443`, `unix:/path` and
 * `/path`, with an optional `tcp://` or the like in front. A host without a port has no ports; `undefined` for what is
 * no address.
 */
export function readListenAddress(text: string): ListenAddress | undefined {
  const address = text.trim().replace(/^[a-z][a-z\d+.-]*:\/\//i, '');
  if (/^(?:unix:|\/)/.test(address)) return { host: address, ports: [], exposure: 'internal' };
  if (/^\d{1,5}$/.test(address)) return { host: '', ports: [Number(address)], exposure: 'external' };
  const [, bracketed, plain, first, last] =
    /^(?:\[([^\]]*)\]|([^:[\]\s]*))(?::(\d{1,5})(?:-(\d{1,5}))?)?$/.exec(address) ??
    /^()([\da-f]*:[\da-f:]*)$/i.exec(address) ??
    [];
  const host = bracketed || plain;
  if (host === undefined) return undefined;
  const everywhere = /^(?:\*|0\.0\.0\.0|::|)$/.test(host);
  const internal = !everywhere && reachOf(host.includes(':') ? `[${host}]` : host) === 'internal';
  return {
    host: everywhere ? '' : host,
    ports: [first, last].flatMap((port) => (port === undefined ? [] : [Number(port)])),
    exposure: internal ? 'internal' : 'external',
  };
}
