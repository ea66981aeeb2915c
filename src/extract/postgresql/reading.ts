import type { Extraction, Unit, Versions } from '../../core/technology.ts';
import { type KeyValueDialect, type KeyValues, parseKeyValues } from '../../formats/key-values.ts';
import { readAccess } from './access.ts';
import { listenerOf } from './listener.ts';
import { isAccessFile } from './names.ts';
import type { Scope } from './settings.ts';
import { primaryOf } from './upstream.ts';

const dialect: KeyValueDialect = {
  comments: '#',
  bare: 'word',
  blankSeparates: true,
  sections: false,
  include: /^include(?:_if_exists|_dir)?\s*[=\s]\s*/i,
};

/** What one file says. */
export function readPostgresql({ sources: [source] }: Unit, versions: Versions): Extraction {
  if (isAccessFile(source.held?.name ?? source.path)) return readAccess(source);
  if (!readsLikeSettings.test(source.text)) return { facts: [], diagnostics: [] };
  const settings = parseKeyValues(source, dialect);
  const scope: Scope = { settings, whole: isWhole(settings), version: versions('postgresql', source.path) };
  return {
    facts: [listenerOf(scope), primaryOf(scope)].filter((fact) => fact !== undefined),
    diagnostics: settings.diagnostics,
  };
}

/** Other programs' files stand in folders of that name, too; nginx writes `ssl_ciphers` without an equals sign. */
const readsLikeSettings = /^[ \t]*(?:ssl(?:_\w+)?|primary_conninfo)[ \t]*=/im;

/** A main file that includes nothing: fragments do not say how many connections there are, or where they come from. */
const isWhole = ({ entries, includes, branching }: KeyValues): boolean =>
  !branching &&
  includes.length === 0 &&
  entries.some(({ key }) =>
    /^(?:data_directory|hba_file|listen_addresses|max_connections|shared_buffers|port)$/i.test(key),
  );
