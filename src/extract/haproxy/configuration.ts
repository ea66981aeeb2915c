import type { Diagnostic } from '../../core/finding.ts';
import type { Source } from '../../core/source.ts';
import { type HaproxyLine, type HaproxySection, parseHaproxy } from '../../formats/haproxy.ts';
import type { Branch, HaproxyWord } from '../../formats/haproxy-words.ts';
import { type InForce, lastInForce, type OptionList, readOptions } from '../dialects/haproxy-options.ts';

/** Everything that one HAProxy loads, in the order in which it does. */
export interface Configuration {
  readonly sections: readonly HaproxySection[];
  /** What no `global` here says, no other file says. */
  readonly whole: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

export function loadConfiguration(sources: readonly Source[]): Configuration {
  const files = sources.map(parseHaproxy);
  const sections = files.flatMap((file) => file.sections);
  const [main] = sources;
  const name = main?.held?.name ?? main?.path ?? '';
  return {
    sections,
    whole:
      (sections.some(({ kind }) => kind === 'global') || /(?:^|\/)haproxy\.(?:cfg|conf)[^/]*$/.test(name)) &&
      !files.some(({ preamble }) => preamble.some(({ opaque }) => opaque)),
    diagnostics: files.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** What `global` sections say. */
export interface Global {
  readonly lines: readonly HaproxyLine[];
  /** A template, or a file that is not here, may say more. */
  readonly open: boolean;
}

/** The lines of the `global` sections before `end`, the index of a section: bind and server lines know no later ones. */
export function globalBefore({ sections, whole }: Configuration, end = sections.length): Global {
  const lines = sections.slice(0, end).flatMap(({ kind, lines: own }) => (kind === 'global' ? own : []));
  return { lines, open: !whole || lines.some(({ opaque }) => opaque) };
}

/** The last line of this keyword, for something that stands in `branch`. */
export function globalSetting({ lines, open }: Global, keyword: string, branch: Branch): InForce<HaproxyLine> {
  const found = lastInForce(
    lines.filter((line) => line.keyword.text === keyword),
    branch,
  );
  return found.state === 'absent' && open ? { state: 'doubtful' } : found;
}

/** `ssl-default-bind-options` or `ssl-default-server-options`, whose lines add up. */
export function globalOptions({ lines, open }: Global, keyword: string): OptionList {
  const lists = lines
    .filter((line) => line.keyword.text === keyword)
    .map(({ arguments: words, branch }) => readOptions(words, 'bind', branch));
  return {
    options: lists.flatMap(({ options }) => options),
    open: open || lists.some((list) => list.open),
  };
}

/** A section with what it inherits from `defaults`. */
export interface ProxySection {
  readonly section: HaproxySection;
  /** `frontend www`. */
  readonly title: string;
  /** The inherited lines first. */
  readonly lines: readonly HaproxyLine[];
  /** A template, or a `defaults` section that is not here, may say more. */
  readonly open: boolean;
  readonly global: Global;
  /** `undefined` where it cannot be known. */
  readonly mode: 'http' | 'tcp' | 'other' | undefined;
}

const proxyKinds = ['frontend', 'backend', 'listen', 'peers', 'ring', 'log-forward'];

/** Sections that listen or connect. One that is switched off does neither. */
export function proxiesOf(configuration: Configuration): readonly ProxySection[] {
  const { sections } = configuration;
  return sections.flatMap((section, index): readonly ProxySection[] => {
    if (!proxyKinds.includes(section.kind)) return [];
    const inherits = /^(?:frontend|backend|listen)$/.test(section.kind);
    const inherited = inherits ? defaultsFor(section, index, configuration, 0) : { lines: [], open: false };
    const lines = [...inherited.lines, ...section.lines];
    const { branch } = section.head;
    const disabled = lastInForce(
      lines.filter(({ keyword }) => keyword.text === 'disabled' || keyword.text === 'enabled'),
      branch,
    );
    if (disabled.state === 'set' && disabled.setting.keyword.text === 'disabled') return [];
    const open = inherited.open || section.lines.some(({ opaque }) => opaque);
    const name = section.name?.text ?? '';
    return [
      {
        section,
        title: `${section.kind} ${name}`.trim(),
        lines,
        open,
        global: globalBefore(configuration, index),
        mode: inherits ? modeOf(lines, open, branch) : 'other',
      },
    ];
  });
}

const deepestDefaults = 20;

/** The `defaults` section that `from` names, else the last one before, each with what it takes from another. */
function defaultsFor(
  section: HaproxySection,
  index: number,
  configuration: Configuration,
  depth: number,
): { readonly lines: readonly HaproxyLine[]; readonly open: boolean } {
  const { sections, whole } = configuration;
  const { from, kind } = section;
  if (depth > deepestDefaults || (kind === 'defaults' && !from)) return { lines: [], open: false };
  const before = sections.slice(0, index);
  const matches = ({ kind: other, name }: HaproxySection): boolean =>
    other === 'defaults' && (!from || name?.text === from.text);
  const at = before.findLastIndex(matches);
  const found = before[at];
  if (!found) return { lines: [], open: from !== undefined || !whole };
  const outer = defaultsFor(found, at, configuration, depth + 1);
  return {
    lines: [...outer.lines, ...found.lines],
    open: outer.open || found.lines.some(({ opaque }) => opaque),
  };
}

function modeOf(lines: readonly HaproxyLine[], open: boolean, branch: Branch): ProxySection['mode'] {
  const found = lastInForce(
    lines.filter(({ keyword }) => keyword.text === 'mode'),
    branch,
  );
  if (found.state === 'absent') return open ? undefined : 'tcp';
  const value = found.state === 'set' ? found.setting.arguments[0] : undefined;
  if (!value || value.unknown) return undefined;
  return value.text === 'http' || value.text === 'tcp' ? value.text : 'other';
}

/** A file or folder as HAProxy finds it: below `ca-base` or `crt-base` unless it is absolute. */
export function basedPath({ text }: HaproxyWord, global: Global, base: 'ca-base' | 'crt-base', branch: Branch): string {
  if (/^[/@]/.test(text)) return text;
  const found = globalSetting(global, base, branch);
  const folder = found.state === 'set' ? found.setting.arguments[0] : undefined;
  return folder && !folder.unknown ? `${folder.text.replace(/\/$/, '')}/${text}` : text;
}
