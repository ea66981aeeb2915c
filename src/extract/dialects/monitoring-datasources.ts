import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { get, items, type YamlNode } from '../../formats/yaml-tree.ts';
import type { MonitoringPlace } from './monitoring.ts';
import { reachOfAddresses } from './monitoring-addresses.ts';
import { hostOf } from './setting-fields.ts';
import { wordAt } from './yaml-words.ts';

/** What PostgreSQL's and MySQL's data sources mean by `sslmode`. */
const modes: Readonly<Record<string, { readonly tls: boolean; readonly chain: boolean; readonly hostname: boolean }>> =
  {
    disable: { tls: false, chain: false, hostname: false },
    require: { tls: true, chain: false, hostname: false },
    'verify-ca': { tls: true, chain: true, hostname: false },
    'verify-full': { tls: true, chain: true, hostname: true },
  };

/** `sslmode` of Grafana's data sources (Grafana documentation, Provisioning, Data sources; libpq, SSL mode). */
export const datasourceFacts = (root: YamlNode, place: MonitoringPlace): readonly Fact<Upstream>[] =>
  [...items(root, 'datasources'), ...[get(root, 'datasource')].flatMap((one) => one ?? [])].flatMap((source) => {
    const mode = wordAt(source, 'jsonData', 'sslmode');
    const meaning = mode && modes[mode.text];
    return mode && meaning ? [upstream(source, mode, meaning, place)] : [];
  });

function upstream(
  source: YamlNode,
  mode: Word,
  { tls, chain, hostname }: (typeof modes)[string],
  place: MonitoringPlace,
): Fact<Upstream> {
  const url = wordAt(source, 'url') ?? wordAt(source, 'jsonData', 'url');
  const name = wordAt(source, 'name');
  const field = (value: boolean): Field<boolean> => written(value, spanOfWord(mode));
  return buildFact<Upstream>(
    {
      technology: place.technology,
      subject: `data source ${name && !name.unknown ? name.text : ''} of ${place.subject}`.replace('  ', ' '),
      self: spanOfWord(mode),
    },
    { kind: 'upstream', ...(url && !url.unknown && { target: hostOf(url.text) }) },
    {
      tls: field(tls),
      verify: tls
        ? composite<NonNullable<Upstream['verify']>>({ chain: field(chain), hostname: field(hostname) })
        : byDefault({ chain: false, hostname: false }, 'there is no TLS'),
      exposure: exposureOf(url, source, place),
    },
  );
}

/**
 * Who is in between is left open inside a network: plain text is the default there, and TLS without verification is more
 * than that.
 */
function exposureOf(
  url: Word | undefined,
  source: YamlNode,
  place: MonitoringPlace,
): Field<NonNullable<Upstream['exposure']>> {
  if (!url || source.kind !== 'mapping') return unknown;
  const around = { node: source, path: [], around: [] };
  const reach = reachOfAddresses([url], around, { scrapes: false, inCluster: place.inCluster });
  return reach.origin === 'written' && reach.value === 'private' ? unknown : reach;
}
