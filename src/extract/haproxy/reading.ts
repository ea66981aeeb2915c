import type { Extraction, Unit, Versions } from '../../core/technology.ts';
import { defaultsOf } from '../dialects/haproxy-defaults.ts';
import { bindsOf } from './binds.ts';
import { isCrtListPath } from './claims.ts';
import { loadConfiguration, proxiesOf } from './configuration.ts';
import { parseCrtList } from './crt-list.ts';
import { fileReader } from './files.ts';
import { routeFinder } from './http-rules.ts';
import { secureListeners } from './listeners.ts';
import { lonelyEntries } from './lonely-entries.ts';
import { plainListener } from './plain-listeners.ts';
import { upstreamsOf } from './servers.ts';
import { settingsForOthers } from './settings-for-others.ts';
import { readsLikeHaproxy } from './units.ts';

/** What the files that one HAProxy loads say. */
export function readHaproxy({ sources, repository }: Unit, versions: Versions): Extraction {
  const [main] = sources;
  const defaults = defaultsOf(versions('haproxy', main.path));
  const isList = isCrtListPath(main.held?.name ?? main.path);
  if (isList) {
    const { entries, diagnostics } = parseCrtList(main);
    return { facts: lonelyEntries(entries, defaults), diagnostics };
  }
  const files = sources.filter(({ held, path }) => !isCrtListPath(held?.name ?? path)).filter(readsLikeHaproxy);
  const configuration = loadConfiguration(files);
  const proxies = proxiesOf(configuration);
  const { binds, diagnostics } = bindsOf(proxies, fileReader(main, sources, repository));
  const routes = routeFinder(proxies);
  const secure = binds.filter(({ tls }) => tls.state === 'set');
  return {
    facts: [
      ...binds.flatMap((bind) =>
        asksForTls(bind) ? secureListeners(bind, routes, defaults) : plainListener(bind, secure, routes),
      ),
      ...upstreamsOf(configuration, proxies, defaults),
      ...settingsForOthers(configuration, defaults),
    ],
    diagnostics: [...configuration.diagnostics, ...diagnostics],
  };
}

/** Also where a template decides whether `ssl` is there; one that may add anything says nothing by itself. */
const asksForTls = ({ tls, options }: ReturnType<typeof bindsOf>['binds'][number]): boolean =>
  tls.state === 'set' || (tls.state === 'doubtful' && options.options.some(({ keyword }) => keyword.text === 'ssl'));
