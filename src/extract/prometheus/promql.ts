/**
 * A PromQL expression as far as alerts on expiry need it: sums of a metric, the time and numbers, and comparisons of them.
 * Source: Prometheus documentation, "Operators" and "Functions".
 */

/** `metric * value of the metric + time * time() + constant`. */
export interface Linear {
  readonly metric: number;
  readonly time: number;
  readonly constant: number;
}

/** `difference < 0`: what is to the left of `<`, without what is to its right. */
type Comparison = Linear;

type Value = Linear | undefined;

const number = (constant: number): Linear => ({ metric: 0, time: 0, constant });
const now: Linear = { metric: 0, time: 1, constant: 0 };
const series: Linear = { metric: 1, time: 0, constant: 0 };

const combine = (a: Value, b: Value, sign: 1 | -1): Value =>
  a &&
  b && { metric: a.metric + sign * b.metric, time: a.time + sign * b.time, constant: a.constant + sign * b.constant };
const scale = (a: Value, factor: number): Value =>
  a && Number.isFinite(factor)
    ? { metric: a.metric * factor, time: a.time * factor, constant: a.constant * factor }
    : undefined;
const isNumber = (a: Value): a is Linear => a !== undefined && a.metric === 0 && a.time === 0;

const token =
  /\{\{[\s\S]*?\}\}|%(?:\(\w+\))?[a-z]|\{[^}]*\}|\[[^\]]*\]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#.*|\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:ms|[smhdwy])?|\.\d+|[a-zA-Z_:][\w:.]*|[<>!=]=?|[-+*/%^(),@]|\S/g;

/** Functions and aggregations that give their argument, or one of its elements, back. */
const transparent =
  /^(?:min|max|avg|sum|group|sort|sort_desc|abs|ceil|floor|round|vector|scalar|clamp|clamp_min|clamp_max|label_replace|label_join|(?:min|max|avg|last|first)_over_time|default_rollup|any|rate|irate|increase)$/;
/** Those whose second argument counts. */
const parametrised = /^(?:topk|bottomk|quantile|quantile_over_time|histogram_quantile|limitk)$/;
const grouping = /^(?:by|without|on|ignoring|group_left|group_right)$/;

const deepest = 40;

/** Every comparison of an expression that can be read, in the order written. `isMetric` says whose value is meant. */
export function comparisonsIn(text: string, isMetric: (name: string) => boolean): readonly Comparison[] {
  const tokens = text.match(token)?.filter((one) => !one.startsWith('#')) ?? [];
  const comparisons: Comparison[] = [];
  let at = 0;

  const skipGroup = (): void => {
    if (tokens[at] !== '(') return;
    while (at < tokens.length && tokens[at] !== ')') at++;
    at++;
  };

  const argumentsOf = (depth: number): readonly Value[] => {
    const values: Value[] = [];
    at++;
    while (at < tokens.length && tokens[at] !== ')') {
      const before = at;
      values.push(either(depth + 1));
      if (tokens[at] === ',') at++;
      else if (at === before) at++;
    }
    at++;
    return values;
  };

  const call = (name: string, depth: number): Value => {
    if (grouping.test(tokens[at] ?? '')) {
      at++;
      skipGroup();
    }
    const values = argumentsOf(depth);
    while (grouping.test(tokens[at] ?? '')) {
      at++;
      skipGroup();
    }
    if (name === 'time') return values.length === 0 ? now : undefined;
    if (transparent.test(name)) return values[0];
    return parametrised.test(name) ? values[1] : undefined;
  };

  const selectors = (): void => {
    for (;;) {
      const next = tokens[at] ?? '';
      if (/^(?:\{(?!\{)|\[)/.test(next)) at++;
      else if (next === 'offset' || next === '@') at += tokens[at + 1] === '-' ? 3 : 2;
      else return;
    }
  };

  const operand = (depth: number): Value => {
    const next = tokens[at];
    if (next === undefined || depth > deepest) {
      at++;
      return undefined;
    }
    at++;
    if (next === '-') return scale(operand(depth + 1), -1);
    if (next === '+') return operand(depth + 1);
    if (next === '(') {
      const value = either(depth + 1);
      if (tokens[at] === ')') at++;
      selectors();
      return value;
    }
    if (/^[\d.]/.test(next)) return amount(next);
    if (/^[a-zA-Z_:]/.test(next)) {
      if (tokens[at] === '(' || grouping.test(tokens[at] ?? '')) return call(next, depth);
      selectors();
      return isMetric(next) ? series : undefined;
    }
    return undefined;
  };

  const matching = (): void => {
    while (grouping.test(tokens[at] ?? '')) {
      at++;
      skipGroup();
    }
  };

  const product = (depth: number): Value => {
    let value = operand(depth);
    while (/^[*/%^]$/.test(tokens[at] ?? '')) {
      const operator = tokens[at++];
      matching();
      const other = operand(depth);
      if (operator === '*')
        value = isNumber(other)
          ? scale(value, other.constant)
          : isNumber(value)
            ? scale(other, value.constant)
            : undefined;
      else value = operator === '/' && isNumber(other) ? scale(value, 1 / other.constant) : undefined;
    }
    return value;
  };

  const sum = (depth: number): Value => {
    let value = product(depth);
    while (tokens[at] === '+' || tokens[at] === '-') {
      const sign = tokens[at++] === '+' ? 1 : -1;
      matching();
      value = combine(value, product(depth), sign);
    }
    return value;
  };

  /** A comparison keeps the elements for which it holds: its value is that of the side that has elements. */
  const compared = (depth: number): Value => {
    let value = sum(depth);
    while (/^(?:[<>]=?|==|!=)$/.test(tokens[at] ?? '')) {
      const operator = tokens[at++] ?? '';
      if (tokens[at] === 'bool') at++;
      matching();
      const other = sum(depth);
      const difference = operator.startsWith('<') ? combine(value, other, -1) : combine(other, value, -1);
      if (/^[<>]/.test(operator) && difference && difference.metric !== 0) comparisons.push(difference);
      value = isNumber(value) ? other : value;
    }
    return value;
  };

  function either(depth: number): Value {
    const value = compared(depth);
    while (/^(?:and|or|unless)$/i.test(tokens[at] ?? '')) {
      at++;
      matching();
      compared(depth);
    }
    return value;
  }

  while (at < tokens.length) {
    const before = at;
    either(0);
    if (at === before) at++;
  }
  return comparisons;
}

const secondsPer: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** `1209600`, `1.2096e6`, `14d`. */
function amount(text: string): Value {
  const [, digits, unit] = /^([\d.]+(?:e[+-]?\d+)?)([a-z]*)$/i.exec(text) ?? [];
  const factor = unit === '' || unit === undefined ? 1 : secondsPer[unit];
  const value = Number(digits);
  return factor === undefined || Number.isNaN(value) ? undefined : number(value * factor);
}
