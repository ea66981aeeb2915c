import type { Listener, Upstream } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { HaproxyWord } from '../../formats/haproxy-words.ts';
import { spanOfWord } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';
import { readListenAddress } from '../dialects/listen-address.ts';

/** The addresses of a bind line: several, with commas between them. */
export interface BindAddress {
  readonly ports: Field<readonly number[]> | undefined;
  readonly exposure: Field<NonNullable<Listener['exposure']>>;
  readonly quic: boolean;
}

/**
 * Reads `*:443`, `:443`, `10.0.0.1:443`, `:::443`, `[::1]:443`, `:8000-8010`, `unix@/path`, `/path`, `abns@name`, `fd@3`,
 * `quic4@:443`, and lists of these (str2listener() and str2sa_range(); configuration manual, 4.2, bind, and 11.1).
 */
export function readBindAddress(word: HaproxyWord): BindAddress {
  const parts = word.text.split(',').map(placeOf);
  const quic = parts.some(({ family }) => family.startsWith('quic'));
  if (word.unknown && !word.conditional) {
    const port = /:(\d{1,5})$/.exec(word.text)?.[1];
    return { ports: port ? written([Number(port)], spanOfWord(word)) : unknown, exposure: unknown, quic };
  }
  const places = parts.map(({ host }) => readListenAddress(host));
  const ports = [...new Set(places.flatMap((place) => place?.ports ?? []))];
  const internal = parts.every(({ local }, index) => local || places[index]?.exposure === 'internal');
  return {
    ports: ports.length > 0 ? written(ports, spanOfWord(word)) : undefined,
    exposure: parts.some(({ family }) => family === 'fd')
      ? unknown
      : written(internal ? 'internal' : 'external', spanOfWord(word)),
    quic,
  };
}

interface Place {
  /** `ipv4`, `unix`, `abns`, `quic6`; empty where none is written. */
  readonly family: string;
  /** As other products write it: IPv6 in brackets. */
  readonly host: string;
  /** A socket of this machine. */
  readonly local: boolean;
}

function placeOf(text: string): Place {
  const [, family = '', rest = ''] = /^(?:(?:stream|dgram)\+)?(?:(\w+)@)?(.*)$/s.exec(text.trim()) ?? [];
  const local = /^(?:unix|uxst|uxdg|abnsz?|sockpair)$/.test(family) || rest.startsWith('/');
  if (local) return { family, host: `unix:${rest}`, local };
  // Without brackets the last colon is the one before the port.
  const [, address, port] = /^([\da-fA-F:.]*:[\da-fA-F:.]*):([\d-]*)$/.exec(rest) ?? [];
  return { family, host: address === undefined ? rest : `[${address}]:${port}`, local };
}

/** Where a server line connects to. */
export interface ServerAddress {
  readonly target: Field<string>;
  readonly exposure: Field<NonNullable<Upstream['exposure']>>;
}

/** Reads the address of a server line: a name or an address with a port, a socket, or what a variable gives. */
export function readServerAddress(word: HaproxyWord): ServerAddress {
  const span = spanOfWord(word);
  if (word.unknown) return { target: unknown, exposure: unknown };
  const { family, host, local } = placeOf(word.text);
  const target = written(word.text, span);
  if (local) return { target, exposure: written('internal', span) };
  const name = host.replace(/:[-+]?[\d-]*$/, '');
  // `*` and `0.0.0.0` connect to where the client wanted to go.
  if (/^(?:\*|0\.0\.0\.0|\[?::\]?|)$/.test(name) || /^(?:fd|rhttp)$/.test(family)) return { target, exposure: unknown };
  return { target, exposure: written(reachOf(name), span) };
}
