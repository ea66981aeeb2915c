import type { Source } from '../../../core/source.ts';
import { scriptAt, scriptSources } from '../walk/script-files.ts';
import type { StartQuestion } from './start-question.ts';

/**
 * The file of the repository, or the here-document, that lies at an absolute path of the image; `undefined` where it was
 * built, or came from elsewhere.
 */
export const fileAt = (place: string, { stage, dockerfile, repository }: StartQuestion): Source | undefined =>
  scriptAt(stage.disk.scripts, place, scriptSources(dockerfile.path, repository));
