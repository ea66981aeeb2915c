import type { Extraction, Unit, Versions } from '../../core/technology.ts';
import { defaultsOf } from '../dialects/traefik-defaults.ts';
import { firstGeneration } from './first-generation.ts';
import { listeners } from './listeners.ts';
import { configurationOf } from './model.ts';
import { otherClients } from './other-clients.ts';
import { partsOf } from './parts.ts';
import { resolvers } from './resolvers.ts';
import { upstreams } from './upstreams.ts';

/** What one Traefik is told by the files of a unit. */
export function readTraefik(unit: Unit, versions: Versions): Extraction {
  const configuration = configurationOf(unit);
  const defaults = defaultsOf(versions('traefik', unit.sources[0].path));
  return {
    facts: [
      ...listeners(configuration, defaults),
      ...upstreams(configuration, defaults),
      ...otherClients(configuration),
      ...resolvers(configuration),
      ...unit.sources.flatMap(firstGeneration),
    ],
    diagnostics: unit.sources.flatMap((source) => partsOf(source).diagnostics),
  };
}
