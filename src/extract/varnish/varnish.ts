import type { Technology } from '../../core/technology.ts';

/**
 * TLS to the backends of Varnish Enterprise, in VCL: an `upstream` for each backend with `.ssl = 1`. The Varnish that
 * everybody can have speaks no TLS; its listeners are hitch's. Source: docs.varnish-software.com, "Backend SSL/TLS".
 */
export const varnish: Technology = {
  name: 'varnish',
  claims: ({ path, hasWord }) => /\.vcl(?:\.[\w.]+)?$/i.test(path) && hasWord('.ssl') && hasWord('backend'),
  extract: async (unit) => (await import('./reading.ts')).readVarnish(unit),
};
