import type { Source } from '../../core/source.ts';
import type { Repository, Unit } from '../../core/technology.ts';
import { pathsMatching } from '../dialects/included-files.ts';
import { parseLighttpd, type Statement } from './grammar.ts';

/** The files that an `include` stands for; `undefined` where they are not in the repository. */
export type IncludeReader = (pattern: string) => readonly Source[] | undefined;

const mostFiles = 200;

/**
 * Names are relative to the main file's folder. An absolute one is where the file is installed: its last parts are
 * looked for below the main file's folder. Files out of one ConfigMap have no folder, and include nothing here.
 */
export function includeReader(root: Source, repository: Repository): IncludeReader {
  const folder = root.path.split('/').slice(0, -1);
  return (pattern) => {
    if (root.held || pattern.length > 200) return undefined;
    const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
    const suffixes = pattern.startsWith('/') ? parts.map((_part, index) => parts.slice(index)) : [parts];
    for (const suffix of suffixes.filter(
      ({ length }, index) => length > 1 || index === 0 || !/[*?]/.test(parts.at(-1) ?? ''),
    )) {
      const paths = pathsMatching([...folder, ...suffix], repository)
        .filter((path) => path !== root.path)
        .slice(0, mostFiles);
      if (paths.length > 0) return paths.flatMap((path) => repository.read(path) ?? []);
    }
    return undefined;
  };
}

/** Statements with what they include in its place; an include that cannot be followed stays. */
export function spliced(
  statements: readonly Statement[],
  read: IncludeReader,
  budget: { left: number } = { left: mostFiles },
): readonly Statement[] {
  return statements.flatMap((statement): readonly Statement[] => {
    if (statement.kind === 'condition') return [{ ...statement, body: spliced(statement.body, read, budget) }];
    if (statement.kind === 'assignment') return [statement];
    const files = statement.file.unknown ? undefined : read(statement.file.text);
    if (!files || budget.left < files.length) return [statement];
    budget.left -= files.length;
    return files.flatMap((file) => spliced(parseLighttpd(file).statements, read, budget));
  });
}

/** A main file says where the site is or which modules are loaded; a fragment called something else only adds modules. */
export const isMain = (statements: readonly Statement[], { path, held }: Source): boolean =>
  statements.some(
    (statement) =>
      statement.kind === 'assignment' &&
      /^server\.(document-root|modules|port)$/.test(statement.key) &&
      (statement.operator !== '+=' || /(?:^|\/)lighttpd\.conf(?:\.\w+)*$/.test(held?.name ?? path)),
  );

/** Files with what they include; a file that another one includes is read there, and not by itself. */
export function unitsOf(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const all = claimed.map((source) => ({
    source,
    files: filesOf(parseLighttpd(source).statements, includeReader(source, repository)),
  }));
  const included = new Set(all.flatMap(({ files }) => files.map(({ path }) => path)));
  const isRoot = ({ path, held }: Source): boolean => held !== undefined || !included.has(path);
  const roots = all.filter(({ source }) => isRoot(source));
  const covered = new Set(roots.flatMap(({ source, files }) => [source, ...files].map(({ path }) => path)));
  // What is left includes each other in a circle.
  const left = all.filter(({ source }) => !isRoot(source) && !covered.has(source.path));
  return [...roots, ...left].map(({ source, files }) => ({ sources: [source, ...files], repository }));
}

function filesOf(statements: readonly Statement[], read: IncludeReader): readonly Source[] {
  const found = new Map<string, Source>();
  const waiting = [...statements];
  for (let next = waiting.pop(); next && found.size < mostFiles; next = waiting.pop()) {
    if (next.kind === 'condition') waiting.push(...next.body);
    if (next.kind !== 'include' || next.file.unknown) continue;
    for (const file of read(next.file.text) ?? []) {
      if (found.has(file.path)) continue;
      found.set(file.path, file);
      waiting.push(...parseLighttpd(file).statements);
    }
  }
  return [...found.values()];
}
