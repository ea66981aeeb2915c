import type { KubernetesObject } from './objects.ts';

/** A function of an object that is asked again for each of a thousand others: it remembers its answers. */
export function perObject<T>(answer: (object: KubernetesObject) => T): (object: KubernetesObject) => T {
  const answers = new WeakMap<KubernetesObject, { readonly answer: T }>();
  return (object) => {
    const known = answers.get(object);
    if (known) return known.answer;
    const found = answer(object);
    answers.set(object, { answer: found });
    return found;
  };
}

/**
 * Finds objects of a list by a key that some of them have; each list, as `KindContext.known` gives it, is gone over once.
 */
export function findingBy(
  keysOf: (object: KubernetesObject) => readonly string[],
): (objects: readonly KubernetesObject[], key: string) => readonly KubernetesObject[] {
  const lists = new WeakMap<readonly KubernetesObject[], ReadonlyMap<string, readonly KubernetesObject[]>>();
  return (objects, key) => {
    const index = lists.get(objects) ?? indexed(objects, keysOf);
    lists.set(objects, index);
    return index.get(key) ?? [];
  };
}

function indexed(
  objects: readonly KubernetesObject[],
  keysOf: (object: KubernetesObject) => readonly string[],
): ReadonlyMap<string, readonly KubernetesObject[]> {
  const index = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    for (const key of new Set(keysOf(object))) {
      const others = index.get(key);
      if (others) others.push(object);
      else index.set(key, [object]);
    }
  }
  return index;
}
