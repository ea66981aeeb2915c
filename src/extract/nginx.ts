import type { Source } from '../core/source.ts';
import type { Extraction, Repository, Technology, Unit, Versions } from '../core/technology.ts';
import { type NginxDirective, parseNginx } from '../formats/nginx.ts';
import { literal } from './dialects/nginx-settings.ts';
import { claimsNginx, readsLikeNginx } from './nginx/claims.ts';
import { contextsOf, isRoot } from './nginx/contexts.ts';
import { defaultsOf } from './nginx/defaults.ts';
import { includeReader } from './nginx/includes.ts';
import { listenersOf } from './nginx/listeners.ts';
import type { Reading } from './nginx/scope.ts';
import { upstreamsOf } from './nginx/upstreams.ts';

/**
 * nginx configuration: a `listener` for each server that speaks TLS, and for each that speaks plain HTTP; an `upstream`
 * for each place that passes requests on over TLS. A main file is read with the files that it includes, as far as they
 * are in the repository; a fragment that none includes is read by itself, and what it leaves to the blocks around it is
 * unknown. A directive inherited from `http` keeps the place of the line that set it. Never throws.
 * Source: nginx documentation, ngx_http_core_module, ngx_http_ssl_module, ngx_http_proxy_module, ngx_stream_ssl_module.
 */
export const nginx: Technology = {
  name: 'nginx',
  products: [
    {
      name: 'nginx',
      stable: '1.30.0',
      images: ['nginx', 'nginxinc/nginx-unprivileged', 'bitnami/nginx', 'openresty/openresty'],
    },
  ],
  claims: claimsNginx,
  units: unitsOf,
  extract,
};

/**
 * Main files with what they include; then fragments that include others; then the fragments that are left, each by
 * itself. Files out of one ConfigMap are looked for among each other.
 */
function unitsOf(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const sources = claimed.filter(readsLikeNginx);
  const includes = new Map(sources.map((source) => [source, includedBy(source, sources, repository)]));
  const covered = new Set<string>();
  const units: Unit[] = [];
  const add = (source: Source): void => {
    const files = includes.get(source) ?? [];
    for (const file of [source, ...files]) covered.add(identity(file));
    units.push({ sources: [source, ...files], repository });
  };
  const named = (candidates: readonly Source[]): ReadonlySet<string> =>
    new Set(candidates.flatMap((source) => (includes.get(source) ?? []).map(identity)));
  const roots = sources.filter(isRoot);
  const innerRoots = named(roots);
  for (const root of roots) if (!innerRoots.has(identity(root))) add(root);
  const fragments = sources.filter((source) => !covered.has(identity(source)));
  const inner = named(fragments);
  for (const fragment of fragments) if (!inner.has(identity(fragment))) add(fragment);
  // What is left names each other in a circle.
  for (const fragment of fragments) if (!covered.has(identity(fragment))) add(fragment);
  return units;
}

const identity = ({ path, held }: Source): string => (held ? `${path}\0${held.holder}\0${held.name}` : path);

const siblingsOf = (source: Source, sources: readonly Source[]): readonly Source[] =>
  source.held ? sources.filter(({ path, held }) => path === source.path && held?.holder === source.held?.holder) : [];

/** Every file that a file includes, itself or through others. */
function includedBy(source: Source, sources: readonly Source[], repository: Repository): readonly Source[] {
  const read = includeReader(source, siblingsOf(source, sources), repository);
  const found = new Map<string, Source>();
  const waiting = [source];
  for (let next = waiting.pop(); next && found.size < mostFiles; next = waiting.pop()) {
    for (const file of includesIn(parseNginx(next).directives).flatMap(read)) {
      if (file === source || found.has(identity(file))) continue;
      found.set(identity(file), file);
      waiting.push(file);
    }
  }
  return [...found.values()];
}

const mostFiles = 2000;

/** What `include` names, at any depth. */
const includesIn = (directives: readonly NginxDirective[]): readonly string[] =>
  directives.flatMap((directive) => {
    if (directive.block) return includesIn(directive.block.directives);
    return directive.name === 'include' ? (literal(directive.arguments[0]) ?? []) : [];
  });

function extract({ sources, repository }: Unit, versions: Versions): Extraction {
  const [root] = sources;
  if (!readsLikeNginx(root)) return { facts: [], diagnostics: [] };
  const defaults = defaultsOf(versions('nginx', root.path));
  const reading: Reading = {
    includes: includeReader(root, siblingsOf(root, sources), repository),
    spliced: { count: 0 },
  };
  const contexts = contextsOf(root, reading);
  return {
    facts: contexts.flatMap((context) => [...listenersOf(context, defaults), ...upstreamsOf(context, defaults)]),
    diagnostics: sources.flatMap((source) => parseNginx(source).diagnostics),
  };
}
