import type { Summary } from '../core/report.ts';

/** `1 error`, `2 errors`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `3 errors, 1 note, 2 diagnostics` without what there is none of; `nothing found` for a clean run. */
export function findingCounts({ errors, warnings, notes, diagnostics }: Summary): string {
  const parts = [
    [errors, 'error'],
    [warnings, 'warning'],
    [notes, 'note'],
    [diagnostics, 'diagnostic'],
  ] as const;
  const present = parts.filter(([count]) => count > 0).map(([count, noun]) => counted(count, noun));
  return present.length > 0 ? present.join(', ') : 'nothing found';
}

/** What was read: a run that read nothing must not look like a clean one. */
export const readCount = ({ files }: Summary): string =>
  files === 0 ? 'no file here is one that tlslint reads' : `${counted(files, 'file')} read`;
