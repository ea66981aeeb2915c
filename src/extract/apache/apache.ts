import type { Technology } from '../../core/technology.ts';
import { claimsApache } from './claims.ts';

/**
 * Apache httpd: a `listener` for each virtual host, and for the main server where it speaks TLS; an `upstream` for each
 * place that passes requests on over TLS, and for each LDAP directory that is asked over TLS. A main file is read with the
 * files that it includes, as far as they are in the repository; a file that none includes is read by itself, and what it
 * leaves to the main server is unknown. Source: httpd 2.4, core, mod_ssl, mod_proxy; observed on 2.4.71.
 */
export const apache: Technology = {
  name: 'apache',
  products: [{ name: 'httpd', stable: '2.4.71', images: ['httpd', 'bitnami/apache'] }],
  claims: claimsApache,
  units: async (claimed, repository) => (await import('./reading.ts')).unitsOf(claimed, repository),
  extract: async (unit, versions) => (await import('./reading.ts')).readApache(unit, versions),
};
