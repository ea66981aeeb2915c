import { spawnSync } from 'node:child_process';
import { caddy } from '../../../src/extract/caddy/caddy.ts';
import type { World } from '../core/oracle-case.ts';
import { fromPypi, programOnPath } from '../core/program.ts';
import type { RealServer } from '../core/real-server.ts';

/** Caddy in the foreground; what it stores stays in the case's folder. */
export const realCaddy: RealServer = {
  name: 'caddy',
  technology: caddy,
  product: 'caddy',
  install: fromPypi,
  find: () => {
    const command = programOnPath('caddy');
    if (command === undefined) return undefined;
    const { stdout, status } = spawnSync(command, ['version'], { encoding: 'utf8' });
    const version = /^v?([\d.]+)/.exec(stdout ?? '')?.[1];
    return status === 0 && version ? { command, version, description: `Caddy ${version}` } : undefined;
  },
  start: ({ folder, main }) => ({
    arguments: ['run', '--config', `${folder}/${main}`, ...(main.endsWith('.json') ? [] : ['--adapter', 'caddyfile'])],
    // Without programs on its path Caddy cannot put an authority of its own into the system's trust store.
    environment: {
      PATH: `${folder}/no-programs`,
      XDG_DATA_HOME: `${folder}/data`,
      XDG_CONFIG_HOME: `${folder}/config`,
    },
  }),
  cannot: { protocols: [], suite: () => false, group: () => false },
  limits: [
    'HTTP/3 (QUIC), and with it early data',
    'certificates from ACME authorities: there is no network',
    'defaults of other versions than the one installed',
    'TLS 1.2 with an ECDSA certificate whose curve `curves` leaves out: which certificate Caddy picks is chance',
  ],
};

/**
 * Options that keep a case to itself: loopback, no administration, no authority in the system's trust store.
 * `skip_install_trust` alone reaches only the authorities that the Caddyfile names (observed on 2.11.7): without `pki`,
 * what `local_certs` makes would be installed.
 */
export const ownOptions = (httpPort: number): string => `	admin off
	persist_config off
	skip_install_trust
	pki {
		ca local {
			name "Oracle"
		}
	}
	default_bind 127.0.0.1
	http_port ${httpPort}
	local_certs
	log {
		level ERROR
	}`;

/** A port that nothing listens on, for cases without plain HTTP. */
export const noPort = 9;

/** A whole Caddyfile around the sites of a case. */
export const caddyfile = (sites: string, options = 'auto_https disable_redirects', httpPort = noPort): string =>
  `{\n${ownOptions(httpPort)}\n\t${options}\n}\n\n${sites}\n`;

/** `tls` lines for a certificate of each kind of key. */
export const bothCertificates = ({ certificates: { rsa, ecdsa } }: World): readonly string[] => [
  `tls ${rsa.chain} ${rsa.key}`,
  `tls ${ecdsa.chain} ${ecdsa.key}`,
];
