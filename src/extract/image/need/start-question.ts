import type { Source } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import type { Stage } from '../walk/stages.ts';
import type { Need } from './evidence.ts';
import type { Program } from './program.ts';

/** What a language is asked: whether what an image starts needs a bundle. */
export interface StartQuestion {
  readonly stage: Stage;
  readonly program: Program;
  readonly dockerfile: Source;
  readonly repository: Repository;
  /** The need of another program that this one starts. */
  readonly needOf: (program: Program) => Need;
}

/** The answer of one language; `undefined` where the program is none of its own. Never throws. */
export type LanguageNeed = (question: StartQuestion) => Need | undefined;
