import { data } from '../../../data/haproxy.yaml';
import { holdsFor } from '../../formats/haproxy.ts';
import type { Branch, HaproxyWord } from '../../formats/haproxy-words.ts';

/** One option of a bind or server line, or one of those that `global` sets for all of them. */
export interface Option {
  readonly keyword: HaproxyWord;
  readonly value: HaproxyWord | undefined;
  readonly branch: Branch;
}

/** What a line sets, in order. */
export interface OptionList {
  readonly options: readonly Option[];
  /** A variable or a template may set more. */
  readonly open: boolean;
}

export const noOptions: OptionList = { options: [], open: false };

/** Several lists in the order in which they apply: `default-server`, then `server`. */
export const chained = (lists: readonly OptionList[]): OptionList => ({
  options: lists.flatMap(({ options }) => options),
  open: lists.some(({ open }) => open),
});

const withValue = {
  bind: new Set(data.bindOptionsWithValue),
  server: new Set(data.serverOptionsWithValue),
};

/** Options with their values, from the words after the address. */
export function readOptions(words: readonly HaproxyWord[], of: keyof typeof withValue, branch: Branch): OptionList {
  const options: Option[] = [];
  let open = false;
  for (let index = 0; index < words.length; index++) {
    const keyword = words[index];
    if (!keyword) break;
    if (keyword.unknown && !keyword.conditional) open = true;
    else {
      const value = withValue[of].has(keyword.text) ? words[++index] : undefined;
      options.push({ keyword, value, branch });
    }
  }
  return { options, open };
}

/** What is in force: the last that is set, unless it only may be. */
export type InForce<T> =
  | { readonly state: 'set'; readonly setting: T }
  | { readonly state: 'absent' }
  /** Set in a branch that may not be taken. */
  | { readonly state: 'doubtful' };

/** The last of several settings, for something that stands in `branch`. */
export function lastInForce<T extends { readonly branch: Branch }>(settings: readonly T[], branch: Branch): InForce<T> {
  let found: InForce<T> = { state: 'absent' };
  for (const setting of settings) {
    const held = holdsFor(setting.branch, branch);
    if (held === 'certain') found = { state: 'set', setting };
    else if (held === 'possible') found = { state: 'doubtful' };
  }
  return found;
}

/** The last option with one of these names. */
export function optionInForce(
  { options, open }: OptionList,
  names: readonly string[],
  branch: Branch,
): InForce<Option> {
  const found = lastInForce(
    options.filter(({ keyword }) => names.includes(keyword.text)),
    branch,
  );
  if (found.state === 'set' && found.setting.keyword.conditional) return { state: 'doubtful' };
  return found.state === 'absent' && open ? { state: 'doubtful' } : found;
}
