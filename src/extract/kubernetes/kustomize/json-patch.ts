import type { YamlMapping, YamlNode, YamlScalar } from '../../../formats/yaml-tree.ts';
import { get, items, text } from '../../../formats/yaml-tree.ts';
import { field, isNull, sequenceOf, stretchOf, withField, withoutField } from './tree.ts';

/**
 * A document with a JSON patch (RFC 6902) applied, written as YAML or JSON; values keep the place where the patch has
 * them. `undefined` where an operation cannot be carried out: kustomize refuses to build then, or a template decides.
 */
export function jsonPatched(document: YamlMapping, patch: YamlNode): YamlMapping | undefined {
  let current: YamlNode | undefined = document;
  for (const operation of patch.kind === 'sequence' ? patch.items : []) {
    if (current === undefined) return undefined;
    current = applied(current, operation);
  }
  return current?.kind === 'mapping' ? current : undefined;
}

/** Whether a document is a JSON patch: a list of operations. */
export const isJsonPatch = (document: YamlNode | undefined): boolean =>
  document?.kind === 'sequence' && document.items.some((item) => get(item, 'op') !== undefined);

function applied(document: YamlNode, operation: YamlNode): YamlNode | undefined {
  const path = pointerAt(operation, 'path');
  const from = pointerAt(operation, 'from');
  const value = field(operation, 'value');
  if (!path) return undefined;
  switch (text(operation, 'op')) {
    case 'add':
      return value && set(document, path, value, 'add');
    case 'replace':
      return value && set(document, path, value, 'replace');
    case 'remove':
      return removed(document, path.keys);
    case 'test':
      return value && isEqual(valueAt(document, path.keys), value) ? document : undefined;
    case 'copy': {
      const copied = from && valueAt(document, from.keys);
      return copied && set(document, path, copied, 'add');
    }
    case 'move': {
      const moved = from && valueAt(document, from.keys);
      const without = from && removed(document, from.keys);
      return moved && without && set(without, path, moved, 'add');
    }
    default:
      return undefined;
  }
}

interface Pointer {
  readonly keys: readonly string[];
  /** Where it is written: a key that an operation adds stands there. */
  readonly node: YamlScalar;
}

function pointerAt(operation: YamlNode, name: string): Pointer | undefined {
  const node = get(operation, name);
  if (node?.kind !== 'scalar' || !(node.value === '' || node.value.startsWith('/'))) return undefined;
  const keys = node.value
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return { keys, node };
}

/** The place of an item in a list; a negative one counts from the end. */
function indexIn(list: readonly YamlNode[], key: string): number | undefined {
  if (!/^-?\d+$/.test(key)) return undefined;
  const index = Number(key);
  return index < 0 ? index + list.length : index;
}

function valueAt(node: YamlNode, keys: readonly string[]): YamlNode | undefined {
  let current: YamlNode | undefined = node;
  for (const key of keys) {
    const index: number | undefined = current?.kind === 'sequence' ? indexIn(current.items, key) : undefined;
    current =
      current?.kind === 'sequence' ? (index === undefined ? undefined : current.items[index]) : field(current, key);
  }
  return current;
}

function set(
  node: YamlNode,
  { keys: [key, ...rest], node: written }: Pointer,
  value: YamlNode,
  how: 'add' | 'replace',
): YamlNode | undefined {
  if (key === undefined) return value;
  if (node.kind === 'mapping') {
    const known = field(node, key);
    const inner =
      rest.length === 0 ? value : known && !isNull(known) && set(known, { keys: rest, node: written }, value, how);
    return inner ? withField(node, keyFrom(written, key), inner) : undefined;
  }
  if (node.kind !== 'sequence') return undefined;
  const last = rest.length === 0;
  if (last && how === 'add' && key === '-') return sequenceOf(node, [...node.items, value]);
  const index = indexIn(node.items, key);
  if (index === undefined || index < 0) return undefined;
  if (last && how === 'add')
    return index > node.items.length ? undefined : sequenceOf(node, node.items.toSpliced(index, 0, value));
  const item = node.items[index];
  const inner = item && set(item, { keys: rest, node: written }, value, how);
  return inner ? sequenceOf(node, node.items.with(index, inner)) : undefined;
}

function removed(node: YamlNode, [key, ...rest]: readonly string[]): YamlNode | undefined {
  if (key === undefined) return undefined;
  if (node.kind === 'mapping') {
    const known = field(node, key);
    if (known === undefined) return undefined;
    if (rest.length === 0) return withoutField(node, key);
    const inner = removed(known, rest);
    const entry = node.entries.findLast((one) => one.key.value === key);
    return inner && entry && withField(node, entry.key, inner);
  }
  if (node.kind !== 'sequence') return undefined;
  const index = indexIn(node.items, key);
  const item = index === undefined ? undefined : node.items[index];
  if (index === undefined || item === undefined) return undefined;
  if (rest.length === 0) return sequenceOf(node, node.items.toSpliced(index, 1));
  const inner = removed(item, rest);
  return inner && sequenceOf(node, node.items.with(index, inner));
}

/** The last part of a pointer as the key that it adds. */
function keyFrom(pointer: YamlScalar, key: string): YamlScalar {
  const { source, content } = pointer;
  return { ...stretchOf(source, content.start, content.end), value: key };
}

/** Whether two values are the same, as far as `test` may tell: numbers and texts by how they are written. */
function isEqual(a: YamlNode | undefined, b: YamlNode): boolean {
  if (a?.kind === 'scalar' && b.kind === 'scalar') return a.value === b.value;
  if (a?.kind === 'sequence' && b.kind === 'sequence')
    return a.items.length === b.items.length && a.items.every((item, index) => isEqual(item, items(b)[index] ?? b));
  if (a?.kind === 'mapping' && b.kind === 'mapping')
    return (
      a.entries.length === b.entries.length &&
      a.entries.every(({ key, value }) => {
        const other = field(b, key.value);
        return other !== undefined && isEqual(value, other);
      })
    );
  return false;
}
