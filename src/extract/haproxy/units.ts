import type { Source } from '../../core/source.ts';
import type { Repository, Unit } from '../../core/technology.ts';
import { parseHaproxy } from '../../formats/haproxy.ts';
import { isCrtListPath } from './claims.ts';
import { fileReader } from './files.ts';

/**
 * What one HAProxy loads: a file by itself; or the files of a folder that is there to be loaded as one (`conf.d`, or
 * names that begin with numbers), in the order of their names, after the `haproxy.cfg` beside that folder. A crt-list
 * belongs to the file that names it, and is a unit of its own where none does. Files out of one ConfigMap that may be
 * crt-lists go with each configuration in it.
 */
export function unitsOf(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const lists = claimed.filter((source) => isCrtListPath(nameOf(source)));
  const configurations = claimed.filter((source) => !isCrtListPath(nameOf(source)) && readsLikeHaproxy(source));
  const named = new Set<Source>();
  const units = groupsOf(configurations).map((files): Unit => {
    const [main] = files;
    const siblings = main.held ? lists.filter(({ held }) => held?.holder === main.held?.holder) : [];
    const read = fileReader(main, siblings, repository);
    const own = files.flatMap(crtListsIn).flatMap((path) => read(path) ?? []);
    for (const list of lists) if (own.some((source) => source === list || isSame(source, list))) named.add(list);
    return { sources: [...files, ...siblings], repository };
  });
  const orphans = lists.filter((list) => !named.has(list));
  return [...units, ...orphans.map((list): Unit => ({ sources: [list], repository }))];
}

const nameOf = ({ held, path }: Source): string => held?.name ?? path;
const isSame = (one: Source, other: Source): boolean => !one.held && !other.held && one.path === other.path;

/**
 * Whether a text has a section of HAProxy: other programs' files may hold the same words (`listen 80;`). Old releases
 * take an address after the name.
 */
export const readsLikeHaproxy = ({ text }: Source): boolean => sectionHead.test(text);

const sectionHead =
  /^[ \t\uFEFF]*(?:(?:global|defaults)|(?:defaults|frontend|backend|listen|peers|ring|log-forward)[ \t]+(?:[^\s;{]|\{\{[^}\r\n]*\}\})+(?:[ \t]+from[ \t]+\S+|[ \t]+[\w.*:,-]*:\d+)?)[ \t\r]*(?:#.*)?$/m;

const crtListsIn = (source: Source): readonly string[] =>
  parseHaproxy(source).sections.flatMap(({ lines }) =>
    lines.flatMap(({ keyword, arguments: words }) =>
      keyword.text === 'bind'
        ? words.flatMap(({ text }, index) => (text === 'crt-list' ? (words[index + 1]?.text ?? []) : []))
        : [],
    ),
  );

type Files = readonly [Source, ...Source[]];

function groupsOf(configurations: readonly Source[]): readonly Files[] {
  const plain = configurations.filter(({ held }) => !held);
  const byFolder = new Map<string, Source[]>();
  for (const source of plain) {
    const folder = folderOf(source.path);
    const members = byFolder.get(folder);
    if (members) members.push(source);
    else byFolder.set(folder, [source]);
  }
  const groups: Files[] = [];
  const grouped = new Set<Source>();
  for (const [folder, members] of byFolder) {
    if (!isLoadedAsOne(folder, members)) continue;
    const files = [...members].sort((a, b) => (a.path < b.path ? -1 : 1));
    const main = plain.find(
      ({ path }) => folderOf(path) === folderOf(folder) && /(?:^|\/)haproxy\.cfg[^/]*$/.test(path),
    );
    const [first, ...rest] = main && !grouped.has(main) ? [main, ...files] : files;
    if (!first) continue;
    for (const file of [first, ...rest]) grouped.add(file);
    groups.push([first, ...rest]);
  }
  const alone = configurations.filter((source) => !grouped.has(source));
  return [...groups, ...alone.map((source): Files => [source])];
}

/** Several whole configurations beside each other are alternatives. */
function isLoadedAsOne(folder: string, members: readonly Source[]): boolean {
  const fragments = members.filter(({ text }) => !/^[ \t]*global\b/m.test(text)).length;
  if (members.length - fragments > 1 || fragments === 0) return false;
  const numbered = members.length > 1 && members.every(({ path }) => /(?:^|\/)\d+[-_.][^/]*$/.test(path));
  return numbered || /(?:^|\/)(?:conf|cfg|haproxy)\.d$/.test(folder);
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
