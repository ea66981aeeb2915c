import { spawnSync } from 'node:child_process';
import { apache } from '../../../src/extract/apache/apache.ts';
import type { RealServer } from '../core/real-server.ts';
import { isBeyondOpenssl } from '../probe/codes.ts';

/** Apache httpd of the distribution, in the foreground. */
export const realApache: RealServer = {
  name: 'apache',
  technology: apache,
  product: 'httpd',
  install: 'apt-get install apache2',
  find: () => {
    const { stdout, status } = spawnSync('apache2', ['-v'], { encoding: 'utf8' });
    const version = /Apache\/([\d.]+)/.exec(stdout ?? '')?.[1];
    const library = /^OpenSSL [\d.]+/.exec(spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '')?.[0];
    if (status !== 0 || !version) return undefined;
    return { command: 'apache2', version, description: `Apache httpd ${version} with ${library ?? 'OpenSSL'}` };
  },
  start: ({ folder, main }) => ({
    arguments: ['-d', folder, '-f', `${folder}/${main}`, '-D', 'FOREGROUND'],
  }),
  cannot: {
    // Debian builds OpenSSL without SSL 3.0.
    protocols: ['SSLv3'],
    suite: isBeyondOpenssl,
    group: (name) => /MLKEM/.test(name),
  },
  limits: [
    'releases before 2.4.42, where the first virtual host of an address decides the versions',
    'client certificates that single folders ask for',
    'mod_md, mod_tls and mod_gnutls',
  ],
};

const modules = [
  'mpm_event',
  'authz_core',
  'alias',
  'dir',
  'headers',
  'lbmethod_byrequests',
  'macro',
  'mime',
  'proxy',
  'proxy_balancer',
  'proxy_http',
  'rewrite',
  'setenvif',
  'slotmem_shm',
  'socache_shmcb',
  'ssl',
];

/** A whole file around the virtual hosts of a case: everything that httpd writes goes into its own folder. */
export const httpdConf = (folder: string, blocks: string): string => `ServerRoot "${folder}"
PidFile httpd.pid
DefaultRuntimeDir ${folder}
ErrorLog error.log
User nobody
Group nogroup
ServerName main.oracle.test
Mutex posixsem default
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
TypesConfig /etc/mime.types
StartServers 1
ServerLimit 1
ThreadsPerChild 32
MaxRequestWorkers 32
MinSpareThreads 1
MaxSpareThreads 32
# Children that are not root can read this one.
DocumentRoot /usr/share/apache2/default-site
${blocks}
`;
