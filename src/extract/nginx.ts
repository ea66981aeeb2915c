import type { Technology } from '../core/technology.ts';
import { claimsNginx } from './nginx/claims.ts';
import { readNginx, unitsOf } from './nginx/reading.ts';

/**
 * nginx configuration: a `listener` for each server that speaks TLS, and for each that speaks plain HTTP; an `upstream`
 * for each place that passes requests on over TLS. A main file is read with the files that it includes, as far as they
 * are in the repository; a fragment that none includes is read by itself, and what it leaves to the blocks around it is
 * unknown. A directive inherited from `http` keeps the place of the line that set it. Never throws.
 * Source: nginx documentation, ngx_http_core_module, ngx_http_ssl_module, ngx_http_proxy_module, ngx_stream_ssl_module.
 */
export const nginx: Technology = {
  name: 'nginx',
  products: [
    {
      name: 'nginx',
      stable: '1.30.0',
      images: ['nginx', 'nginxinc/nginx-unprivileged', 'bitnami/nginx', 'openresty/openresty'],
    },
  ],
  claims: claimsNginx,
  units: unitsOf,
  extract: readNginx,
};
