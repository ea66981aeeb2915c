import type { Technology } from '../../core/technology.ts';
import { isMainFile } from './names.ts';

/**
 * Postfix: main.cf with the master.cf beside it. One `listener` for each smtpd or postscreen service, one `upstream` for
 * the relay host or for a TLS level that is mandatory towards everybody. Sources: postconf(5), master(5), TLS_README and
 * the source of Postfix 3.7.11 (run on loopback) and 3.12-20260821. There is no official image; the tags of others
 * count their own releases, so none of them says a version.
 */
export const postfix: Technology = {
  name: 'postfix',
  products: [{ name: 'postfix', stable: '3.11', images: [] }],
  claims: ({ path, hasWord }) => isPostfixFile.test(path) && hasWord('smtp') && (isMainFile(path) || hasWord('smtpd')),
  units: async (claimed, repository) => (await import('./reading.ts')).unitsOf(claimed, repository),
  extract: async (unit, versions) => (await import('./reading.ts')).readPostfix(unit, versions),
};

const isPostfixFile =
  /(?:^|\/)(?:(?:[\w-]+[-_.])?main|master)\.cf(?:\.(?:j2|jinja2?|erb|ej2|epp|tmpl|tpl|template|ctmpl|in))?$/;
