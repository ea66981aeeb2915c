import type { Word } from './verification-switches.ts';

/** What a command connects to, as far as its words say. */
export interface Target {
  /** `host` or `host:port`. */
  readonly name?: string;
  /** A URL is written, but its host is a variable. */
  readonly variable?: true;
  /** Loopback, or the pod itself: nobody can stand in between. */
  readonly internal?: true;
  /** Only plain http is spoken: there is no certificate to verify. */
  readonly plain?: true;
}

/** The first place that is not this machine; else the first one. */
export function targetOf(words: readonly Word[]): Target {
  const targets = words.flatMap((word) => targetIn(word.value ?? word.raw) ?? []);
  const spoken = targets.filter(({ plain }) => !plain);
  if (targets.length > 0 && spoken.length === 0) return { plain: true };
  return spoken.find(({ internal }) => !internal) ?? spoken[0] ?? {};
}

function targetIn(text: string): Target | undefined {
  const url = /(?:^|=|["'])([a-z][a-z0-9+.-]*):\/\/([^/?#\s"']*)/i.exec(text);
  const scheme = url?.[1]?.toLowerCase();
  const authority = url?.[2] ?? bareLoopback.exec(text)?.[0];
  if (authority === undefined || authority === '') return undefined;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (isInternal(host)) return { ...(!host.startsWith('$') && { name: host }), internal: true };
  if (scheme === 'http' || scheme === 'ftp') return { plain: true };
  if (/[$`{]/.test(host)) return { variable: true };
  return { name: host };
}

/** Written without a scheme. */
const bareLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?(?=\/|$)/i;

/** Mail servers that only show what a developer's machine sends. */
const catchers = /^(?:mailhog|mailpit|maildev|mailcatcher|smtp4dev|greenmail)$/i;

/** RFC 6761 section 6.3 (localhost), RFC 5735 (127/8); `$(POD_IP)` and the like are the pod itself. */
export function isInternal(host: string): boolean {
  const name = host.replace(/:(?:\d+|\$[\w{}()]*)$/, '');
  return (
    /^(?:localhost|[\w.-]+\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1\]?|host\.docker\.internal)$/i.test(name) ||
    catchers.test(name) ||
    /^\$[({]?(?:\w*POD_IP|POD_NAME|HOSTNAME|hostname\b[^)]*)[)}]?$/.test(name)
  );
}
