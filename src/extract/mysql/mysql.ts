import type { Technology } from '../../core/technology.ts';

/**
 * MySQL and MariaDB: option files (my.cnf and what it includes), each by itself. One `listener` for the sections of the
 * server that say anything of TLS, one `upstream` for each client section that names a host. Sources: reference manual of
 * MySQL 8.4 and 9.7 ("Configuring MySQL to Use Encrypted Connections", "Command Options for Connecting to the Server"),
 * mariadb.com/docs ("SSL/TLS System Variables"), and MariaDB 10.11.19 on loopback.
 */
export const mysql: Technology = {
  name: 'mysql',
  products: [
    { name: 'mysql', stable: '9.7.2', images: ['mysql', 'mysql-server', 'percona', 'percona-server'] },
    { name: 'mariadb', stable: '12.3.2', images: ['mariadb', 'mariadb-galera'] },
  ],
  claims: ({ path, hasWord }) =>
    isOptionFile.test(path) && (hasWord('ssl') || hasWord('tls') || hasWord('secure')) && sections.some(hasWord),
  extract: async (unit, versions) => (await import('./reading.ts')).readMysql(unit, versions),
};

const isOptionFile =
  /(?:^|\/)(?:[^/]*\.cnf|my\.ini|\.my\.cnf)(?:\.(?:j2|jinja2?|erb|ej2|epp|tmpl|tpl|template|ctmpl|in))?$/;

const sections = ['[mysqld', '[mariadb', '[server]', '[client]', '[client-', '[mysql]', '[galera]'];
