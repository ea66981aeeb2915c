import { data } from '../../../../data/trust-clients.yaml';
import type { Source } from '../../../core/source.ts';
import { withoutComments } from '../code-text.ts';
import type { Stage } from '../walk/stages.ts';
import { join, nameOf } from '../walk/trust-files.ts';
import type { Imported } from './client-tables.ts';
import { shownBy } from './client-tables.ts';
import type { Evidence, Need } from './evidence.ts';
import { undecided } from './evidence.ts';
import { fileAt } from './image-files.ts';
import type { StartQuestion } from './start-question.ts';

/** How much source is read for one program. */
const mostFiles = 200;
const mostCharacters = 3_000_000;
const mostEvidence = 3;

/**
 * Whether a Node.js program asks the system for its roots. Node has Mozilla's compiled in and reads nothing, but Debian's
 * own package is built to read the system's files (18.20.4+dfsg-1~deb12u2 accepts a server whose root is there only),
 * as is any with `--use-openssl-ca`; and the `git` or `curl` that a program runs has none in any case.
 * `undefined` for another language.
 */
export function nodeNeed(question: StartQuestion): Need | undefined {
  const { stage, program } = question;
  if (!/^(?:node|nodejs|npm|yarn|pnpm)$/.test(program.name)) return undefined;
  const system = readsSystemRoots(question);
  const first = startOf(question);
  const sources = first ? reached(first, question) : [];
  const evident: Evidence[] = sources.flatMap(({ source, code, imports }) => [
    ...shownBy(source, code, imports, data.node.spawned).evident,
    ...(system ? shownBy(source, code, imports, data.node.system).evident : []),
  ]);
  if (evident.length > 0) return { need: 'evident', evidence: evident.slice(0, mostEvidence) };
  return system || stage.root.trust !== undefined
    ? system
      ? undecided
      : undefined
    : { need: 'builtin', evidence: [] };
}

function readsSystemRoots({ stage, program }: StartQuestion): boolean {
  const told = [stage.environment.get('NODE_OPTIONS') ?? '', ...program.words].join(' ');
  if (/--use-openssl-ca\b/.test(told)) return true;
  return stage.root.trust === undefined && program.copy === undefined && installsDebianNode(stage);
}

/** Debian's package, and not the one that nodesource publishes under the same name, which depends on ca-certificates. */
function installsDebianNode(stage: Stage): boolean {
  const scripts: string[] = [];
  for (let one: Stage | undefined = stage; one; one = one.parent)
    scripts.push(...one.instructions.map(({ script }) => script?.text ?? ''));
  const text = scripts.join('\n');
  return (
    /\bapt(?:-get)?\s[^;&|]*\binstall\b[^;&|]*\bnodejs\b/.test(text) &&
    !/nodesource|nvm|\bn\s+(?:lts|latest|\d)/.test(text)
  );
}

/** The file that is started: `node dist/server.js`, or what `npm start` says. */
function startOf(question: StartQuestion): { readonly source: Source; readonly place: string } | undefined {
  const { stage, program } = question;
  const working = stage.folder ?? '/';
  if (/^node/.test(program.name)) {
    const [, ...rest] = program.words;
    const file = rest.find(
      (word, index) => !word.startsWith('-') && !/^(?:-r|--require|--import|--env-file)$/.test(rest[index - 1] ?? ''),
    );
    return file === undefined ? undefined : moduleAt(join(working, file), question);
  }
  const manifest = fileAt(join(working, 'package.json'), question);
  const name = program.words.find((word, index) => index > 0 && !word.startsWith('-') && word !== 'run') ?? 'start';
  const script = new RegExp(
    `"${name.replace(/[^\w:.-]/g, '')}"\\s*:\\s*"(?:[^"]*\\s)?node\\s+(?:-\\S+\\s+)*([\\w./-]+)"`,
  ).exec(manifest?.text ?? '')?.[1];
  return script === undefined ? undefined : moduleAt(join(working, script), question);
}

interface Read {
  readonly source: Source;
  readonly code: string;
  readonly imports: readonly Imported[];
}

/** The sources that a program comes to through the modules that they name by their path. */
function reached(first: { readonly source: Source; readonly place: string }, question: StartQuestion): readonly Read[] {
  const found: Read[] = [];
  let characters = 0;
  const queue = new Map([[first.source.path, first]]);
  for (const { source, place } of queue.values()) {
    characters += source.text.length;
    if (characters > mostCharacters) break;
    const code = withoutComments(source.text);
    const imports = importsOf(code);
    found.push({ source, code, imports });
    for (const { name } of imports) {
      if (!name.startsWith('.') || queue.size >= mostFiles) continue;
      const next = moduleAt(join(place.slice(0, Math.max(place.lastIndexOf('/'), 1)), name), question);
      if (next && !queue.has(next.source.path)) queue.set(next.source.path, next);
    }
  }
  return found;
}

/** A module by its path, with what Node adds to it; what was compiled into `dist` by its source in `src`. */
function moduleAt(
  place: string,
  question: StartQuestion,
): { readonly source: Source; readonly place: string } | undefined {
  const bare = place.replace(/\.(?:[cm]?js|tsx?)$/, '');
  const folders = [
    bare,
    bare.replace(/\/(?:dist|build|lib|out)\//, '/src/'),
    bare.replace(/\/(?:dist|build|lib|out)\//, '/'),
  ];
  const endings = ['.js', '.ts', '.mjs', '.cjs', '.tsx', '/index.js', '/index.ts'];
  for (const path of [place, ...[...new Set(folders)].flatMap((folder) => endings.map((ending) => folder + ending))]) {
    const source = /\.[a-z]+$/.test(nameOf(path)) ? fileAt(path, question) : undefined;
    if (source) return { source, place: path };
  }
  return undefined;
}

/** `require('a')`, `import … from 'a'`, `import('a')`, with `node:` taken off. */
function importsOf(code: string): readonly Imported[] {
  const pattern = /\b(?:require|import)\s*\(\s*["'`]([^"'`\n]+)["'`]|\b(?:from|import)\s+["']([^"'\n]+)["']/g;
  return [...code.matchAll(pattern)].slice(0, 1_000).map((match) => ({
    name: (match[1] ?? match[2] ?? '').replace(/^node:/, ''),
    start: match.index,
    end: match.index + match[0].length,
  }));
}
