import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { traefik } from '../../../src/extract/traefik/traefik.ts';
import type { World } from '../core/oracle-case.ts';
import { fromPypi, programOnPath } from '../core/program.ts';
import type { RealServer } from '../core/real-server.ts';

const launcher = fileURLToPath(new URL('launch.js', import.meta.url));

/** Traefik with the file provider, started by launch.js, which waits for the dynamic configuration. */
export const realTraefik: RealServer = {
  name: 'traefik',
  technology: traefik,
  product: 'traefik',
  install: fromPypi,
  find: () => {
    const program = programOnPath('traefik');
    if (program === undefined) return undefined;
    const { stdout, status } = spawnSync(program, ['version'], { encoding: 'utf8' });
    const version = /Version:\s+v?([\d.]+)/.exec(stdout ?? '')?.[1];
    const go = /Go version:\s+go([\d.]+)/.exec(stdout ?? '')?.[1];
    if (status !== 0 || !version) return undefined;
    return { command: process.execPath, version, description: `Traefik ${version} built with Go ${go}` };
  },
  start: ({ folder, main }) => ({ arguments: [launcher, programOnPath('traefik') ?? '', folder, main] }),
  cannot: {
    // crypto/tls of Go has had no SSL 3.0 since Go 1.14.
    protocols: ['SSLv3'],
    suite: () => false,
    group: () => false,
  },
  limits: [
    'labels, flags and variables (the file provider only)',
    'HTTP/3',
    'defaults of other versions than the one installed',
    'ACME',
  ],
};

/** The static configuration: entry points by name, and what else stands at its root. */
export const staticYaml = (world: World, entryPoints: readonly string[], rest = ''): string =>
  `# ready ${world.port('ready')}
entryPoints:
${entryPoints.map((line) => `  ${line}`).join('\n')}
providers: { file: { directory: ${world.folder}/dynamic }, providersThrottleDuration: 0 }
log: { level: ERROR }
${rest}
`;

/** `name: { address: …, http: … }`, on a port of that name. */
export const entryPoint = (world: World, name: string, rest = ''): string =>
  `${name}: { address: "127.0.0.1:${world.port(name)}"${rest === '' ? '' : `, ${rest}`} }`;
