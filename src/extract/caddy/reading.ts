import { data } from '../../../data/caddy.yaml';
import type { Source } from '../../core/source.ts';
import type { Extraction, Repository, Unit, Versions } from '../../core/technology.ts';
import { type Caddyfile, parseCaddyDirectives, parseCaddyfile } from '../../formats/caddyfile.ts';
import type { CaddyImporter } from '../../formats/caddyfile-stream.ts';
import { issuancesOf } from './caddyfile-issuance.ts';
import { proxiesIn, proxiesOf } from './caddyfile-proxies.ts';
import { defaultsOf } from './defaults.ts';
import { importerOf } from './imports.ts';
import { readCaddyJson } from './json.ts';
import { listenerFact } from './listener-fact.ts';
import { optionsOf } from './options.ts';
import { isCaddy1, listenersOf, sitesOf } from './sites.ts';
import { upstreamFacts } from './upstream-fact.ts';

const isJson = ({ path, held, text }: Source): boolean =>
  /\.json$/i.test(held?.name ?? path) || /^\uFEFF?\s*\{\s*"/.test(text.slice(0, 200));

/**
 * A Caddyfile that others import is read where it is imported; the others are units of their own, as are JSON files.
 * Files that import each other in a circle are read each by itself.
 */
export function unitsOf(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const files = claimed.filter((source) => !isJson(source));
  const imported = new Set<string>();
  const importedBy = new Map<string, Set<string>>();
  for (const file of files) {
    const names = new Set<string>();
    const find = importerOf(files, repository);
    parseCaddyfile(file, (pattern, from) => {
      const found = find(pattern, from);
      for (const source of found ?? []) names.add(identity(source));
      return found;
    });
    importedBy.set(identity(file), names);
  }
  for (const [file, names] of importedBy) {
    for (const name of names) if (!importedBy.get(name)?.has(file)) imported.add(name);
  }
  return claimed
    .filter((source) => isJson(source) || !imported.has(identity(source)))
    .map((source) => {
      const siblings = source.held ? files.filter((file) => file !== source && file.path === source.path) : [];
      return { sources: [source, ...siblings], repository };
    });
}

const identity = ({ path, held }: Source): string => (held ? `${path}\0${held.holder}\0${held.name}` : path);

/** What a Caddyfile with its imports, a file that is meant to be imported, or a JSON configuration says. */
export function readCaddy({ sources, repository }: Unit, versions: Versions): Extraction {
  const [source] = sources;
  const defaults = defaultsOf(versions('caddy', source.path));
  if (isJson(source)) return readCaddyJson(source, defaults);
  const find = importerOf(sources, repository);
  const file = parseCaddyfile(source, find);
  if (holdsDirectives(file)) return readDirectives(source, find, versions);
  const options = optionsOf(file.options, file.open);
  const sites = sitesOf(file, options);
  if (isCaddy1(sites)) return { facts: [], diagnostics: [] };
  const listeners = listenersOf(file, sites, options, defaults);
  return {
    facts: [
      ...listeners.map((listener) => listenerFact(listener, defaults)),
      ...proxiesOf(file).flatMap((proxy) => upstreamFacts(proxy, defaults)),
      ...issuancesOf(sites, listeners, options),
    ],
    diagnostics: file.diagnostics,
  };
}

/** A file that is imported inside sites begins with a directive where an address would stand. */
function holdsDirectives({ sites: [first] }: Caddyfile): boolean {
  const word = first?.addresses[0];
  return word !== undefined && !word.unknown && (word.text.startsWith('@') || data.directives.includes(word.text));
}

/** Whose sites these directives are for cannot be seen here: only what a proxy connects to is known. */
function readDirectives(source: Source, find: CaddyImporter, versions: Versions): Extraction {
  const defaults = defaultsOf(versions('caddy', source.path));
  const facts = proxiesIn(parseCaddyDirectives(source, find)).flatMap((proxy) => upstreamFacts(proxy, defaults));
  return { facts, diagnostics: [] };
}
