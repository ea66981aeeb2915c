import type { Range, Source } from '../../core/source.ts';
import { lookUp, type YamlNode, type YamlScalar } from '../../formats/yaml-tree.ts';
import { type Chart, isOfDependency } from './helm-chart.ts';
import { call } from './helm-functions.ts';
import { type HelmValue, nothingGiven, unknownValue } from './helm-value.ts';

/** What names mean where an expression stands. */
export interface Scope {
  readonly chart: Chart;
  /** What `.` is inside `with` and `range`; absent where it is what the template was called with, which has `.Values`. */
  readonly dot?: HelmValue;
}

interface Token extends Range {
  readonly text: string;
}

/** Longer expressions and deeper parentheses than these are left unknown. */
const mostTokens = 200;
const deepest = 20;

/** The expression at `range` of a template, which is what stands between the braces, without trim markers. */
export function evaluate(source: Source, range: Range, scope: Scope): HelmValue {
  const tokens = tokensOf(source.text.slice(range.start, range.end), range.start);
  if (!tokens || tokens.length > mostTokens) return unknownValue;
  const reader: Reader = { source, scope, tokens, at: 0 };
  const value = pipeline(reader, 0);
  return reader.at === tokens.length ? value : unknownValue;
}

interface Reader {
  readonly source: Source;
  readonly scope: Scope;
  readonly tokens: readonly Token[];
  at: number;
}

const token = /\s+|"(?:[^"\\\n]|\\.)*"|`[^`]*`|[-+]?\d[\w.]*|[()|]|\$?\w*(?:\.\w+)+|\$\w*|\.|\w+/y;

function tokensOf(text: string, offset: number): readonly Token[] | undefined {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const start = token.lastIndex;
    const found = token.exec(text)?.[0];
    if (found === undefined) return undefined;
    if (found.trim() !== '') tokens.push({ text: found, start: offset + start, end: offset + start + found.length });
  }
  return tokens;
}

/** `a | b | c`: each command gets the value before it as its last argument. */
function pipeline(reader: Reader, depth: number): HelmValue {
  if (depth > deepest) return unknownValue;
  let value = command(reader, undefined, depth);
  while (reader.tokens[reader.at]?.text === '|') {
    reader.at++;
    value = command(reader, value, depth);
  }
  return value;
}

function command(reader: Reader, piped: HelmValue | undefined, depth: number): HelmValue {
  const first = reader.tokens[reader.at];
  const name =
    first && /^[A-Za-z_]\w*$/.test(first.text) && !Object.hasOwn(constants, first.text) ? first.text : undefined;
  if (name !== undefined) reader.at++;
  const operands: HelmValue[] = [];
  for (let next = reader.tokens[reader.at]; next && next.text !== '|' && next.text !== ')'; ) {
    operands.push(operand(reader, depth));
    next = reader.tokens[reader.at];
  }
  if (piped) operands.push(piped);
  if (name !== undefined) return call(name, operands);
  const [only, ...others] = operands;
  return only && others.length === 0 ? only : unknownValue;
}

const constants: Readonly<Record<string, HelmValue>> = {
  true: { kind: 'scalar', value: true },
  false: { kind: 'scalar', value: false },
  nil: nothingGiven,
};

function operand(reader: Reader, depth: number): HelmValue {
  const { source, scope, tokens } = reader;
  const next = tokens[reader.at++];
  if (!next) return unknownValue;
  const { text } = next;
  if (text === '(') {
    const inner = pipeline(reader, depth + 1);
    if (tokens[reader.at]?.text !== ')') return unknownValue;
    const { end } = tokens[reader.at++] ?? next;
    const after = tokens[reader.at];
    if (!after?.text.startsWith('.') || after.start !== end) return inner;
    reader.at++;
    return inner.kind === 'collection' ? at(inner.node, after.text.slice(1).split('.')) : followed(inner);
  }
  if (text.startsWith('"') || text.startsWith('`')) return literal(source, next);
  if (/^[-+]?\d/.test(text))
    return { kind: 'scalar', value: Number(text), node: scalarAt(source, next, text, 'plain') };
  if (Object.hasOwn(constants, text)) return constants[text] ?? unknownValue;
  const { dot } = scope;
  if (dot && text.startsWith('.')) {
    if (text === '.') return dot;
    return dot.kind === 'collection' ? at(dot.node, text.slice(1).split('.')) : unknownValue;
  }
  if (!/^\$?\.Values(?:\.|$)/.test(text)) return unknownValue;
  return ofValues(
    scope.chart,
    text
      .slice(text.indexOf('.Values') + '.Values'.length)
      .split('.')
      .slice(1),
  );
}

/** A field of nothing is nothing where parentheses allow for it (Go, text/template: nil-safe access). */
const followed = (value: HelmValue): HelmValue => (value.kind === 'nothing' ? nothingGiven : unknownValue);

function ofValues(chart: Chart, path: readonly string[]): HelmValue {
  const [key] = path;
  if (!chart.values) return unknownValue;
  const found = at(chart.values, path);
  return found.kind === 'nothing' && (key === undefined || isOfDependency(chart, key)) ? unknownValue : found;
}

function at(node: YamlNode, path: readonly string[]): HelmValue {
  const found = lookUp(node, ...path);
  if (found.state === 'unknown') return unknownValue;
  if (found.state === 'absent') return nothingGiven;
  return found.node.kind === 'scalar' ? scalarValue(found.node) : { kind: 'collection', node: found.node };
}

/** A scalar as the YAML 1.1 loader of Helm types it. */
function scalarValue(node: YamlScalar): HelmValue {
  const { value, style } = node;
  if (style !== 'plain') return { kind: 'scalar', value, node };
  if (/^(?:|~|null|Null|NULL)$/.test(value)) return nothingGiven;
  if (/^(?:true|yes|on)$/i.test(value)) return { kind: 'scalar', value: true, node };
  if (/^(?:false|no|off)$/i.test(value)) return { kind: 'scalar', value: false, node };
  const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
  return { kind: 'scalar', value: number ?? value, node };
}

function literal(source: Source, { text, start, end }: Token): HelmValue {
  const value = text.slice(1, -1);
  if (text.startsWith('"') && value.includes('\\')) return unknownValue;
  return { kind: 'scalar', value, node: scalarAt(source, { start: start + 1, end: end - 1 }, value, 'double') };
}

const scalarAt = (source: Source, { start, end }: Range, value: string, style: YamlScalar['style']): YamlScalar => ({
  kind: 'scalar',
  source,
  range: { start, end },
  content: { start, end },
  style,
  value,
  segments: [{ inner: { start: 0, end: value.length }, outer: { start, end } }],
});
