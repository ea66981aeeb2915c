import type { Range } from '../../core/source.ts';
import { templateActions } from '../../formats/yaml-actions.ts';

/** What stands between `{{ if }}`, `{{ with }}` or `{{ range }}` and its `{{ end }}`. */
export type Region = Range;

/** The regions of a template that are rendered only under a condition. */
export function conditionalRegions(text: string): readonly Region[] {
  const open: { readonly start: number; readonly conditional: boolean }[] = [];
  const regions: Region[] = [];
  for (const { role, word, start } of templateActions(text)) {
    if (role === 'open') open.push({ start, conditional: word !== 'define' && word !== 'block' });
    const opened = role === 'end' ? open.pop() : undefined;
    if (opened?.conditional) regions.push({ start: opened.start, end: start });
  }
  return regions;
}
