import type { Stage } from './stages.ts';

/** A stage and those that it builds on, the first one first. */
export function lineageOf(stage: Stage): readonly Stage[] {
  return stage.parent ? [...lineageOf(stage.parent), stage] : [stage];
}

/** The stage that builds on an image itself. */
export const rootOf = (stage: Stage): Stage => (stage.parent ? rootOf(stage.parent) : stage);
