import type { Technology } from '../../core/technology.ts';

const templateSuffix = '(?:\\.(?:template|tmpl|tpl|j2|jinja2?|erb|in|dist|sample|example))*';
const named = new RegExp(
  `(?:^|/)[^/]*hitch[^/]*\\.(?:conf|cfg)(?:\\.ex(?:ample)?)?${templateSuffix}$|(?:^|/)hitch/(?:[^/]+/)*[^/]+\\.conf${templateSuffix}$|(?:^|/)varnish[^/]*/(?:[^/]+/)*tls\\.cfg${templateSuffix}$`,
  'i',
);

/**
 * hitch, and the listeners of Varnish Enterprise (tls.cfg), which is written the same way: a `listener` for each
 * frontend. Source: hitch.conf(5), src/hitch.c of 1.8.0; observed on 1.7.2 with OpenSSL 3.0.19.
 */
export const hitch: Technology = {
  name: 'hitch',
  products: [{ name: 'hitch', stable: '1.8.0', images: ['hitch', 'zscheile/hitch'] }],
  claims: ({ path, hasWord }) => named.test(path) && (hasWord('frontend') || hasWord('pem-')),
  extract: async (unit, versions) => (await import('./reading.ts')).readHitch(unit, versions),
};
