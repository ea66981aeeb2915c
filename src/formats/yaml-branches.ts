import { eventsOf } from './yaml-events.ts';
import type { Region, Regions } from './yaml-regions.ts';
import type { Hole, MaskedTemplate } from './yaml-template.ts';

/** The alternatives after each first branch blanked: for a text whose branches do not fit together. */
export function firstBranches(masked: string, { all }: Regions): string {
  const parts: string[] = [];
  let done = 0;
  for (const { start, end } of all.filter(({ branch }) => branch).sort((one, other) => one.start - other.start)) {
    if (start < done) continue;
    const from = masked.lastIndexOf('\n', start) + 1;
    const to = Math.max(from, lineEnd(masked, end));
    parts.push(masked.slice(done, Math.max(from, done)), '\n'.repeat(to - Math.max(from, done)));
    done = to;
  }
  parts.push(masked.slice(done));
  return parts.join('');
}

/** How many parts of a template may be left out of it before it counts as broken. */
const mostMisfits = 20;

/**
 * The template without the conditional parts that do not parse where they stand, each of them a hole: when the others are
 * rendered, it is valid. `undefined` where that does not help, or only by leaving out whole objects.
 */
export function withoutMisfits(template: MaskedTemplate): MaskedTemplate | undefined {
  const holes: Hole[] = [];
  let { text } = template;
  let outcome = eventsOf(text);
  for (let tries = 0; outcome.problem && tries < mostMisfits; tries++) {
    const misfit = misfitBefore(text, template.regions, outcome.problem.position);
    if (!misfit) return undefined;
    const { start, end } = misfit;
    text = text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, '\n') + text.slice(end);
    holes.push({ offset: start, end, atValue: false });
    const before = outcome.problem.position;
    outcome = eventsOf(text);
    if (outcome.problem && outcome.problem.position <= before) return undefined;
  }
  if (!outcome.events) return undefined;
  const all = [...template.holes.filter((hole) => !holes.some((cut) => isWithin(hole, cut))), ...holes];
  return { ...template, text, holes: all.sort((one, other) => one.offset - other.offset) };
}

const isWithin = (hole: Hole, cut: Hole): boolean => hole.offset >= cut.offset && hole.offset < cut.end;

/** The innermost part around a place, or the one that ends last before it; whole lines, and no whole object. */
function misfitBefore(text: string, { all }: Regions, position: number): Region | undefined {
  const around = all.filter(({ start, end }) => start < position && position <= end);
  const innermost = around.reduce<Region | undefined>(
    (best, one) => (best && best.start > one.start ? best : one),
    undefined,
  );
  const before = all.reduce<Region | undefined>(
    (best, one) => (one.end > position || (best && best.end >= one.end) ? best : one),
    undefined,
  );
  return [innermost, before].find(
    (one) =>
      one &&
      !/^\s*(?:apiVersion|kind):/m.test(text.slice(one.start, one.end)) &&
      /\S/.test(text.slice(one.start, one.end)),
  );
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? text.length : at;
}
