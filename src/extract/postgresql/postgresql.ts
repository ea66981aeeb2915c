import type { Technology } from '../../core/technology.ts';
import { isAccessFile, template } from './names.ts';

/**
 * PostgreSQL: postgresql.conf and the files that it includes, each by itself, and pg_hba.conf. One `listener` where TLS
 * is set, one for each line of pg_hba.conf, and an `upstream` for the server that a standby follows. Sources: the manual
 * of 18 ("Connections and Authentication", "SSL Support", "The pg_hba.conf File"), and 15.20 on loopback.
 */
export const postgresql: Technology = {
  name: 'postgresql',
  products: [{ name: 'postgresql', stable: '18.6', images: ['postgres', 'postgresql'] }],
  claims: ({ path, hasWord }) =>
    isAccessFile(path) ? hasWord('host') : isSettingsFile.test(path) && (hasWord('ssl') || hasWord('primary_conninfo')),
  extract: async (unit, versions) => (await import('./reading.ts')).readPostgresql(unit, versions),
};

const isSettingsFile = new RegExp(
  `(?:^|/)[^/]*postgres[^/]*\\.conf${template}|(?:^|/)[^/]*(?:postgres|pgsql)[^/]*/(?:.+/)?[^/]+\\.conf${template}`,
  'i',
);
