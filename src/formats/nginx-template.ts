import type { Range } from '../core/source.ts';

/**
 * A template expression inside a configuration file: Jinja (`{% %}`, `{{ }}`, `{# #}`), Go templates (`{{ }}`), ERB
 * (`<% %>`).
 */
export interface TemplateTag extends Range {
  /**
   * `output`: stands for text that only the renderer knows · `hole`: brings in text from elsewhere, which may hold
   * whole directives · `control`: decides whether or how often what follows is rendered, or says nothing at all.
   */
  readonly kind: 'output' | 'hole' | 'control';
  /** How many branches or loops it opens (1) or closes (-1). */
  readonly nesting: -1 | 0 | 1;
}

/** No expression that people write is longer; an opening without an end is plain text. */
const longestTag = 4000;

const delimiters: readonly {
  readonly open: string;
  readonly close: string;
  readonly read: (body: string) => Meaning;
}[] = [
  { open: '{{', close: '}}', read: goOrOutput },
  { open: '{%', close: '%}', read: jinja },
  { open: '{#', close: '#}', read: () => ({ kind: 'control', nesting: 0 }) },
  { open: '<%', close: '%>', read: erb },
];

type Meaning = Pick<TemplateTag, 'kind' | 'nesting'>;

/** Says which template expression starts at an offset, if one does. */
export type TagReader = (offset: number) => TemplateTag | undefined;

/** The reader for one text. It remembers where the next closing delimiters are, so that reading stays linear. */
export function tagReader(text: string): TagReader {
  const closings = new Map<string, { readonly from: number; readonly at: number }>();
  const next = (close: string, from: number): number => {
    const known = closings.get(close);
    if (known && known.from <= from && known.at >= from) return known.at;
    const found = text.indexOf(close, from);
    const at = found === -1 ? Number.POSITIVE_INFINITY : found;
    closings.set(close, { from, at });
    return at;
  };
  return (offset) => {
    const first = text.charCodeAt(offset);
    if (first !== 123 && first !== 60) return undefined;
    const found = delimiters.find(({ open }) => text.startsWith(open, offset));
    if (!found) return undefined;
    const close = next(found.close, offset + 2);
    // `server {# a comment` is plain nginx: a Jinja comment ends on its line.
    if (close - offset > longestTag || (found.open === '{#' && next('\n', offset) < close)) return undefined;
    return { start: offset, end: close + 2, ...found.read(text.slice(offset + 2, close)) };
  };
}

function goOrOutput(body: string): Meaning {
  const statement =
    /^-?\s*(?:(if|range|with|define|block|end|else|template|break|continue)\b(?!\s*\||[.(])|(\$\w+\s*:?=)|(\/\*))/.exec(
      body,
    );
  const keyword = statement?.[1];
  if (!statement) return { kind: 'output', nesting: 0 };
  if (keyword === 'template') return { kind: 'hole', nesting: 0 };
  if (keyword === 'block') return { kind: 'hole', nesting: 1 };
  if (keyword === 'end') return { kind: 'control', nesting: -1 };
  return { kind: 'control', nesting: keyword !== undefined && /^(if|range|with|define)$/.test(keyword) ? 1 : 0 };
}

function jinja(body: string): Meaning {
  const keyword = /^[-+~]?\s*(\w+)/.exec(body)?.[1] ?? '';
  if (/^(include|extends|import|from|block|call|macro)$/.test(keyword)) return { kind: 'hole', nesting: 0 };
  return { kind: 'control', nesting: /^(if|for)$/.test(keyword) ? 1 : /^end(if|for)$/.test(keyword) ? -1 : 0 };
}

function erb(body: string): Meaning {
  if (body.startsWith('=')) return { kind: 'output', nesting: 0 };
  const code = body.replace(/^-|-$/g, '').trim();
  if (/^(if|unless|for|while|until|case|begin)\b/.test(code) || /\bdo(\s*\|[^|]*\|)?$/.test(code))
    return { kind: 'control', nesting: 1 };
  return { kind: 'control', nesting: /^end\b/.test(code) ? -1 : 0 };
}
