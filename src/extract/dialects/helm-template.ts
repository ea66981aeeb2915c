import type { Range, Segment, Source } from '../../core/source.ts';
import { templateActions } from '../../formats/yaml-actions.ts';
import type { YamlEntry, YamlNode, YamlScalar } from '../../formats/yaml-tree.ts';
import type { Chart } from './helm-chart.ts';
import { evaluate, type Scope } from './helm-expression.ts';
import { type Scopes, scopesOf } from './helm-scopes.ts';
import type { HelmValue } from './helm-value.ts';

/**
 * The documents of a chart's template with what the chart's own values decide:
 *
 * - `{{ .Values.a.b }}`, also through `quote`, `default`, `trim` and the like, is the scalar of `values.yaml`, and its place
 *   is there: that is what somebody must change. A text around it keeps its place in the template, and so do an object's
 *   name and namespace, at which a line that is missing is explained.
 * - What a condition that is false adds to an object is unknown: nobody asked for it, and whoever does may. It is false
 *   where neither the defaults nor another file of values beside them make it true.
 *
 * A value that another file of values replaces is unknown, for nobody can tell which one is used. An empty value stays unknown, for it is there to be filled in, and so does a switch that leaves TLS off: a chart that can
 * do TLS is not to be blamed for asking. What stands in a part that is not built by default is not resolved: its values
 * are placeholders. A whole object under such a condition is read as it is written.
 */
export function resolveTemplate(source: Source, documents: readonly YamlNode[], chart: Chart): readonly YamlNode[] {
  const scopes = scopesOf(source, chart);
  const overlays = chart.overlays.map((values) => scopesOf(source, { ...chart, values }));
  const around = {
    source,
    scopes,
    overlays,
    done: new Map<YamlNode, YamlNode>(),
    depth: 0,
    inMetadata: false,
    identity: false,
  };
  return documents.map((document) => resolved(document, { ...around, outer: scopes.regionAt(document.range.start) }));
}

interface Resolving {
  readonly source: Source;
  readonly scopes: Scopes;
  /** The same template with each other file of values. */
  readonly overlays: readonly Scopes[];
  readonly done: Map<YamlNode, YamlNode>;
  /** The part of the template that holds the whole document. */
  readonly outer: number;
  readonly depth: number;
  readonly inMetadata: boolean;
  /** The value says what the object is called. */
  readonly identity: boolean;
}

function resolved(node: YamlNode, resolving: Resolving): YamlNode {
  const before = resolving.done.get(node);
  if (before) return before;
  resolving.done.set(node, node);
  const found = resolvedNode(node, { ...resolving, depth: resolving.depth + 1 });
  resolving.done.set(node, found);
  return found;
}

function resolvedNode(node: YamlNode, resolving: Resolving): YamlNode {
  switch (node.kind) {
    case 'scalar':
      return node;
    case 'unknown':
      return scalarFor(node, resolving) ?? node;
    case 'sequence':
      return { ...node, items: node.items.map((item) => part(item, item.range.start, resolving)) };
    case 'mapping':
      return { ...node, entries: node.entries.map((entry) => resolvedEntry(entry, resolving)) };
  }
}

function resolvedEntry({ key, value }: YamlEntry, resolving: Resolving): YamlEntry {
  const { depth, inMetadata } = resolving;
  const around = {
    inMetadata: depth === 1 && key.value === 'metadata',
    identity: depth === 2 && inMetadata && /^(?:name|namespace)$/.test(key.value),
  };
  return { key, value: part(value, key.range.start, { ...resolving, ...around }) };
}

/** An entry's value or an item: unknown where the condition around it is false by default. */
function part(node: YamlNode, offset: number, resolving: Resolving): YamlNode {
  const { scopes, overlays, outer, source } = resolving;
  if (node.source !== source) return node;
  const region = scopes.regionAt(offset);
  if (region !== outer && [scopes, ...overlays].every((one) => one.isBuilt(region, outer) === false))
    return { kind: 'unknown', source, range: node.range };
  // A value that only one alternative gives its key stays unknown.
  if (node.kind === 'unknown' && scopes.regionAt(node.range.start) !== region) return node;
  return resolved(node, resolving);
}

