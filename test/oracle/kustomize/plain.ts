import { parseYaml } from '../../../src/formats/yaml.ts';
import type { YamlNode } from '../../../src/formats/yaml-tree.ts';

/** Data without places; null is what tlslint leaves unknown, and equals anything. */
export type Plain = string | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Numbers and texts as they are written; entries that are null left out, as both sides may have them or not. */
export function plain(node: YamlNode): Plain {
  switch (node.kind) {
    case 'unknown':
      return placeholderIn(node) ?? null;
    case 'scalar':
      return normalNumber(node.value);
    case 'sequence':
      return node.items.map(plain);
    case 'mapping':
      return Object.fromEntries([
        ...(node.open ? [[more, null] as const] : []),
        ...node.entries
          .filter(({ value }) => !isNull(value))
          .map(({ key, value }) => [key.value, plain(value)] as const),
      ]);
  }
}

/** What is filled in after the build is text to kustomize. */
function placeholderIn({ source, range }: YamlNode): string | undefined {
  const written = source.text.slice(range.start, range.end);
  return written.includes('${') ? written.replace(/^(["'])(.*)\1$/s, '$2') : undefined;
}

/** A key that stands for those that cannot be known. */
const more = '\0more';

const isNull = (node: YamlNode): boolean =>
  node.kind === 'scalar' && node.style === 'plain' && /^(|~|null|Null|NULL)$/.test(node.value);

/** A JSON patch makes kustomize write numbers anew. */
const normalNumber = (value: string): string => {
  if (/^0[0-7]+$/.test(value)) return String(Number.parseInt(value, 8));
  return /^-?\d+\.\d+$/.test(value) ? String(Number(value)) : value;
};

export const documentsIn = (text: string): readonly YamlNode[] => parseYaml({ path: 'built.yaml', text }).documents;

/** Where two values differ first, by path; `undefined` where they do not. */
export function difference(ours: Plain, theirs: Plain, path = ''): string | undefined {
  if (ours === null || theirs === null) return undefined;
  if (isList(ours) && isList(theirs)) {
    if (ours.length !== theirs.length) return `${path}: ${ours.length} items, kustomize has ${theirs.length}`;
    return firstOf(ours.map((item, index) => difference(item, theirs[index] ?? '', `${path}/${index}`)));
  }
  if (isMapping(ours) && isMapping(theirs)) {
    const known = more in ours ? [] : Object.keys(theirs);
    const keys = [...new Set([...Object.keys(ours), ...known])].filter((key) => key !== more).sort();
    return firstOf(
      keys.map((key) => {
        const [one, other] = [ours[key], theirs[key]];
        const at = `${path}/${key}`;
        if (one === undefined) return `${at}: missing, kustomize has ${shown(other)}`;
        if (one === null) return undefined;
        return other === undefined ? `${at}: ${shown(one)}, kustomize has none` : difference(one, other, at);
      }),
    );
  }
  if (typeof ours === 'string' && typeof theirs === 'string' && isSameText(ours, theirs)) return undefined;
  return ours === theirs ? undefined : `${path}: ${shown(ours)}, kustomize has ${shown(theirs)}`;
}

const firstOf = (found: readonly (string | undefined)[]): string | undefined => found.find((one) => one !== undefined);

/** Several lines are compared without their blanks: kustomize writes blocks anew. */
const isSameText = (a: string, b: string): boolean =>
  a.includes('\n') && a.replaceAll(/\s+/g, '') === b.replaceAll(/\s+/g, '');

export const isList = (value: Plain | undefined): value is readonly Plain[] => Array.isArray(value);

export const isMapping = (value: Plain | undefined): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: Plain | undefined): string => (JSON.stringify(value) ?? 'unknown').slice(0, 200);
