import type { Extraction, Unit, VersionEvidence, Versions } from '../../core/technology.ts';
import { type DovecotFile, parseDovecot } from '../../formats/dovecot.ts';
import { listenersOf } from './listeners.ts';
import type { Scope } from './settings.ts';
import { upstreamsOf } from './upstreams.ts';

/**
 * What one file says. What other files may set, and this one does not, is unknown. One that says nothing of TLS may be of
 * another program in a folder of that name, and is not complained about.
 */
export function readDovecot({ sources: [source] }: Unit, versions: Versions): Extraction {
  const file = parseDovecot(source);
  const scope: Scope = {
    source,
    statements: file.statements,
    outer: undefined,
    whole: isWhole(file),
    branching: file.branching,
    version: versionIn(file) ?? versions('dovecot', source.path),
  };
  const facts = [...listenersOf(scope), ...upstreamsOf(scope)];
  return { facts, diagnostics: facts.length > 0 ? file.diagnostics : [] };
}

/** A main file that includes nothing: only main files say which protocols are served, or define services. */
const isWhole = ({ statements, branching }: DovecotFile): boolean =>
  !branching &&
  statements.some(
    (statement) =>
      (statement.kind === 'setting' && /^(?:protocols|dovecot_config_version|listen)$/.test(statement.key)) ||
      (statement.kind === 'block' && /^(?:service|passdb|userdb)$/.test(statement.name)),
  ) &&
  !statements.some(({ kind }) => kind === 'include');

/** 2.4 wants `dovecot_config_version` in every main file. */
function versionIn({ statements }: DovecotFile): VersionEvidence | undefined {
  for (const statement of statements) {
    if (statement.kind !== 'setting' || statement.key !== 'dovecot_config_version') continue;
    const { text } = statement.value;
    if (/^\d+(?:\.\d+)+$/.test(text))
      return { version: text, reason: `dovecot ${text} (dovecot_config_version)`, guessed: false };
  }
  return undefined;
}
