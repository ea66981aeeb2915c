import type { Range } from '../../core/source.ts';

/** What stands between `{{ if }}`, `{{ with }}` or `{{ range }}` and its `{{ end }}`. */
export type Region = Range;

/** The regions of a Go template that are rendered only under a condition, outer ones first. */
export function conditionalRegions(text: string): readonly Region[] {
  const open: { readonly start: number; readonly conditional: boolean }[] = [];
  const regions: Region[] = [];
  for (const match of text.matchAll(/\{\{-?\s*(if|with|range|define|block|end)\b/g)) {
    const keyword = match[1];
    if (keyword !== 'end') {
      open.push({ start: match.index, conditional: keyword !== 'define' && keyword !== 'block' });
      continue;
    }
    const opened = open.pop();
    if (opened?.conditional) regions.push({ start: opened.start, end: match.index });
  }
  return regions;
}
