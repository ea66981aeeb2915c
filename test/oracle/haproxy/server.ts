import { spawnSync } from 'node:child_process';
import { haproxy } from '../../../src/extract/haproxy/haproxy.ts';
import { cipherSuite } from '../../../src/tls/suites.ts';
import type { RealServer } from '../core/real-server.ts';

/** HAProxy of the distribution, one process in the foreground. */
export const realHaproxy: RealServer = {
  name: 'haproxy',
  technology: haproxy,
  product: 'haproxy',
  install: 'apt-get install haproxy',
  find: () => {
    const { stdout, status } = spawnSync('haproxy', ['-vv'], { encoding: 'utf8' });
    const version = /HAProxy version (\d[\d.]*)/.exec(stdout ?? '')?.[1];
    const library = /Running on OpenSSL version : (OpenSSL [\d.]+)/.exec(stdout ?? '')?.[1] ?? 'OpenSSL';
    if (status !== 0 || !version) return undefined;
    return { command: 'haproxy', version, description: `haproxy ${version} with ${library}` };
  },
  start: ({ folder, main }) => ({ arguments: ['-db', '-C', folder, '-f', `${folder}/${main}`] }),
  cannot: {
    // Debian builds OpenSSL without SSL 3.0.
    protocols: ['SSLv3'],
    // Nor with RC4, 3DES and the like (`enable-weak-ssl-ciphers`).
    suite: (name) => /^(?:optional|removed)$/.test(cipherSuite(name)?.build ?? ''),
    group: (name) => /MLKEM/.test(name),
  },
  limits: [
    'QUIC (not in this build)',
    'defaults of other versions than the one installed, and what came after 2.6: ssl-f-use, crt-store, sni-auto, ssl-security-level',
    'peers, rings and the HTTP client, which pass no request on',
  ],
};

/** A whole file around the sections of a case. */
export const haproxyCfg = (sections: string, global = ''): string => `global
  nbthread 1
  noreuseport
  maxconn 400
${indented(global)}
defaults
  mode http
  retries 0
  timeout connect 3s
  timeout client 3s
  timeout server 3s
${sections}
`;

const indented = (lines: string): string =>
  lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `  ${line.trim()}`)
    .join('\n');