/** The scalar that the actions of an unknown value make, if the chart's values decide each of them. */
function scalarFor({ range }: YamlNode, { source, scopes, overlays, identity }: Resolving): YamlScalar | undefined {
  const region = scopes.regionAt(range.start);
  const scope = scopes.scopeAt(range.start);
  if (!scope || region !== scopes.regionAt(range.end - 1) || scopes.isBuilt(region, -1) === false) return undefined;
  const written = source.text.slice(range.start, range.end);
  const quote = /^(["'])(?:.*)\1$/s.exec(written)?.[1];
  const inner = quote === undefined ? range : { start: range.start + 1, end: range.end - 1 };
  const pieces = piecesOf(source, inner, scope);
  if (!pieces || overlays.some((one) => !isSame(pieces, piecesOf(source, inner, one.scopeAt(range.start)))))
    return undefined;
  const [only, ...others] = pieces;
  const quoted = quote !== undefined || (others.length === 0 && only?.quoted === true);
  const value = pieces.map((piece) => piece.value).join('');
  if (value === '' || (!quoted && !staysPlain(value))) return undefined;
  const style = quoted ? 'double' : 'plain';
  if (only?.node && others.length === 0 && !identity) return { ...only.node, style, value, segments: only.segments };
  return { kind: 'scalar', source, range, content: inner, style, value, segments: inTemplate(pieces) };
}

interface Piece {
  readonly value: string;
  readonly quoted: boolean;
  /** Where it stands in the template. */
  readonly outer: Range;
  readonly node: YamlScalar | undefined;
  /** Where it stands in the source of `node`. */
  readonly segments: readonly Segment[];
}

const isSame = (pieces: readonly Piece[], others: readonly Piece[] | undefined): boolean =>
  pieces.every(({ value }, index) => others?.[index]?.value === value);

function piecesOf(source: Source, { start, end }: Range, scope: Scope | undefined): readonly Piece[] | undefined {
  if (!scope) return undefined;
  const text = source.text.slice(start, end);
  if (text.includes('\n')) return undefined;
  const actions = templateActions(text);
  const pieces: Piece[] = [];
  let from = 0;
  for (const action of actions) {
    const literal = text.slice(from, action.start);
    const value = decidedBy(source, { start: start + action.start, end: start + action.end }, scope);
    const trims =
      /^\{\{-|-\}\}$/.test(text.slice(action.start, action.end)) && text.trim().length > action.end - action.start;
    if (value === undefined || trims) return undefined;
    if (literal !== '') pieces.push(literalPiece(literal, start + from));
    pieces.push(value);
    from = action.end;
  }
  const rest = text.slice(from);
  if (rest !== '') pieces.push(literalPiece(rest, start + from));
  return actions.length === 0 || pieces.some(({ node, value }) => !node && /[\\'"]/.test(value)) ? undefined : pieces;
}

const literalPiece = (value: string, start: number): Piece => ({
  value,
  quoted: false,
  outer: { start, end: start + value.length },
  node: undefined,
  segments: [],
});

function decidedBy(source: Source, outer: Range, scope: Scope): Piece | undefined {
  const [, head = '', body = ''] = /^(\{\{-?)(.*?)-?\}\}$/s.exec(source.text.slice(outer.start, outer.end)) ?? [];
  const start = outer.start + head.length;
  const value = evaluate(source, { start, end: start + body.length }, scope);
  if (value.kind !== 'scalar' || !value.node || !isSettled(value)) return undefined;
  const { node } = value;
  const text = String(value.value);
  const same = text === node.value;
  const segments = same ? node.segments : [{ inner: { start: 0, end: text.length }, outer: node.content }];
  return { value: text, quoted: value.quoted === true, outer, node, segments };
}

/**
 * Whether a value is more than a placeholder: not empty, on one line, no large number (which Helm writes with an exponent),
 * and no switch that leaves TLS off by default.
 */
function isSettled({ value, node }: HelmValue & { readonly kind: 'scalar' }): boolean {
  const text = String(value);
  if (text === '' || /[\n\r]/.test(text) || text.includes('{{')) return false;
  if (typeof value === 'number' && Math.abs(value) >= 1_000_000) return false;
  return typeof value !== 'boolean' || !node || !leavesTlsOff(node, value);
}

/** How far above a value the key is looked for that it stands under. */
const farthestKey = 10_000;

/** By the keys that a switch has in the values: `tls.enabled: false`, `tlsDisable: true`. */
function leavesTlsOff(node: YamlScalar, value: boolean): boolean {
  const { start } = node.range;
  const path = keysAbove(node.source.text.slice(Math.max(start - farthestKey, 0), start));
  const named = /tls|ssl|https|secure/i.test(path);
  if (!named || /verif|valid|insecure|skip/i.test(path)) return false;
  return /disable|off\b/i.test(path) ? value : !value;
}

/** The key that a value at the end of `text` belongs to, and the one around it. */
function keysAbove(text: string): string {
  const own = /(?:^|\n)([ \t]*)([\w.-]+)[ \t]*:[ \t]*$/.exec(text);
  if (!own) return '';
  const [, indent = '', key = ''] = own;
  const lines = text.slice(0, own.index).split('\n').slice(-200).reverse();
  const around = lines
    .map((line) => /^([ \t]*)([\w.-]+)[ \t]*:/.exec(line))
    .find((found) => found !== null && (found[1] ?? '').length < indent.length);
  return `${around?.[2] ?? ''}.${key}`;
}

/** Whether a plain text is the same once YAML has read it. */
const staysPlain = (value: string): boolean => !/^[\s\-?:,[\]{}#&*!|>'"%@`]/.test(value) && !/: |:$| #|\s$/.test(value);

/** Where each piece of the value stands in the template. */
function inTemplate(pieces: readonly Piece[]): readonly Segment[] {
  let at = 0;
  return pieces.map(({ value, outer }) => {
    const start = at;
    at += value.length;
    return { inner: { start, end: at }, outer };
  });
}
