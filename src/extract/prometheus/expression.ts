import { data } from '../../../data/expiry-metrics.yaml';
import { comparisonsIn } from './promql.ts';

/** What an alert's expression says about expiry. */
export interface ExpiryCondition {
  readonly metric: string;
  /** How long before expiry it fires; `undefined` where that cannot be read. */
  readonly thresholdSeconds: number | undefined;
}

/** The expiry condition of a PromQL expression, if it has one. `alert`: the alert's name, which may say what it is for. */
export function expiryCondition(text: string, alert: string): ExpiryCondition | undefined {
  const expression = text.slice(0, longestExpression);
  const names = expression.match(/[a-zA-Z_:][\w:]*/g) ?? [];
  for (const name of names) {
    const metric = metricNamed(name);
    if (metric) return { metric: name, thresholdSeconds: thresholdOf(expression, name, metric.unit) };
  }
  const [homemade] = expression.match(/[a-zA-Z_:]\w*_[\w:]*/) ?? [];
  const isExpiry = /cert|ssl|tls/i.test(alert) && /expir/i.test(alert) && /\btime\(\)/.test(expression);
  return isExpiry && homemade
    ? { metric: homemade, thresholdSeconds: thresholdOf(expression, homemade, 'epoch') }
    : undefined;
}

/** What is longer is read up to here. */
const longestExpression = 4000;

type Unit = (typeof data.metrics)[number]['unit'];

const byName: ReadonlyMap<string, (typeof data.metrics)[number]> = new Map(
  data.metrics.map((metric) => [metric.name, metric]),
);

/** A known metric, a series recorded from one (`job:x509_cert_not_after:min`), or one whose name says it. */
function metricNamed(name: string): { readonly unit?: Unit } | undefined {
  const known = byName.get(name) ?? name.split(':').flatMap((part) => byName.get(part) ?? [])[0];
  if (known) return known;
  if (!/cert|ssl|x509|tls/i.test(name) || !/expir|not_?after|days_(?:left|until)|end_?date/i.test(name))
    return undefined;
  if (/days/i.test(name)) return { unit: 'days' };
  if (/not_?after|timestamp|epoch/i.test(name)) return { unit: 'epoch' };
  return /(?:expires?_in|ttl|remaining|left).*seconds$/i.test(name) ? { unit: 'seconds' } : {};
}

const secondsPer = { epoch: 1, 'epoch-milliseconds': 1 / 1000, seconds: 1, days: 86_400 } as const;

/**
 * Of the comparisons with the metric, the first that holds while less than something remains. A point in time must be
 * compared with the time, and what remains must not.
 */
function thresholdOf(expression: string, metric: string, unit: Unit): number | undefined {
  if (!unit) return undefined;
  for (const { metric: factor, time, constant } of comparisonsIn(expression, (name) => name === metric)) {
    const scaled = factor / secondsPer[unit];
    const remains = factor > 0 && (unit.startsWith('epoch') ? Math.abs(time + scaled) < 1e-9 * scaled : time === 0);
    const seconds = -constant / scaled;
    if (remains && Number.isFinite(seconds)) return Math.round(seconds) + 0;
  }
  return undefined;
}
