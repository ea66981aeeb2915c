import type { Listener } from '../../core/fact.ts';

type Hsts = NonNullable<Listener['hsts']>;

/** The value of a Strict-Transport-Security header (RFC 6797, section 6.1); `undefined` where it has no max-age. */
export function hstsOf(value: string): Hsts | undefined {
  const seconds = /(?:^|[;\s])max-age\s*=\s*"?(\d+)/i.exec(value)?.[1];
  return seconds === undefined
    ? undefined
    : { maxAgeSeconds: Number(seconds), includeSubDomains: /includesubdomains/i.test(value) };
}
