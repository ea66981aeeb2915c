import type { Technology } from '../../core/technology.ts';

const templateSuffix = '(?:\\.(?:template|tmpl|tpl|j2|jinja2?|erb|in|dist|sample|example))*';
const anyConfiguration = new RegExp(
  `\\.cnf[\\w-]*${templateSuffix}$|(?:^|/)[^/]*openssl[^/]*\\.conf(?:ig)?${templateSuffix}$`,
  'i',
);

/**
 * What OpenSSL does for every program that sets no bounds itself: the section that `system_default` names in
 * openssl.cnf, and the system-wide crypto policy of the Red Hat family. It is told as a `listener` that holds what is
 * written there and nothing else: no address, no `tls`. Source: config(5), SSL_CONF_cmd(3) of OpenSSL 3.0,
 * crypto-policies(7).
 */
export const openssl: Technology = {
  name: 'openssl',
  products: [
    {
      name: 'enterprise-linux',
      stable: '10.0',
      images: [
        'almalinux',
        'rockylinux',
        'rockylinux/rockylinux',
        'oraclelinux',
        'ubi8',
        'ubi8/ubi',
        'ubi9',
        'ubi9/ubi',
      ],
    },
  ],
  claims: ({ path, hasWord }) =>
    (/(?:^|\/)crypto-policies\/config$/.test(path) && hasWord('LEGACY')) ||
    (anyConfiguration.test(path) && hasWord('system_default') && hasWord('ssl_conf')),
  extract: async (unit, versions) => (await import('./reading.ts')).readOpenssl(unit, versions),
};
