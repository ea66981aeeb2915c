import { data } from '../../../data/expiry-metrics.yaml';
import type { Alert, Fact } from '../../core/fact.ts';
import { buildFact, unknown, written } from '../../core/fact-builder.ts';
import type { Source } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import { parseYaml } from '../../formats/yaml.ts';
import type { YamlNode } from '../../formats/yaml-tree.ts';
import { get, items, scalar, sourceOfScalar, spanOfNode, text } from '../../formats/yaml-tree.ts';
import { expiryCondition } from './expression.ts';

/** The alerts that a file defines, and the monitors that it mentions. */
export const readAlerts = ({ sources: [source] }: Unit): Extraction => ({
  facts: /\.(?:tf|jsonnet|libsonnet)$/i.test(source.held?.name ?? source.path)
    ? mentions(source, [...monitors, ...metrics])
    : [...firstToFire(alertsIn(source, true)), ...mentions(source, monitors)],
  diagnostics: isRuleFile(source) ? parseYaml(source).diagnostics : [],
});

/**
 * Of the alerts on one metric, the first to fire: how early somebody hears of it. Those after it are related places. One
 * whose threshold is not known may be the first.
 */
function firstToFire(alerts: readonly Fact<Alert>[]): readonly Fact<Alert>[] {
  const byMetric = new Map<string, Fact<Alert>[]>();
  for (const alert of alerts) {
    const { metric } = alert.data;
    byMetric.set(metric, [...(byMetric.get(metric) ?? []), alert]);
  }
  return [...byMetric.values()].flatMap((group) => {
    const [first, ...later] = group.toSorted((a, b) => noticeOf(b) - noticeOf(a));
    if (!first) return [];
    const related = later.map(({ self, subject }) => ({ span: self, phrase: `${subject} fires later` }));
    return [{ ...first, related: [...first.related, ...related] }];
  });
}

const noticeOf = ({ data: { thresholdSeconds } }: Fact<Alert>): number => thresholdSeconds ?? Number.MAX_SAFE_INTEGER;

const monitors = data.monitors.map(({ word }) => word);
const metrics = data.metrics.map(({ name }) => name);

const isRuleFile = ({ path, held, text }: Source): boolean =>
  /\.(?:ya?ml|rules|alerts)$/i.test(held?.name ?? path) && /^\s*(?:-\s+)?alert:/m.test(text);

/** `embedded`: texts inside the file may hold rules as well. */
function alertsIn(source: Source, embedded: boolean): readonly Fact<Alert>[] {
  return parseYaml(source).documents.flatMap((document) => {
    // What a ConfigMap holds is a file of its own.
    const nested = embedded && text(document, 'kind') !== 'ConfigMap';
    return nodesOf(document).flatMap((node) => {
      if (node.kind === 'mapping') return [...prometheusAlert(node), ...grafanaAlert(node)];
      const holdsRules = nested && node.kind === 'scalar' && /\balert:.*\bexpr:/s.test(node.value);
      return holdsRules ? alertsIn(sourceOfScalar(node), false) : [];
    });
  });
}

/** Every node once, in the order written. */
function nodesOf(document: YamlNode): readonly YamlNode[] {
  const seen = new Set<YamlNode>();
  const open = [document];
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'mapping') for (const { value } of node.entries.toReversed()) open.push(value);
    if (node.kind === 'sequence') for (const item of node.items.toReversed()) open.push(item);
  }
  return [...seen];
}

function prometheusAlert(rule: YamlNode): readonly Fact<Alert>[] {
  const name = scalar(rule, 'alert');
  const expression = expressionOf(rule);
  return name && expression ? alertFact(name.value, name, expression) : [];
}

/** A Grafana alert rule asks in `data[].model.expr`; its threshold stands in another query and is left unknown. */
function grafanaAlert(rule: YamlNode): readonly Fact<Alert>[] {
  const title = scalar(rule, 'title');
  if (!title) return [];
  return items(rule, 'data')
    .flatMap((query) => {
      const expression = expressionOf(get(query, 'model'));
      return expression ? alertFact(title.value, title, expression) : [];
    })
    .slice(0, 1);
}

/** The text of `expr`, also where a template decides a part of it. */
function expressionOf(rule: YamlNode | undefined): YamlNode | undefined {
  return rule?.kind === 'mapping' ? rule.entries.findLast(({ key }) => key.value === 'expr')?.value : undefined;
}

function alertFact(alert: string, name: YamlNode, expression: YamlNode): readonly Fact<Alert>[] {
  const query =
    expression.kind === 'scalar'
      ? expression.value
      : expression.source.text.slice(expression.range.start, expression.range.end);
  const condition = expiryCondition(query, alert);
  if (!condition) return [];
  const { metric, thresholdSeconds } = condition;
  const span = spanOfNode(expression);
  return [
    buildFact<Alert>(
      { technology: 'prometheus', subject: `alert ${alert}`, self: spanOfNode(name) },
      { kind: 'alert', metric },
      {
        metric: written(metric, span),
        thresholdSeconds: thresholdSeconds === undefined ? unknown : written(thresholdSeconds, span),
      },
    ),
  ];
}

/** The first of `words` that a text mentions outside a comment's line. */
function mentions(source: Source, words: readonly string[]): readonly Fact<Alert>[] {
  for (const word of words) {
    for (let at = source.text.indexOf(word); at >= 0; at = source.text.indexOf(word, at + word.length)) {
      const line = source.text.slice(source.text.lastIndexOf('\n', at) + 1, at);
      // A longer name, such as that of a template, is another word.
      if (/^\s*(?:#|\/\/)/.test(line) || /[\w.-]/.test(source.text[at + word.length] ?? '')) continue;
      const self = spanOf(source, at, at + word.length);
      return [
        buildFact<Alert>(
          { technology: 'prometheus', subject: `monitor ${word}`, self },
          { kind: 'alert', metric: word },
          { metric: written(word, self), thresholdSeconds: unknown },
        ),
      ];
    }
  }
  return [];
}
