import type { Technology } from '../../core/technology.ts';

const templateSuffix = '(?:\\.(?:template|tmpl|tpl|j2|jinja2?|erb|epp|in|dist|sample|example|default))*';
const named = new RegExp(
  `(?:^|/)[^/]*squid[^/]*\\.conf${templateSuffix}$|(?:^|/)squid[\\w.-]*/(?:[^/]+/)*[^/]+\\.conf${templateSuffix}$`,
  'i',
);

/**
 * squid.conf: a `listener` for each `https_port` and each port that intercepts TLS, an `upstream` for what Squid itself
 * opens (`tls_outgoing_options`, `cache_peer`). Source: squid.conf.documented of 5.7 and src/security/PeerOptions.cc;
 * observed on 5.7 with OpenSSL 3.0.19.
 */
export const squid: Technology = {
  name: 'squid',
  products: [{ name: 'squid', stable: '7.2', images: ['squid', 'ubuntu/squid', 'sameersbn/squid', 'datadog/squid'] }],
  claims: ({ path, hasWord }) =>
    named.test(path) &&
    (hasWord('https_port') ||
      hasWord('ssl-bump') ||
      hasWord('tls_outgoing_options') ||
      hasWord('sslproxy_') ||
      hasWord('cache_peer')),
  extract: async (unit, versions) => (await import('./reading.ts')).readSquid(unit, versions),
};
