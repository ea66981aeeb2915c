import { data } from '../../../data/expiry-metrics.yaml';

/** What an alert's expression says about expiry. */
export interface ExpiryCondition {
  readonly metric: string;
  /** How long before expiry it fires; `undefined` where that cannot be read. */
  readonly thresholdSeconds: number | undefined;
}

/** The expiry condition of a PromQL expression, if it has one. `alert`: the alert's name, which may say what it is for. */
export function expiryCondition(text: string, alert: string): ExpiryCondition | undefined {
  const expression = text.slice(0, longestExpression);
  for (const match of expression.matchAll(/[a-zA-Z_:][\w:]*/g)) {
    const metric = metricNamed(match[0]);
    if (metric) return conditionOn(match[0], metric.unit, expression.slice(match.index + match[0].length));
  }
  const [homemade] = expression.match(/[a-zA-Z_:]\w*_[\w:]*/) ?? [];
  const isExpiry = /cert|ssl|tls/i.test(alert) && /expir/i.test(alert) && /\btime\(\)/.test(expression);
  return isExpiry && homemade ? { metric: homemade, thresholdSeconds: undefined } : undefined;
}

/** What is longer is read up to here. */
const longestExpression = 4000;
const longestCondition = 500;

type Unit = (typeof data.metrics)[number]['unit'];

const byName: ReadonlyMap<string, (typeof data.metrics)[number]> = new Map(
  data.metrics.map((metric) => [metric.name, metric]),
);

/** A known metric, a series recorded from one (`job:x509_cert_not_after:min`), or one whose name says it. */
function metricNamed(name: string): { readonly unit?: Unit } | undefined {
  const known = byName.get(name) ?? name.split(':').flatMap((part) => byName.get(part) ?? [])[0];
  if (known) return known;
  return /cert|ssl|x509|tls/i.test(name) && /expir|not_?after|days_(?:left|until)|end_?date/i.test(name)
    ? {}
    : undefined;
}

const secondsPer = { epoch: 1, seconds: 1, milliseconds: 1 / 1000, days: 86_400 } as const;

/** Reads `… - time() < 14 * 86400` or `(… - time()) / 86400 < 14` from what stands after the metric. */
function conditionOn(metric: string, unit: Unit, after: string): ExpiryCondition {
  const unreadable = { metric, thresholdSeconds: undefined };
  const compared = /^([^<>=!]*(?:\{[^}]*\}[^<>=!]*)?)<=?\s*(?:bool\b)?\s*([\d\s*/+().]+)/.exec(
    after.slice(0, longestCondition),
  );
  const limit = arithmetic(compared?.[2] ?? '');
  if (!unit || limit === undefined) return unreadable;
  const left = (compared?.[1] ?? '').replace(/\{[^}]*\}/g, '').replace(/\[[^\]]*\]/g, '');
  const reduced = left.replace(/,\s*[\d.]+/g, '').replace(/\/\s*(\d[\d.]*|\([\d\s*.]+\))/g, '');
  if (/\d/.test(reduced) || (unit === 'epoch' && !/-\s*(?:time|vector)\s*\(/.test(reduced))) return unreadable;
  const divisors = [...left.matchAll(/\/\s*(\d[\d.]*|\([\d\s*.]+\))/g)].map((match) => arithmetic(match[1] ?? ''));
  let seconds = limit * secondsPer[unit];
  for (const divisor of divisors) {
    if (divisor === undefined) return unreadable;
    seconds *= divisor;
  }
  return Number.isFinite(seconds) ? { metric, thresholdSeconds: Math.round(seconds) } : unreadable;
}

/** The value of a sum of products of numbers; closing parentheses that were opened before it end it. */
function arithmetic(text: string): number | undefined {
  const tokens = text.match(/\d+(?:\.\d+)?|[-+*/()]/g) ?? [];
  let at = 0;
  const factor = (depth: number): number => {
    const token = tokens[at++];
    if (token === '(' && depth < 20) {
      const value = sum(depth + 1);
      at++;
      return value;
    }
    return token === undefined || !/^\d/.test(token) ? Number.NaN : Number(token);
  };
  const product = (depth: number): number => {
    let value = factor(depth);
    while (tokens[at] === '*' || tokens[at] === '/')
      value = tokens[at++] === '*' ? value * factor(depth) : value / factor(depth);
    return value;
  };
  const sum = (depth: number): number => {
    let value = product(depth);
    while (tokens[at] === '+' || tokens[at] === '-')
      value = tokens[at++] === '+' ? value + product(depth) : value - product(depth);
    return value;
  };
  const value = sum(0);
  return Number.isNaN(value) ? undefined : value;
}
