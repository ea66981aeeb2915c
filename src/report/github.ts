import type { Writer } from '../core/report.ts';
import { annotations, mostPerSeverity } from './annotations.ts';

/** Workflow commands: in a `run` step, a GitHub runner turns them into annotations. */
export const github: Writer = {
  format: 'github',
  write: (report) => annotations(report, { prefix: '', limit: mostPerSeverity, rank: () => 0 }),
};
