import { type Span, spanOf } from '../../core/source.ts';
import type { Extraction, Unit, Versions } from '../../core/technology.ts';
import { type KeyValue, type KeyValueDialect, parseKeyValues } from '../../formats/key-values.ts';
import { listenerOf } from './listener.ts';
import { productOf, type Scope } from './options.ts';
import { serverOf } from './upstream.ts';

/** Option files: `#` and `;` begin a comment line, only `#` one after a value; an option may stand without a value. */
const dialect: KeyValueDialect = {
  comments: '#;',
  bare: 'line',
  blankSeparates: false,
  sections: true,
  include: /^!include(?:dir)?\s+/,
};

/** Sections that mysqld and mariadbd read whatever their release; those of one release (`[mysqld-8.0]`) are left out. */
const serverSection = /^(?:mysqld|server|mariadb|mariadbd|client-server|galera)$/;
const clientSection =
  /^(?:client(?:-server|-mariadb)?|mysql|mysqldump|mysqladmin|mysqlcheck|mysqlimport|mariadb-(?:client|dump|admin|check|import))$/;

/** What one option file says. */
export function readMysql({ sources: [source] }: Unit, versions: Versions): Extraction {
  const file = parseKeyValues(source, dialect);
  const ofSections = (pattern: RegExp): readonly KeyValue[] =>
    file.entries.filter(({ section }) => pattern.test(section));
  const names = [...new Set(ofSections(clientSection).map(({ section }) => section))];
  if (names.length === 0 && ofSections(serverSection).length === 0) return { facts: [], diagnostics: [] };
  const product = productOf(file, source.held?.name ?? source.path, source.path, versions);
  const place = ({ keyRange }: KeyValue): Span => spanOf(source, keyRange.start, keyRange.end);
  const scope = (pattern: RegExp): Scope => ({
    ...product,
    entries: ofSections(pattern),
    branching: file.branching,
    includes: file.includes.length > 0,
  });
  return {
    facts: [
      listenerOf(scope(serverSection), place),
      ...names.map((name) => serverOf(scope(new RegExp(`^${name}$`)), name, place)),
    ].filter((fact) => fact !== undefined),
    diagnostics: file.diagnostics,
  };
}
