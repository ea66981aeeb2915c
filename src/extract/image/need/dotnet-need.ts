import { data } from '../../../../data/trust-clients.yaml';
import type { Source } from '../../../core/source.ts';
import { withoutComments } from '../code-text.ts';
import { folderOf, foldersAbove, pathIn, pathsBelow, pathsEnding } from '../walk/repository-paths.ts';
import type { Stage } from '../walk/stages.ts';
import type { Imported } from './client-tables.ts';
import { shownBy } from './client-tables.ts';
import type { Evidence, Need } from './evidence.ts';
import { evidenceAt, undecided } from './evidence.ts';
import type { StartQuestion } from './start-question.ts';

/** Projects that one project refers to, and those in turn. */
const mostProjects = 20;
const mostFiles = 500;
const mostCharacters = 6_000_000;
const mostEvidence = 3;

/**
 * Whether a .NET program asks the system for its roots, as every HttpClient on Linux does: the packages that its project
 * names, and the sources beside it. `undefined` where `dotnet publish` does not make the program.
 * Source: dotnet/runtime, pal_x509_root.c.
 */
export function dotnetNeed(question: StartQuestion): Need | undefined {
  const { program, repository } = question;
  const maker = program.copy?.from;
  if (!maker || !publishes(maker)) return undefined;
  const assembly = program.name === 'dotnet' ? (program.words[1] ?? '') : program.name;
  const first = projectOf(assembly.replace(/^.*\/|\.dll$/g, ''), question);
  if (!first) return undecided;
  const evident: Evidence[] = [];
  const projects = new Map([[first.path, first]]);
  let files = 0;
  let characters = 0;
  for (const project of projects.values()) {
    for (const match of project.text.matchAll(/<PackageReference\s[^<>]{0,300}Include="([^"<>]{1,300})"/g)) {
      const [text, name = ''] = match;
      if (data.dotnet.clients.some((entry) => name === entry || name.startsWith(`${entry}.`)))
        evident.push(evidenceAt(project, match.index, match.index + text.length, `refers to ${name}`));
    }
    for (const [, to = ''] of project.text.matchAll(/<ProjectReference\s[^<>]{0,300}Include="([^"<>]{1,300})"/g)) {
      const path = pathIn(folderOf(project.path), to.replaceAll('\\', '/'));
      const other = projects.size < mostProjects ? repository.read(path) : undefined;
      if (other) projects.set(path, other);
    }
    for (const path of pathsBelow(repository, folderOf(project.path), 5_000)) {
      if (!path.endsWith('.cs') || /(?:^|\/)(?:obj|bin|[\w.]*[Tt]ests?)\//.test(path)) continue;
      const source = repository.read(path);
      files++;
      characters += source?.text.length ?? 0;
      if (!source || files > mostFiles || characters > mostCharacters) break;
      const code = withoutComments(source.text);
      evident.push(...shownBy(source, code, importsOf(code), data.dotnet).evident);
    }
  }
  return evident.length > 0 ? { need: 'evident', evidence: evident.slice(0, mostEvidence) } : undecided;
}

function publishes(stage: Stage, depth = 0): boolean {
  if (depth > 5) return false;
  const own = stage.instructions.some(({ script }) => /\bdotnet\s+publish\b/.test(script?.text ?? ''));
  const copied = stage.copies.some(({ from }) => from !== undefined && publishes(from, depth + 1));
  return own || copied || (stage.parent !== undefined && publishes(stage.parent, depth + 1));
}

/** The project that makes an assembly: by its file's name or by AssemblyName; the only one, else. */
function projectOf(assembly: string, { dockerfile, repository }: StartQuestion): Source | undefined {
  for (const folder of foldersAbove(dockerfile.path)) {
    const paths = pathsEnding(repository, '.csproj', folder).slice(0, 200);
    const named = paths.filter(
      (path) => path.slice(path.lastIndexOf('/') + 1).toLowerCase() === `${assembly}.csproj`.toLowerCase(),
    );
    const [first] =
      named.length > 0
        ? named
        : paths.filter((path) => repository.read(path)?.text.includes(`<AssemblyName>${assembly}<`));
    if (first !== undefined) return repository.read(first);
  }
  return undefined;
}

const importsOf = (code: string): readonly Imported[] =>
  [...code.matchAll(/^[ \t]*(?:global[ \t]+)?using[ \t]+(?:static[ \t]+)?([\w.]+)[ \t]*;/gm)].map((match) => ({
    name: match[1] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  }));
