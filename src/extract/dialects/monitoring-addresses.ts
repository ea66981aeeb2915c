import { data } from '../../../data/monitoring-settings.yaml';
import type { Upstream } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { get, items, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import { type Reach, reachOf, widestReach } from '../../tls/reach.ts';
import { hostOf } from './setting-fields.ts';
import { filled, wordAt, wordsAt } from './yaml-words.ts';

interface Place {
  readonly node: YamlMapping;
  readonly path: readonly string[];
  readonly around: readonly YamlMapping[];
}

/** How many mappings outward an address may stand. */
const farthest = 3;

/** What is connected to: named in the mapping itself, or in the nearest one around it that names something. */
export function addressesOf({ node, around }: Place): readonly Word[] {
  for (const mapping of [node, ...around].slice(0, farthest)) {
    const targets = [...listed(mapping, 'static_configs'), ...listed(mapping, 'staticConfigs')];
    const found = targets.length > 0 ? targets : named(mapping);
    if (found.length > 0) return found;
  }
  return [];
}

const listed = (mapping: YamlNode, key: string): readonly Word[] =>
  items(mapping, key).flatMap((group) => wordsAt(group, 'targets'));

function named(mapping: YamlNode): readonly Word[] {
  for (const key of data.addresses) {
    const node = get(mapping, key);
    if (node?.kind === 'mapping') continue;
    // A list of mappings is a list of something else, such as the endpoints of a ServiceMonitor.
    if (node?.kind === 'sequence' && node.items.some((item) => item.kind === 'mapping')) continue;
    const words = node?.kind === 'sequence' ? wordsAt(mapping, key) : [wordAt(mapping, key)];
    const known = words.flatMap((word) => filled(word) ?? []);
    if (known.length > 0) return known;
  }
  const prober = filled(wordAt(mapping, 'prober', 'url'));
  return prober ? [prober] : [];
}

/** Whether a connection only fetches metrics, or tries something out. */
export const isScraping = (path: readonly string[]): boolean =>
  path.some((part) => data.scraping.includes(part)) ||
  (path.includes('receivers') && !path.some((part) => /_configs$|Configs$/.test(part)));

/**
 * Who can stand in between. Whoever fetches metrics finds its targets by labels, inside the network: that is left open,
 * unless a target is on the internet. So is a job that relabels its addresses.
 */
export function reachOfAddresses(
  addresses: readonly Word[],
  { node }: Place,
  { scrapes, inCluster }: { readonly scrapes: boolean; readonly inCluster: boolean },
): Field<NonNullable<Upstream['exposure']>> {
  const [first] = addresses;
  if (!first || addresses.some((word) => word.unknown)) return unknown;
  const widest = widestReach(addresses.map(({ text }) => reachOfName(hostOf(text), inCluster)));
  if (!widest) return unknown;
  if (scrapes && (widest !== 'external' || relabels(node))) return unknown;
  return written(widest, spanOfWord(first));
}

const relabels = (node: YamlNode): boolean =>
  ['relabel_configs', 'relabelings', 'relabelConfigs'].some((key) => {
    const rules = get(node, key);
    return rules !== undefined && /__address__/.test(rules.source.text.slice(rules.range.start, rules.range.end));
  });

/** In a cluster `collector.observability` is a Service of another namespace, for no such domain is delegated. */
const reachOfName = (host: string, inCluster: boolean): Reach =>
  inCluster && /^[\w-]+\.(?:[a-z0-9]+-[a-z0-9-]+|[a-z]{7,})(?::\d+)?$/.test(host) ? 'private' : reachOf(host);
