import type { Source } from '../../core/source.ts';
import type { Extraction, Repository, Unit, Versions } from '../../core/technology.ts';
import { type NginxDirective, parseNginx } from '../../formats/nginx.ts';
import { siblingsOf, unitsByInclusion } from '../dialects/include-units.ts';
import { includeReader } from '../dialects/included-files.ts';
import { literal } from '../dialects/nginx-settings.ts';
import { readsLikeNginx } from './claims.ts';
import { contextsOf, isRoot } from './contexts.ts';
import { defaultsOf } from './defaults.ts';
import { listenersOf } from './listeners.ts';
import type { Reading } from './scope.ts';
import { upstreamsOf } from './upstreams.ts';

/** Main files with what they include, and fragments that none includes. */
export const unitsOf = (claimed: readonly Source[], repository: Repository): readonly Unit[] =>
  unitsByInclusion(claimed.filter(readsLikeNginx), repository, {
    isRoot,
    includesIn: (source) => includesIn(parseNginx(source).directives),
  });

/** What `include` names, at any depth. */
const includesIn = (directives: readonly NginxDirective[]): readonly string[] =>
  directives.flatMap((directive) => {
    if (directive.block) return includesIn(directive.block.directives);
    return directive.name === 'include' ? (literal(directive.arguments[0]) ?? []) : [];
  });

/** What a main file with its includes, or a fragment, says. */
export function readNginx({ sources, repository }: Unit, versions: Versions): Extraction {
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
