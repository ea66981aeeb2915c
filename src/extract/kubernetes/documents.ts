import type { Source } from '../../core/source.ts';
import type { Repository } from '../../core/technology.ts';
import { parseYaml, type YamlFile } from '../../formats/yaml.ts';

/** The documents of a manifest. */
export const documentsOf = (source: Source, _repository: Repository): YamlFile => parseYaml(source);
