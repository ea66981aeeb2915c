import type { Technology } from '../../core/technology.ts';

const templateSuffix = '(?:\\.(?:template|tmpl|tpl|j2|jinja2?|erb|epp|in|dist|sample|example))*';
const named = new RegExp(
  `(?:^|/)[^/]*stunnel[^/]*\\.conf(?:-sample)?${templateSuffix}$|(?:^|/)stunnel4?[\\w.-]*/(?:[^/]+/)*[^/]+\\.conf${templateSuffix}$`,
  'i',
);

/**
 * stunnel's configuration: a `listener` for each service that accepts TLS, an `upstream` for each with `client = yes`.
 * A service inherits what stands above the first section. Source: stunnel(8) and src/options.c of 5.75; observed on
 * 5.68 with OpenSSL 3.0.19.
 */
export const stunnel: Technology = {
  name: 'stunnel',
  products: [{ name: 'stunnel', stable: '5.75', images: ['stunnel', 'dweomer/stunnel', 'vimagick/stunnel'] }],
  claims: ({ path, hasWord }) => named.test(path) && (hasWord('connect') || hasWord('accept') || hasWord('exec')),
  extract: async (unit, versions) => (await import('./reading.ts')).readStunnel(unit, versions),
};
