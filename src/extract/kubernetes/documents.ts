import type { Source } from '../../core/source.ts';
import type { Repository } from '../../core/technology.ts';
import { parseYaml, type YamlFile } from '../../formats/yaml.ts';
import { chartOf } from '../dialects/helm-chart.ts';
import { resolveTemplate } from '../dialects/helm-template.ts';

const read = new WeakMap<Source, YamlFile>();

/**
 * The documents of a manifest. In a chart's template, what the chart's own values decide is filled in, and a copy of
 * somebody else's chart says nothing. Read once for each source.
 */
export function documentsOf(source: Source, repository: Repository): YamlFile {
  const known = read.get(source);
  if (known) return known;
  const file = fresh(source, repository);
  read.set(source, file);
  return file;
}

function fresh(source: Source, repository: Repository): YamlFile {
  if (isProse.test(source.path)) return { documents: [], diagnostics: [], templated: false };
  if (source.held || !/(?:^|\/)templates\//.test(source.path)) return parseYaml(source);
  const chart = chartOf(source.path, repository);
  if (chart?.vendored) return { documents: [], diagnostics: [], templated: false };
  const file = parseYaml(source);
  if (!chart || !file.templated) return file;
  return { ...file, documents: resolveTemplate(source, file.documents, chart) };
}

/** Templates of pages that show manifests. */
const isProse = /\.(?:md|markdown|txt|html?|adoc|rst)\.\w+$/i;
