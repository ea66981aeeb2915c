import type { Source } from '../../../core/source.ts';
import type { Evidence } from './evidence.ts';
import { evidenceAt } from './evidence.ts';
import { namesPublicAddress, publicAddress } from './public-hosts.ts';

/** What `data/trust-clients.yaml` says of a language's libraries. */
export interface ClientTable {
  /** Packages that bring roots of their own. */
  readonly builtin: readonly string[];
  /** Packages whose clients speak to a public service, and ask the system for its roots. */
  readonly clients: readonly string[];
  /** By package: the calls that open a connection which the system's roots vouch for. The key '' needs no package. */
  readonly calls: Readonly<Record<string, string>>;
  /** Where a file holds this, its connections have roots of their own, or are not verified. */
  readonly otherwise: string;
}

/** A package or module that a file imports, and where. */
export interface Imported {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What one file shows. */
export interface Shown {
  readonly evident: readonly Evidence[];
  readonly builtin: Evidence | undefined;
}

const compiled = new Map<string, RegExp>();

/** Data holds a few dozen expressions; each is compiled once. */
function expression(text: string): RegExp {
  const known = compiled.get(text) ?? new RegExp(text, 'g');
  compiled.set(text, known);
  return known;
}

const fallsUnder = (name: string, entries: readonly string[]): string | undefined =>
  entries.find((entry) => name === entry || name.startsWith(entry.endsWith('/') ? entry : `${entry}.`));

/**
 * What a file's clients say. `code` is its text with the comments blanked out, so that offsets stay. A call counts where
 * its own line, or a string anywhere in the file, names a public address: a client alone may speak to a neighbour.
 */
export function shownBy(source: Source, code: string, imports: readonly Imported[], table: ClientTable): Shown {
  const builtin = imports.find(({ name }) => fallsUnder(name, table.builtin) !== undefined);
  const shown = builtin && evidenceAt(source, builtin.start, builtin.end, `imports ${builtin.name}`);
  if (table.otherwise !== '' && code.search(expression(table.otherwise)) >= 0) return { evident: [], builtin: shown };
  const evident: Evidence[] = [];
  for (const { name, start, end } of imports)
    if (fallsUnder(name, table.clients) !== undefined) evident.push(evidenceAt(source, start, end, `imports ${name}`));
  const named = namesPublicAddress(code);
  for (const [library, call] of Object.entries(table.calls)) {
    if (library !== '' && !imports.some(({ name }) => fallsUnder(name, [library]) !== undefined)) continue;
    for (const match of code.matchAll(expression(call))) {
      const line = code.slice(match.index, code.indexOf('\n', match.index) + 1 || undefined);
      if (/["'`](?:http|ws):\/\/|localhost|127\.0\.0\.1/.test(line)) continue;
      if (!named && publicAddress(line) === undefined) continue;
      const name = match[0].replace(/\s*[({][\s\S]*$/, '');
      evident.push(evidenceAt(source, match.index, match.index + name.length, `calls ${name}`));
      break;
    }
  }
  return { evident, builtin: shown };
}
