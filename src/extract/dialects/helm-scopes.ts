import type { Source } from '../../core/source.ts';
import { type TemplateAction, templateActions } from '../../formats/yaml-actions.ts';
import { type Region, regionAt } from '../../formats/yaml-regions.ts';
import { maskTemplate } from '../../formats/yaml-template.ts';
import type { Chart } from './helm-chart.ts';
import { evaluate, type Scope } from './helm-expression.ts';
import { type HelmValue, truthOf, unknownValue } from './helm-value.ts';

/** What is known about each place of a chart's template with the chart's own values. */
export interface Scopes {
  /** What names mean there; `undefined` in a named template, which others call with what they like. */
  readonly scopeAt: (offset: number) => Scope | undefined;
  /** The number of the innermost conditional or repeated part; -1 outside all of them. */
  readonly regionAt: (offset: number) => number;
  /**
   * Whether the part `region` is written, as far as the conditions below `outer` (a part around it) decide: `false` where
   * one of them is false by default, `undefined` where one cannot be told.
   */
  readonly isBuilt: (region: number, outer: number) => boolean | undefined;
}

/** What is known about one part. Each is described after the one around it, and after its alternatives before it. */
interface Part {
  readonly scope: Scope | undefined;
  /** Whether it is written, given that what is around it is. */
  readonly holds: boolean | undefined;
  /** Whether it, or one of its alternatives before it, is written. */
  readonly taken: boolean | undefined;
  /** The innermost part around it, or itself, that does not hold, or of which that cannot be told; -1 for none. */
  readonly lastFalse: number;
  readonly lastOpen: number;
}

/** The parts of a template, with their conditions evaluated. */
export function scopesOf(source: Source, chart: Chart): Scopes {
  const { regions } = maskTemplate(source.text);
  const openers = new Map(templateActions(source.text).map((action) => [action.start, action]));
  const parts: Part[] = [];
  /** By where it ends and what is around it: the alternative before the one that begins there. */
  const ended = new Map<string, number>();
  for (const [id, region] of regions.all.entries()) {
    const before = parts[ended.get(`${region.start} ${region.parent}`) ?? -1];
    parts.push(partOf(source, openers.get(region.start), region, id, parts[region.parent], before, chart));
    ended.set(`${region.end} ${region.parent}`, id);
  }
  return {
    scopeAt: (offset) => {
      const id = regionAt(regions, offset);
      return id === -1 ? { chart } : parts[id]?.scope;
    },
    regionAt: (offset) => regionAt(regions, offset),
    // A part has a greater number than those around it.
    isBuilt: (region, outer) => {
      const part = parts[region];
      if (!part) return true;
      return part.lastFalse > outer ? false : part.lastOpen > outer ? undefined : true;
    },
  };
}

function partOf(
  source: Source,
  opener: TemplateAction | undefined,
  { branch }: Region,
  id: number,
  around: Part | undefined,
  before: Part | undefined,
  chart: Chart,
): Part {
  const outside = around ? around.scope : { chart };
  const own = outside && opener && conditionOf(source, opener, outside);
  const earlier = branch ? (before ? before.taken : undefined) : false;
  const holds = earlier === true || own === false ? false : earlier === undefined ? undefined : own;
  const taken = earlier === true || holds === true ? true : earlier === false && holds === false ? false : undefined;
  return {
    scope: outside && opener && scopeInside(source, opener, branch, outside),
    holds,
    taken,
    lastFalse: holds === false ? id : (around?.lastFalse ?? -1),
    lastOpen: holds === undefined ? id : (around?.lastOpen ?? -1),
  };
}

/** In a named template nothing is known: whoever calls it says what the dot is. */
function scopeInside(source: Source, opener: TemplateAction, branch: boolean, outside: Scope): Scope | undefined {
  const { word, start, end } = opener;
  if (word === 'define' || word === 'block') return undefined;
  const rebinds = branch
    ? /^\{\{-?\s*else\s+with\b/.test(source.text.slice(start, end))
    : word === 'range' || word === 'with';
  if (!rebinds) return outside;
  const dot = word === 'range' ? undefined : valueOfCondition(source, opener, outside);
  return { ...outside, dot: dot ?? unknownValue };
}

/** Whether `if`, `else if`, `with` or `range` holds; a bare `else` does by itself. */
function conditionOf(source: Source, action: TemplateAction, scope: Scope): boolean | undefined {
  const value = valueOfCondition(source, action, scope);
  return value && truthOf(value);
}

function valueOfCondition(source: Source, { start, end }: TemplateAction, scope: Scope): HelmValue | undefined {
  const action = source.text.slice(start, end);
  const head = /^\{\{-?\s*(?:(?:else\s+)?(?:if|with)\b|range\b|else(?=\s*-?\}\}))/.exec(action)?.[0];
  if (head === undefined) return undefined;
  if (head.endsWith('else')) return { kind: 'scalar', value: true };
  const tail = /\s*-?\}\}$/.exec(action)?.[0].length ?? 2;
  return evaluate(source, { start: start + head.length, end: end - tail }, scope);
}
