import type { YamlNode } from '../../../formats/yaml-tree.ts';
import { items } from '../../../formats/yaml-tree.ts';

/** `build.artifacts[]`, also of profiles. Source: Skaffold v4 schema. */
export const skaffoldArtifacts = (document: YamlNode): readonly YamlNode[] =>
  [document, ...items(document, 'profiles')].flatMap((part) => items(part, 'build', 'artifacts'));
