import type { TemplateAction } from './yaml-actions.ts';

/** A part of a template that is written only if a condition holds, or several times; one for each branch. */
export interface Region {
  readonly start: number;
  readonly end: number;
  /** The number of the region around it; -1 when there is none. */
  readonly parent: number;
  /** An alternative to the region before it: what follows an `else`. */
  readonly branch: boolean;
}

/** The regions that the control actions of a template bound, and which of them is innermost from which offset on. */
export interface Regions {
  readonly all: readonly Region[];
  readonly offsets: readonly number[];
  readonly ids: readonly number[];
}

/** The regions between `actions`, which must hold whole lines or the start or end of lines. */
export function regionsOf(actions: readonly TemplateAction[], length: number): Regions {
  const all: { start: number; end: number; parent: number; branch: boolean }[] = [];
  const offsets: number[] = [];
  const ids: number[] = [];
  const stack: { id: number; readonly word: string }[] = [];
  const enter = (start: number, parent: number, branch: boolean): number => {
    all.push({ start, end: length, parent, branch });
    return all.length - 1;
  };
  const close = (id: number, end: number): void => {
    const region = all[id];
    if (region) region.end = end;
  };
  for (const { role, word, start, end } of actions) {
    if (role === 'open') stack.push({ id: enter(start, stack.at(-1)?.id ?? -1, false), word });
    else if (role === 'branch') {
      const top = stack.at(-1);
      if (!top) continue;
      close(top.id, start);
      top.id = enter(start, all[top.id]?.parent ?? -1, true);
    } else if (role === 'end') {
      const opener = word === 'end' ? undefined : word.slice(3);
      if (opener !== undefined && stack.at(-1)?.word !== opener) continue;
      const top = stack.pop();
      if (!top) continue;
      close(top.id, end);
    } else continue;
    offsets.push(start);
    ids.push(stack.at(-1)?.id ?? -1);
  }
  return { all, offsets, ids };
}

/** The number of the innermost region at an offset; -1 outside all of them. */
export function regionAt({ offsets, ids }: Regions, offset: number): number {
  let low = -1;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return ids[low] ?? -1;
}
