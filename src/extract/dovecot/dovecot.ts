import type { Technology } from '../../core/technology.ts';

/**
 * Dovecot 2.2 to 2.4: dovecot.conf and the files that it includes, each by itself. One `listener` for the settings that
 * hold for every protocol, one for each block that differs; `upstream` facts for imapc, pop3c, the submission relay and
 * LDAP. Sources: doc.dovecot.org (2.3, 2.4), ssl-settings.c of 2.4.4, doveconf and imap-login of 2.3.19 on loopback.
 */
export const dovecot: Technology = {
  name: 'dovecot',
  products: [{ name: 'dovecot', stable: '2.4.4', images: ['dovecot/dovecot'] }],
  claims: ({ path, hasWord }) => isDovecotFile.test(path) && words.some(hasWord),
  extract: async (unit, versions) => (await import('./reading.ts')).readDovecot(unit, versions),
};

const template = '(?:\\.(?:j2|jinja2?|erb|ej2|epp|tmpl|tpl|template|ctmpl|in))?$';
const isDovecotFile = new RegExp(
  `(?:^|/)[^/]*dovecot[^/]*\\.(?:conf(?:\\.ext)?|cf)${template}|(?:^|/)dovecot/(?:.+/)?[^/]+\\.conf(?:\\.ext)?${template}|(?:^|/)\\d\\d-ssl\\.conf${template}`,
);

const words = ['ssl', 'tls_require_cert', 'ldap_uris'];
