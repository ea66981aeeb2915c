import { spawnSync } from 'node:child_process';

/**
 * What the installed `openssl ciphers -s` selects for each string: TLS 1.2 and older suites, without PSK and SRP.
 * Empty where it refuses the string. One shell runs them all.
 */
export function opensslSelections(strings: readonly string[]): readonly (readonly string[])[] {
  const script = 'while IFS= read -r string; do openssl ciphers -s -tls1_2 -- "$string" 2>/dev/null || echo; done';
  const lines = shell(script, strings.map((text) => `${text}\n`).join(''))
    .split('\n')
    .slice(0, -1);
  if (lines.length !== strings.length || lines.every((line) => line === '')) throw new Error(missing);
  return lines.map((line) => line.split(':').filter((name) => name !== '' && !/^TLS_|PSK|SRP/.test(name)));
}

/** A row of `openssl ciphers -V -stdname`. */
export interface OpensslRow {
  readonly iana: string;
  readonly name: string;
  readonly protocol: string;
  readonly keyExchange: string;
  readonly authentication: string;
  readonly encryption: string;
  readonly mac: string;
}

/** Every suite that the installed OpenSSL has. */
export function opensslRows(): readonly OpensslRow[] {
  const rows = shell('openssl ciphers -V -stdname ALL:COMPLEMENTOFALL:@SECLEVEL=0').split('\n');
  return rows.flatMap((line) => {
    const row = / - (\S+) +- (\S+) +(\S+) +Kx=(\S+) +Au=(\S+) +Enc=(\S+) +Mac=(\S+)/.exec(line)?.slice(1);
    const [iana = '', name = '', protocol = '', keyExchange = '', authentication = '', encryption = '', mac = ''] =
      row ?? [];
    return row ? [{ iana, name, protocol, keyExchange, authentication, encryption, mac }] : [];
  });
}

/** Major and minor version of the installed OpenSSL. */
export function opensslVersion(): readonly [number, number] {
  const version = /OpenSSL (\d+)\.(\d+)/.exec(shell('openssl version'));
  if (!version) throw new Error(missing);
  return [Number(version[1]), Number(version[2])];
}

const missing = 'These tests compare with the openssl command, version 3.0 or later: install it.';

/** The output of a script; the system's OpenSSL configuration has no say. */
function shell(script: string, input = ''): string {
  const env = { ...process.env, OPENSSL_CONF: '/dev/null' };
  return spawnSync('sh', ['-c', script], { input, env, encoding: 'utf8', maxBuffer: 2 ** 28 }).stdout;
}
