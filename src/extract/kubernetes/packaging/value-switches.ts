import { data } from '../../../../data/helm-values.yaml';
import type { Fact, Listener, ProtocolVersion, Upstream } from '../../../core/fact.ts';
import { buildFact, composite, type Field, unknown, written } from '../../../core/fact-builder.ts';
import {
  items,
  spanInScalar,
  spanOfNode,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import { addressesOf, isScraping, reachOfAddresses } from '../../dialects/monitoring-addresses.ts';
import { readAsObjects } from './known-charts.ts';
import type { Release } from './release.ts';

interface Visit {
  readonly node: YamlMapping;
  readonly path: readonly string[];
  readonly around: readonly YamlMapping[];
}

/**
 * Single values that mean the same in every chart: verification that is switched off, and versions of TLS. Who can stand
 * in between is told by an address beside the switch; where there is none, it is somebody inside the network.
 */
export function switchFacts(release: Release): readonly Fact[] {
  const facts: Fact[] = [];
  const seen = new Set<YamlNode>(readAsObjects(release));
  const open: { readonly node: YamlNode; readonly path: readonly string[]; readonly around: readonly YamlMapping[] }[] =
    [{ node: release.values, path: [], around: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, path, around } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'sequence') for (const item of node.items.toReversed()) open.push({ node: item, path, around });
    if (node.kind !== 'mapping') continue;
    for (const entry of node.entries) {
      const fact = factOf(entry, { node, path, around }, release);
      if (fact) facts.push(fact);
    }
    for (const { key, value } of node.entries.toReversed())
      open.push({ node: value, path: [...path, key.value], around: [node, ...around] });
  }
  return facts;
}

const bare = (key: string): string => key.replace(/[-_]/g, '').toLowerCase();

const switches = new Map(data.switches.map(({ key, off }) => [key, new RegExp(`^(?:${off})$`, 'i')]));
const versions = new Map(data.versions.map((one) => [one.key, one]));

function factOf({ key, value }: YamlEntry, visit: Visit, release: Release): Fact | undefined {
  const name = bare(key.value.slice(key.value.lastIndexOf('.') + 1));
  if (value.kind === 'scalar' && switches.get(name)?.test(value.value)) return switchedOff(key, value, visit, release);
  const version = versions.get(name);
  const inTls = visit.path.some((part) => /tls|ssl/i.test(part));
  return version && (!version.inTls || inTls) ? versionFact(key, value, version.reads, visit, release) : undefined;
}

const subjectOf = (key: YamlScalar, { path }: Visit, { label }: Release): string =>
  `${[...path, key.value].join('.')} in ${label}`;

function switchedOff(key: YamlScalar, value: YamlScalar, visit: Visit, release: Release): Fact<Upstream> {
  const span = spanOfNode(value);
  const off = written(false, span);
  const addresses = addressesOf(visit);
  // Metrics are fetched from pods that are found by their labels and have certificates of their own making.
  const scrapes =
    isScraping(visit.path) || visit.path.some((part) => /monitor|metrics|scrape|kubelet|probe/i.test(part));
  const reach = reachOfAddresses(addresses, visit, { scrapes, inCluster: true });
  const nobodySays: Field<NonNullable<Upstream['exposure']>> = scrapes ? unknown : written('private', span);
  const [target] = addresses;
  return buildFact<Upstream>(
    { technology: 'helm', subject: subjectOf(key, visit, release), self: span },
    { kind: 'upstream', ...(target && !target.unknown && { target: target.text }) },
    {
      tls: written(true, span),
      verify: composite({ chain: off, hostname: off }),
      exposure: addresses.length === 0 ? nobodySays : reach,
    },
  );
}

function versionFact(
  key: YamlScalar,
  value: YamlNode,
  reads: 'oldest' | 'all',
  visit: Visit,
  release: Release,
): Fact<Listener> | undefined {
  const protocols = reads === 'oldest' ? sinceOldest(value) : listed(value);
  if (!protocols) return undefined;
  return buildFact<Listener>(
    { technology: 'helm', subject: subjectOf(key, visit, release), self: spanOfNode(key) },
    { kind: 'listener', tls: true },
    { protocols },
  );
}

function sinceOldest(value: YamlNode): Field<readonly ProtocolVersion[]> | undefined {
  const oldest = value.kind === 'scalar' ? parseProtocol(value.value) : undefined;
  return oldest && written(protocolRange(oldest, 'TLSv1.3'), spanOfNode(value));
}

function listed(value: YamlNode): Field<readonly ProtocolVersion[]> | undefined {
  const words =
    value.kind === 'sequence'
      ? items(value).flatMap((item) => (item.kind === 'scalar' ? [{ word: item.value, span: spanOfNode(item) }] : []))
      : value.kind === 'scalar'
        ? [...value.value.matchAll(/[^\s,:]+/g)].map(({ 0: word, index }) => ({
            word,
            span: spanInScalar(value, index, index + word.length),
          }))
        : [];
  const parsed = words.map(({ word, span }) => ({ version: parseProtocol(word), span }));
  if (parsed.length === 0) return undefined;
  const found = parsed.flatMap(({ version, span }) => (version ? [{ version, span }] : []));
  if (found.length < parsed.length) return undefined;
  return written(
    found.map(({ version }) => version),
    spanOfNode(value),
    Object.fromEntries(found.map(({ span }, index) => [String(index), span])),
  );
}
