import { data } from '../../../data/monitoring-settings.yaml';
import type { Fact } from '../../core/fact.ts';
import type { Source } from '../../core/source.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import { parseToml } from '../../formats/toml.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { get, keyOf, type YamlNode } from '../../formats/yaml-tree.ts';
import { type MonitoringPlace, monitoringFacts } from '../dialects/monitoring.ts';
import { datasourceFacts } from '../dialects/monitoring-datasources.ts';
import { grafanaServer } from './grafana-server.ts';
import { textFacts } from './texts.ts';

/** What one configuration says. */
export function readMonitoring({ sources: [source] }: Unit): Extraction {
  const name = source.held?.name ?? source.path;
  if (/\.(?:conf|cfg|ini|alloy|river)(?:\.[\w-]+)?$/i.test(name))
    return { facts: [...textFacts(source, name), ...grafanaServer(source, name)], diagnostics: [] };
  const { documents, diagnostics } = documentsOf(source, name);
  const facts = documents.flatMap((document) => factsOf(document, source, name));
  return { facts, diagnostics: facts.length > 0 ? diagnostics : [] };
}

function documentsOf(source: Source, name: string) {
  if (!/\.toml$/i.test(name)) return parseYaml(source);
  const { root, diagnostics } = parseToml(source);
  return { documents: [root], diagnostics };
}

/** How deep in a chart's values a configuration may stand. */
const deepest = 8;

/** The configurations in a document, each with the shape that gives it away; a list of scrape jobs is one as well. */
function factsOf(document: YamlNode, source: Source, name: string): readonly Fact[] {
  const inCluster = source.held !== undefined || /(?:^|\/)[^/]*values[^/]*\.ya?ml$/i.test(name);
  const place: MonitoringPlace = {
    technology: 'monitoring',
    subject: source.held ? `${source.held.name} in ${source.held.holder}` : name.replace(/^.*\//, ''),
    open: false,
    inCluster,
  };
  return configurationsIn(document).flatMap((node) => [
    ...monitoringFacts(node, place),
    ...datasourceFacts(node, place),
  ]);
}

function configurationsIn(document: YamlNode): readonly YamlNode[] {
  const found: YamlNode[] = [];
  const seen = new Set<YamlNode>();
  const open: { readonly node: YamlNode; readonly depth: number }[] = [{ node: document, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next;
    if (depth > deepest || seen.has(node)) continue;
    seen.add(node);
    if (isConfiguration(node)) found.push(node);
    else if (node.kind === 'sequence')
      for (const item of node.items.toReversed()) open.push({ node: item, depth: depth + 1 });
    else if (node.kind === 'mapping' && !isObject(node))
      for (const { value } of node.entries.toReversed()) open.push({ node: value, depth: depth + 1 });
  }
  return found;
}

const isConfiguration = (node: YamlNode): boolean =>
  node.kind === 'sequence'
    ? node.items.some((item) => keyOf(item, 'job_name') !== undefined)
    : !isObject(node) && data.shapes.some(({ keys }) => keys.every((key) => keyOf(node, key) !== undefined));

/** Objects of Kubernetes are read as such. */
const isObject = (node: YamlNode): boolean =>
  get(node, 'metadata') !== undefined && get(node, 'kind') !== undefined && get(node, 'apiVersion') !== undefined;
