import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import type { YamlNode, YamlScalar, YamlUnknown } from '../../formats/yaml-tree.ts';
import { boolean, lookUp, spanInScalar, spanOfNode } from '../../formats/yaml-tree.ts';
import { evaluateCipherString } from '../../tls/cipher-string.ts';
import { cipherSuite } from '../../tls/suites.ts';
import type { KubernetesObject } from './objects.ts';

/** What an object says at a path. */
export type Setting =
  | { readonly state: 'written'; readonly node: Exclude<YamlNode, YamlUnknown> }
  | { readonly state: 'absent' }
  /** A template decides, or the object is a patch and does not say. */
  | { readonly state: 'unknown' };

/** The setting at a path below `node`, which is part of `object`. */
export function settingAt(object: KubernetesObject, node: YamlNode, ...path: readonly string[]): Setting {
  const found = lookUp(node, ...path);
  switch (found.state) {
    case 'present':
      return { state: 'written', node: found.node };
    case 'absent':
      return object.fragment ? { state: 'unknown' } : { state: 'absent' };
    case 'unknown':
      return { state: 'unknown' };
  }
}

export const annotation = (object: KubernetesObject, key: string): Setting =>
  settingAt(object, object.root, 'metadata', 'annotations', key);

/** The scalar that is written, if one is. */
export const scalarIn = (setting: Setting): YamlScalar | undefined =>
  setting.state === 'written' && setting.node.kind === 'scalar' ? setting.node : undefined;

export const textIn = (setting: Setting): string | undefined => scalarIn(setting)?.value;

export const booleanIn = (setting: Setting): boolean | undefined => boolean(scalarIn(setting));

/** Where what is written stands. */
export const spanIn = (setting: Setting): Span | undefined =>
  setting.state === 'written' ? spanOfNode(setting.node) : undefined;

/** The field that a scalar makes; unknown where `read` makes nothing of it, `undefined` where there is none. */
export function fieldFrom<T>(setting: Setting, read: (value: string) => T | undefined): Field<T> | undefined {
  if (setting.state === 'absent') return undefined;
  const node = scalarIn(setting);
  const value = node && read(node.value);
  return node && value !== undefined ? written(value, spanOfNode(node)) : unknown;
}

export const textField = (setting: Setting): Field<string> | undefined => fieldFrom(setting, (value) => value);

export const booleanField = (setting: Setting): Field<boolean> | undefined =>
  fieldFrom<boolean>(setting, () => booleanIn(setting));

/** The known items of a list; unknown where none is known. */
export function listField(setting: Setting): Field<readonly string[]> | undefined {
  if (setting.state === 'absent') return undefined;
  if (setting.state !== 'written' || setting.node.kind !== 'sequence') return unknown;
  return listOf(
    setting.node.items.filter((item): item is YamlScalar => item.kind === 'scalar'),
    spanOfNode(setting.node),
  );
}

/** A list that scalars make, each with its own place, without those that a variable completes. */
export function listOf(items: readonly YamlScalar[], span: Span): Field<readonly string[]> {
  const scalars = items.filter(({ value }) => !/\$[({]/.test(value));
  if (scalars.length === 0) return unknown;
  const parts = scalars.map((item, index): [string, Span] => [String(index), spanOfNode(item)]);
  return written(
    scalars.map(({ value }) => value),
    span,
    Object.fromEntries(parts),
  );
}

/** The suites that an OpenSSL cipher string selects, each placed at the item that brought it in. */
export function cipherStringField(setting: Setting): Field<readonly string[]> | undefined {
  const node = scalarIn(setting);
  if (!node) return setting.state === 'absent' ? undefined : unknown;
  const { suites, broughtInBy } = evaluateCipherString(node.value);
  const parts = suites.flatMap((suite, index): readonly [string, Span][] => {
    const item = broughtInBy.get(suite);
    return item ? [[String(index), spanInScalar(node, item.start, item.end)]] : [];
  });
  return written(suites, spanOfNode(node), Object.fromEntries(parts));
}

/** A list of TLS 1.2 suites by name, as Envoy takes them: names that no table has are dropped, as Envoy refuses them. */
export function suiteListField(setting: Setting): Field<readonly string[]> | undefined {
  if (setting.state !== 'written' || setting.node.kind !== 'sequence') return listField(setting);
  const known = setting.node.items.filter(
    (item): item is YamlScalar =>
      item.kind === 'scalar' && (cipherSuite(item.value)?.protocol ?? 'TLSv1.3') !== 'TLSv1.3',
  );
  return listOf(known, spanOfNode(setting.node));
}

/** Words of a scalar, separated by `separator`, each with its own place. */
export function wordsField<T extends string>(
  setting: Setting,
  word: RegExp,
  read: (word: string) => T | undefined,
): Field<readonly T[]> | undefined {
  const node = scalarIn(setting);
  if (!node) return setting.state === 'absent' ? undefined : unknown;
  const found = [...node.value.matchAll(word)].flatMap(({ 0: name, index }) => {
    const value = read(name);
    return value === undefined ? [] : [{ value, span: spanInScalar(node, index, index + name.length) }];
  });
  if (found.length === 0) return unknown;
  const parts = found.map(({ span }, index): [string, Span] => [String(index), span]);
  return written(
    found.map(({ value }) => value),
    spanOfNode(node),
    Object.fromEntries(parts),
  );
}

/**
 * A Go duration (time.ParseDuration) in seconds: `2160h`, `1h30m`, `720h0m0s`. `undefined` for anything else; there is
 * no unit for days.
 */
export function goDurationSeconds(value: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value)) return undefined;
  const seconds = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 } as const;
  const parts = [...value.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)];
  return Math.round(
    parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * seconds[unit as keyof typeof seconds], 0),
  );
}

/** The labels of a mapping; unknown where a template may add some. */
export function labelsField(setting: Setting): Field<Readonly<Record<string, string>>> {
  if (setting.state === 'absent') return unknown;
  if (setting.state !== 'written' || setting.node.kind !== 'mapping' || setting.node.open) return unknown;
  const labels = setting.node.entries.flatMap(({ key, value }) =>
    value.kind === 'scalar' ? [[key.value, value.value] as const] : [],
  );
  if (labels.length < setting.node.entries.length) return unknown;
  return written(Object.fromEntries(labels), spanOfNode(setting.node));
}
