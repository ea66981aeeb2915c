import { spawnSync } from 'node:child_process';
import { nginx } from '../../../src/extract/nginx.ts';
import type { RealServer } from '../core/real-server.ts';
import { isBeyondOpenssl } from '../probe/codes.ts';

/** nginx of the distribution, one worker, in the foreground. */
export const realNginx: RealServer = {
  name: 'nginx',
  technology: nginx,
  product: 'nginx',
  install: 'apt-get install nginx-full libnginx-mod-stream libnginx-mod-mail',
  find: () => {
    const { stderr, status } = spawnSync('nginx', ['-V'], { encoding: 'utf8' });
    const version = /nginx\/([\d.]+)/.exec(stderr ?? '')?.[1];
    const library = /(?:running with|built with) (OpenSSL [\d.]+)/.exec(stderr ?? '')?.[1] ?? 'OpenSSL';
    if (status !== 0 || !version) return undefined;
    return { command: 'nginx', version, description: `nginx ${version} with ${library}` };
  },
  start: ({ folder, main }) => ({ arguments: ['-p', folder, '-c', `${folder}/${main}`, '-e', 'stderr'] }),
  cannot: {
    // Debian builds OpenSSL without SSL 3.0.
    protocols: ['SSLv3'],
    suite: isBeyondOpenssl,
    group: (name) => /MLKEM/.test(name),
  },
  limits: ['QUIC (not in 1.22)', 'defaults of other versions than the one installed', 'mail beyond STARTTLS being off'],
};

/** A whole file around the blocks of a case: everything that nginx writes goes into its own folder. */
export const nginxConf = (blocks: string): string => `daemon off;
master_process off;
pid nginx.pid;
worker_processes 1;
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
load_module /usr/lib/nginx/modules/ngx_mail_module.so;
events { worker_connections 512; }
${blocks}
`;

/** An `http` block, with its temporary files in the case's folder. */
export const httpBlock = (content: string): string => `http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
${content}
}`;
