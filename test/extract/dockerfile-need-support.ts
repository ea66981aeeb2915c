import type { Fact, Image } from '../../src/core/fact.ts';
import { imagesOf } from '../../src/extract/image/images.ts';
import { inMemory } from '../support/lint-files.ts';

/** Whether the last image of a Dockerfile needs a bundle, and what was seen. */
export function need(files: Readonly<Record<string, string>>, path = 'Dockerfile'): readonly (string | undefined)[] {
  const { repository } = inMemory(files);
  const source = repository.read(path);
  if (!source) throw new Error(`no ${path}`);
  const fact = imagesOf(source, repository).facts.findLast((one): one is Fact<Image> => one.data.kind === 'image');
  if (fact?.data.caBundle !== 'absent') throw new Error(`the bundle is ${fact?.data.caBundle ?? 'not known'}`);
  return [fact.data.needsBundle, ...fact.data.evidence];
}
