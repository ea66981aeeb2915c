import { spawnSync } from 'node:child_process';
import { envoy } from '../../../src/extract/envoy/envoy.ts';
import { fromPypi, programOnPath } from '../core/program.ts';
import type { RealServer } from '../core/real-server.ts';

/** Envoy with one worker thread. */
export const realEnvoy: RealServer = {
  name: 'envoy',
  technology: envoy,
  product: 'envoy',
  install: fromPypi,
  find: () => {
    const command = programOnPath('envoy');
    if (command === undefined) return undefined;
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    const [, version, library = 'BoringSSL'] = /version: \w+\/([\d.]+)\/\w+\/\w+\/([\w-]+)/.exec(stdout ?? '') ?? [];
    return version === undefined ? undefined : { command, version, description: `Envoy ${version} with ${library}` };
  },
  start: ({ folder, main }) => ({
    arguments: ['-c', `${folder}/${main}`, '--disable-hot-restart', '--concurrency', '1', '-l', 'error'],
  }),
  cannot: {
    // BoringSSL has had no SSL 3.0 since 2017.
    protocols: ['SSLv3'],
    suite: () => false,
    group: () => false,
  },
  limits: [
    'QUIC, and with it early data (tried by hand with another Envoy as the client)',
    'defaults of other versions than the one installed, the version 2 API',
    'STARTTLS, for which a protocol of its own is needed',
  ],
};
