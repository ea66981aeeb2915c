import { data } from '../../../../data/trust-clients.yaml';
import type { Source } from '../../../core/source.ts';
import { parseShell } from '../../../formats/shell.ts';
import { withoutComments } from '../code-text.ts';
import { folderOf, foldersAbove, pathsBelow, pathsEnding } from '../walk/repository-paths.ts';
import type { Stage } from '../walk/stages.ts';
import { shownBy } from './client-tables.ts';
import type { Evidence, Need } from './evidence.ts';
import { undecided } from './evidence.ts';
import type { StartQuestion } from './start-question.ts';

const mostFiles = 200;
const mostEvidence = 3;
const isSource = /\.(?:c|cc|cpp|cxx)$/;

/**
 * Whether a C or C++ program asks OpenSSL or libcurl for the system's roots: only the sources count that the build
 * names for it, in `add_executable` or behind a compiler's `-o`. `undefined` where the repository names none.
 * Sources: OpenSSL, SSL_CTX_set_default_verify_paths(3); libcurl, CURLOPT_CAINFO(3).
 */
export function cNeed(question: StartQuestion): Need | undefined {
  const maker = question.program.copy?.from;
  if (!maker) return undefined;
  const sources = sourcesOf(question, maker);
  if (sources.length === 0) return undefined;
  const evident: Evidence[] = sources.flatMap((source) => {
    const code = withoutComments(source.text);
    const imports = [...code.matchAll(/^[ \t]*#[ \t]*include[ \t]*[<"]([\w./-]+)[>"]/gm)].map((match) => ({
      name: match[1] ?? '',
      start: match.index,
      end: match.index + match[0].length,
    }));
    return shownBy(source, code, imports, data.c).evident;
  });
  return evident.length > 0 ? { need: 'evident', evidence: evident.slice(0, mostEvidence) } : undecided;
}

/** The sources of a program: by CMake's target of its name, else by what the compiler is told. */
function sourcesOf({ program, dockerfile, repository }: StartQuestion, maker: Stage): readonly Source[] {
  const name = (program.source ?? program.name).split('/').at(-1) ?? program.name;
  const around = foldersAbove(dockerfile.path);
  for (const folder of around) {
    const files = pathsEnding(repository, '/CMakeLists.txt', folder).slice(0, 50);
    for (const path of files) {
      const listed = new RegExp(
        `\\badd_executable\\(\\s*(?:${name.replace(/[^\w-]/g, '')}|\\$\\{PROJECT_NAME\\})\\s([^()]*)\\)`,
      ).exec(repository.read(path)?.text ?? '')?.[1];
      if (listed === undefined) continue;
      const own = folderOf(path);
      const named = listed.split(/\s+/).filter((one) => isSource.test(one));
      const below = pathsBelow(repository, own, 5_000).filter(
        (one) => isSource.test(one) && !/(?:^|\/)(?:tests?|third_party|vendor|examples?)\//.test(one),
      );
      const chosen =
        named.length > 0 && !listed.includes('${')
          ? below.filter((one) => named.some((word) => one.endsWith(word)))
          : below;
      return chosen.slice(0, mostFiles).flatMap((one) => repository.read(one) ?? []);
    }
  }
  const words = maker.instructions
    .flatMap(({ script }) => (script ? parseShell(script) : []))
    .map(({ words: own }) => own.map(({ value }) => value ?? ''));
  const compiled = words.find(
    (own) =>
      /^(?:\S*-)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)$/.test(own[0] ?? '') &&
      own.some((word, index) => own[index - 1] === '-o' && word.split('/').at(-1) === name),
  );
  return (compiled ?? [])
    .filter((word) => isSource.test(word))
    .flatMap((word) =>
      around
        .map((folder) => (folder === '' ? word : `${folder}/${word}`))
        .flatMap((path) => repository.read(path.replace(/^\//, '')) ?? [])
        .slice(0, 1),
    );
}
