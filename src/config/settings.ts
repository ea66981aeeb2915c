import type { Settings } from '../core/settings.ts';
import type { ConfigFile, RuleSetting } from './config-file.ts';
import type { Placed, Problem } from './problem.ts';
import { didYouMean } from './suggestion.ts';

export const defaultPolicy = 'mozilla-intermediate';

/** What a configuration may name. */
export interface KnownNames {
  readonly rules: readonly string[];
  readonly products: readonly string[];
}

/** A configuration file behind those that it extends, nearest last, each with the policy it brings. */
export interface ConfigLayer {
  readonly config: Omit<ConfigFile, 'extends' | 'ruleFolders'>;
  /** Relative to the working directory. */
  readonly ruleFolders: readonly Placed<string>[];
}

/** Layers as one: later ones win, lists are joined. A rule without effect because its id is unknown is left out. */
export function settingsFrom(layers: readonly ConfigLayer[], known: KnownNames): Settings {
  const configs = layers.map(({ config }) => config);
  return {
    policy: configs.findLast(({ policy }) => policy !== undefined)?.policy ?? defaultPolicy,
    rules: severitiesOf(
      configs.flatMap(({ rules }) => rules),
      known,
    ),
    ignore: configs.flatMap(({ ignore }) => ignore),
    overrides: configs.flatMap(({ overrides }) =>
      overrides.map(({ files, rules }) => ({ files, rules: severitiesOf(rules, known) })),
    ),
    ruleFolders: layers.flatMap(({ ruleFolders }) => ruleFolders.map(({ value }) => value)),
    versions: Object.fromEntries(
      configs.flatMap(({ versions }) => versions.map(({ product, version }) => [product.value, version])),
    ),
  };
}

const severitiesOf = (settings: readonly RuleSetting[], known: KnownNames): Settings['rules'] =>
  Object.fromEntries(
    settings.filter(({ rule }) => known.rules.includes(rule.value)).map(({ rule, severity }) => [rule.value, severity]),
  );

/** The rules and products that a configuration names and nobody knows. */
export function unknownNames({ config }: ConfigLayer, known: KnownNames): readonly Problem[] {
  const rules = [...config.rules, ...config.overrides.flatMap((override) => override.rules)].map(({ rule }) => rule);
  return [
    ...unknownAmong(rules, known.rules, 'rule', '; "tlslint --list-rules" lists them'),
    ...unknownAmong(
      config.versions.map(({ product }) => product),
      known.products,
      'product',
      `; known are ${known.products.join(', ')}`,
    ),
  ];
}

const unknownAmong = (
  names: readonly Placed<string>[],
  known: readonly string[],
  what: string,
  otherwise: string,
): readonly Problem[] =>
  names
    .filter(({ value }) => !known.includes(value))
    .map(({ value, place }) => ({
      ...place,
      message: `unknown ${what} "${value}"${didYouMean(value, known) || otherwise}`,
    }));
