import type { Severity } from '../core/finding.ts';
import type { Source } from '../core/source.ts';
import { parseYaml } from '../formats/yaml.ts';
import type { YamlNode } from '../formats/yaml-tree.ts';
import { policyNames } from '../tls/policies.ts';
import { type Placed, type Problem, placeAt } from './problem.ts';
import { type Reader, reader } from './reader.ts';
import { didYouMean } from './suggestion.ts';
import { unknownPolicy } from './unknown-policy.ts';

/** One configuration file as written. `schemas/config.schema.json` says the same for editors. */
export interface ConfigFile {
  readonly path: string;
  /** In the order written: a built-in policy, or another configuration file. */
  readonly extends: readonly Placed<{ readonly policy: string } | { readonly file: string }>[];
  readonly policy: string | undefined;
  readonly rules: readonly RuleSetting[];
  readonly ignore: readonly string[];
  readonly overrides: readonly { readonly files: readonly string[]; readonly rules: readonly RuleSetting[] }[];
  /** As written: relative to this file. */
  readonly ruleFolders: readonly Placed<string>[];
  readonly versions: readonly { readonly product: Placed<string>; readonly version: string }[];
}

export interface RuleSetting {
  readonly rule: Placed<string>;
  readonly severity: Severity | 'off';
}

/** What a configuration file says, as far as it can be read, and every mistake in it. Never throws. */
export function parseConfigFile(source: Source): {
  readonly config: ConfigFile;
  readonly problems: readonly Problem[];
} {
  const { documents, diagnostics } = parseYaml(source);
  const problems: Problem[] = diagnostics.map(({ message, span }) => ({
    ...placeAt(source.path, source.text, span.start),
    message,
  }));
  const read = reader((problem) => problems.push(problem));
  const [root, second] = documents;
  if (second) read.report(second, 'a configuration file is one YAML document; remove the "---" and what follows it');
  return { config: root ? configOf(root, source.path, read) : { ...empty, path: source.path }, problems };
}

const empty: ConfigFile = {
  path: '', extends: [], policy: undefined, rules: [], ignore: [], overrides: [], ruleFolders: [], versions: [],
}; // biome-ignore format: one row

const keys = ['extends', 'policy', 'rules', 'ignore', 'overrides', 'rule-folders', 'versions', '$schema'] as const;

function configOf(root: YamlNode, path: string, read: Reader): ConfigFile {
  const fields = read.fields(root, 'the configuration', keys);
  const from = <T>(key: (typeof keys)[number], use: (node: YamlNode) => T, otherwise: T): T => {
    const node = fields.get(key);
    return node ? use(node) : otherwise;
  };
  return {
    path,
    extends: from('extends', (node) => extendsOf(node, read), []),
    policy: from('policy', (node) => policyOf(node, read), undefined),
    rules: from('rules', (node) => rulesOf(node, read), []),
    ignore: from('ignore', (node) => read.words(node, '"ignore"').map(({ value }) => value), []),
    overrides: from('overrides', (node) => overridesOf(node, read), []),
    ruleFolders: from('rule-folders', (node) => read.words(node, '"rule-folders"'), []),
    versions: from('versions', (node) => versionsOf(node, read), []),
  };
}

function extendsOf(node: YamlNode, read: Reader): ConfigFile['extends'] {
  const nodes = node.kind === 'sequence' ? node.items : [node];
  return nodes.flatMap<ConfigFile['extends'][number]>((item) => {
    const name = read.word(item, '"extends"');
    if (!name) return [];
    const { value, place } = name;
    if (/^\.{0,2}\/|\.ya?ml$/i.test(value)) return [{ value: { file: value }, place }];
    if (policyNames().includes(value)) return [{ value: { policy: value }, place }];
    read.report(item, `${unknownPolicy(value)}; a file starts with "./" or ends in ".yml"`);
    return [];
  });
}

function policyOf(node: YamlNode, read: Reader): string | undefined {
  const name = read.word(node, '"policy"');
  if (!name || policyNames().includes(name.value)) return name?.value;
  read.report(node, unknownPolicy(name.value));
  return undefined;
}

const severities = ['off', 'note', 'warning', 'error'] as const satisfies readonly (Severity | 'off')[];

function rulesOf(node: YamlNode, read: Reader): readonly RuleSetting[] {
  return read.entries(node, '"rules"').flatMap(({ key, value }) => {
    const rule = read.word(key, 'a rule id');
    const written = read.word(value, `the severity of "${key.value}"`);
    if (!rule || !written) return [];
    const severity = severities.find((candidate) => candidate === written.value);
    if (severity) return [{ rule, severity }];
    const hint = didYouMean(written.value, severities) || `, not "${written.value}"`;
    read.report(value, `the severity of "${key.value}" must be off, note, warning or error${hint}`);
    return [];
  });
}

function overridesOf(node: YamlNode, read: Reader): ConfigFile['overrides'] {
  return read.items(node, '"overrides"').flatMap((item) => {
    const fields = read.fields(item, 'an override', ['files', 'rules']);
    const [files, rules] = [fields.get('files'), fields.get('rules')];
    if (!files) read.report(item, 'an override needs "files": the patterns of the paths that it is for');
    if (!rules) read.report(item, 'an override needs "rules": rule ids and their severities');
    if (!files || !rules) return [];
    return [{ files: read.words(files, '"files"').map(({ value }) => value), rules: rulesOf(rules, read) }];
  });
}

function versionsOf(node: YamlNode, read: Reader): ConfigFile['versions'] {
  return read.entries(node, '"versions"').flatMap(({ key, value }) => {
    const product = read.word(key, 'a product');
    const version = read.word(value, `the version of "${key.value}"`);
    if (!product || !version) return [];
    if (/^\d+(?:\.\d+)*$/.test(version.value)) return [{ product, version: version.value }];
    read.report(value, `the version of "${key.value}" must be a dotted number such as 1.24.0, not "${version.value}"`);
    return [];
  });
}
