import type { Technology } from '../../core/technology.ts';

const templateSuffix = '(?:\\.(?:template|tmpl|tpl|j2|jinja2?|erb|epp|in|dist|sample|example))*';
const named = new RegExp(
  `(?:^|/)[^/]*lighttpd[^/]*\\.conf${templateSuffix}$|(?:^|/)lighttpd[\\w.-]*/(?:[^/]+/)*[^/]+\\.conf${templateSuffix}$`,
);

/**
 * lighttpd: a `listener` for each socket that speaks TLS (`$SERVER["socket"]` blocks, and the default socket where
 * `ssl.engine` is enabled globally), and for each plain one beside them. A main file is read with what it includes; a
 * fragment does not show what it leaves to the files around it. Source: lighttpd wiki, "Docs: SSL" and "Configuration:
 * File Syntax", src/mod_openssl.c; observed on 1.4.69 with OpenSSL 3.0.19.
 */
export const lighttpd: Technology = {
  name: 'lighttpd',
  products: [{ name: 'lighttpd', stable: '1.4.85', images: ['lighttpd', 'sebp/lighttpd', 'rtsp/lighttpd'] }],
  claims: (file) =>
    named.test(file.path) && (file.hasWord('ssl.') || file.hasWord('include') || file.hasWord('setenv.')),
  units: async (claimed, repository) => (await import('./includes.ts')).unitsOf(claimed, repository),
  extract: async (unit, versions) => (await import('./reading.ts')).readLighttpd(unit, versions),
};
