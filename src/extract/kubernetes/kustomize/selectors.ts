import { entries, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { effectiveNamespace, firstIdOf, idOf, type Resource } from './resource.ts';

/**
 * Whether a `target` of a patch selects a resource: group, version and kind, and the name and namespace that it has or
 * first had, each a regular expression for the whole of it; labels and annotations by a label selector. A field that
 * is not written selects all. Source: kustomize api v0.21.2, types/selector.go and resmap/reswrangler.go.
 */
export function selects(target: YamlNode, resource: Resource): boolean {
  const ids = [firstIdOf(resource), idOf(resource)];
  const matches = (key: string, values: readonly string[]): boolean => {
    const pattern = text(target, key);
    if (pattern === undefined || pattern === '') return true;
    const whole = expression(pattern);
    return whole !== undefined && values.some((value) => whole.test(value));
  };
  return (
    matches('group', [resource.group]) &&
    matches('version', [resource.version]) &&
    matches('kind', [resource.kind]) &&
    matches(
      'name',
      ids.map(({ name }) => name),
    ) &&
    matches('namespace', ids.map(effectiveNamespace)) &&
    fits(text(target, 'labelSelector'), resource, 'labels') &&
    fits(text(target, 'annotationSelector'), resource, 'annotations')
  );
}

const compiled = new Map<string, RegExp | undefined>();

/** Go's expressions are close enough to ours; one that is not selects nothing. */
function expression(pattern: string): RegExp | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  const made = attempt(pattern);
  compiled.set(pattern, made);
  return made;
}

function attempt(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
}

/** A label selector in Kubernetes' notation: `app=web,tier in (front, edge),!canary`. */
function fits(selector: string | undefined, { root }: Resource, where: 'labels' | 'annotations'): boolean {
  if (selector === undefined || selector.trim() === '') return true;
  const held = new Map(
    entries(root, 'metadata', where).flatMap(({ key, value }) =>
      value.kind === 'scalar' ? [[key.value, value.value] as const] : [],
    ),
  );
  return selector.split(/,(?![^(]*\))/).every((requirement) => isMet(requirement.trim(), held));
}

function isMet(requirement: string, held: ReadonlyMap<string, string>): boolean {
  const inList = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(requirement);
  if (inList) {
    const [, key = '', operator, list = ''] = inList;
    const value = held.get(key);
    const isIn = value !== undefined && list.split(',').some((one) => one.trim() === value);
    return operator === 'in' ? isIn : !isIn;
  }
  const compared = /^([^\s=!]+)\s*(==|=|!=)\s*(\S*)$/.exec(requirement);
  if (compared) {
    const [, key = '', operator, value = ''] = compared;
    return (held.get(key) === value) === (operator !== '!=');
  }
  const absent = /^!\s*(\S+)$/.exec(requirement);
  return absent ? !held.has(absent[1] ?? '') : held.has(requirement);
}
