import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import type { Variables } from './expand.ts';
import { expand, isKnown } from './expand.ts';
import type { Placement, ScriptFiles } from './script-files.ts';
import { overwritten, placed } from './script-files.ts';
import type { TrustFiles } from './trust-files.ts';
import { folderAt, join, nameOf, resolved } from './trust-files.ts';

interface CopyContext {
  /** The stage's files before the COPY. */
  readonly files: TrustFiles;
  readonly folder: string | undefined;
  readonly variables: Variables;
  /** What `--from` names; `undefined` for the build context. */
  readonly from: { readonly scripts: ScriptFiles } | undefined;
}

/** Where a COPY or ADD puts files whose text may be asked for later. Source: Dockerfile reference, "COPY" and "ADD". */
export function afterCopiedScripts(
  { keyword, words, heredocs, flags }: DockerfileInstruction,
  before: ScriptFiles,
  { files, folder, variables, from }: CopyContext,
): ScriptFiles {
  const values = words.map(({ value }) => expand(value, variables)).filter((value) => !value.startsWith('<<'));
  const destination = values.at(-1);
  if (destination === undefined) return before;
  if (!isKnown(destination) || (folder === undefined && !destination.startsWith('/'))) return overwritten(before, '/');
  const sources = values.slice(0, -1);
  const to = resolved(files, join(folder ?? '/', destination));
  const several = sources.length + heredocs.length > 1;
  const into = several || to === '/' || /(?:^|\/)\.?$/.test(destination) ? 'yes' : folderAt(files, to);
  const parents = flags.some(({ name, value }) => name === 'parents' && value !== 'false');
  let scripts = before;
  for (const { name, content } of heredocs) {
    const place = into === 'yes' ? join(to, name) : to;
    // The builder puts variables into it.
    scripts = content.text.includes('$')
      ? overwritten(scripts, place)
      : placed(scripts, { kind: 'text', place, text: content });
  }
  for (const source of sources) {
    const unseen = parents || !isKnown(source) || (keyword === 'ADD' && from === undefined && isUnpacked(source));
    if (unseen) {
      scripts = overwritten(scripts, to);
      continue;
    }
    const inner = join(to, nameOf(source.replace(/\/+$/, '')));
    const at = (asFile: string): Placement =>
      from
        ? { kind: 'stage', files: from.scripts, source: join('/', source), to, asFile }
        : { kind: 'context', source: source.replace(/^\/+/, '') || '.', to, asFile };
    if (into !== 'yes') scripts = placed(scripts, at(to));
    if (into !== 'no') scripts = placed(scripts, at(inner));
  }
  return scripts;
}

/** What ADD fetches or unpacks. */
const isUnpacked = (source: string): boolean =>
  /^(?:https?:|git@|git:)|\.git(?:#|$)|\.(?:tar|tgz|tbz2?|txz|xz|gz|bz2|zst)\b/.test(source);
