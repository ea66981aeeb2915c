import { parseYaml } from '../../formats/yaml.ts';
import { sourceOfScalar, type YamlNode } from '../../formats/yaml-tree.ts';
import { type Setting, scalarIn } from './settings.ts';

/** The JSON that a setting holds as text, each part with its place in the file; `undefined` where there is none. */
export function jsonIn(setting: Setting): YamlNode | undefined {
  const node = scalarIn(setting);
  return node && /^\s*[[{]/.test(node.value) ? parseYaml(sourceOfScalar(node)).documents[0] : undefined;
}
