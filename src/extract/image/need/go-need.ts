import { data } from '../../../../data/trust-clients.yaml';
import type { Repository } from '../../../core/technology.ts';
import type { Evidence, Need, ProgramQuestion } from './evidence.ts';
import { evidenceAt, undecided } from './evidence.ts';
import type { GoCall, GoShown } from './go-calls.ts';
import { shownBy } from './go-calls.ts';
import type { GoFile, Import } from './go-code.ts';
import type { Module } from './go-packages.ts';
import { buildsElsewhere, mainFolders, moduleOf, namedOrBuilt, tagsOf } from './go-packages.ts';
import type { ReachedPackage } from './go-reach.ts';
import { reachedFrom } from './go-reach.ts';
import { setToPlain } from './plain-settings.ts';

/** More programs than this are not one answer. */
const mostMains = 6;
const mostEvidence = 3;

/**
 * Whether a Go program calls out: what its main function comes to is read, in the packages of the repository.
 *
 * `evident`: it calls a public host by design, or opens TLS whatever it is given. `configured`: it has clients, but their
 * addresses are for its user to give, with TLS or without. `undefined` as a whole when the repository has no Go module
 * for the program.
 */
export function goNeed(question: ProgramQuestion): Need | undefined {
  const module = moduleOf(question);
  if (!module) return undefined;
  if (buildsElsewhere(question, module)) return { need: 'unasked', evidence: [] };
  const mains = question.byNameOnly ? namedOrBuilt(question, module) : mainFolders(question, module);
  if (question.byNameOnly && mains.length === 0) return undefined;
  const [main, ...others] = mains;
  if (main === undefined || mains.length > mostMains) return undecided;
  const tags = tagsOf(question.builds);
  const first = needOfMain(main, module, tags);
  return others.every((folder) => needOfMain(folder, module, tags).need === first.need) ? first : undecided;
}

const known = new WeakMap<Repository, Map<string, Need>>();

/** The answer is kept: many Dockerfiles of a repository start the same programs. */
function needOfMain(main: string, module: Module, tags: ReadonlySet<string>): Need {
  const answers = known.get(module.repository) ?? new Map<string, Need>();
  known.set(module.repository, answers);
  const key = JSON.stringify([main, module.root, ...tags]);
  const before = answers.get(key);
  if (before) return before;
  const need = readNeed(main, module, tags);
  answers.set(key, need);
  return need;
}

function readNeed(main: string, module: Module, tags: ReadonlySet<string>): Need {
  const { packages, complete } = reachedFrom(main, module, tags);
  const builtin = builtinOf(packages);
  if (builtin) return { need: 'builtin', evidence: [builtin] };
  const shown = packages.map(shownBy);
  const { clients, addressed, others } = clientsOf(packages);
  const secure = calledBy(shown, ({ ownRoots }) => !ownRoots).filter((call) => call.secure);
  const certain = calledBy(shown, (one) => !one.ownRoots && !one.eitherScheme && !one.insecureToo).filter(
    ({ tls }) => tls,
  );
  const proofs = [...clients, ...certain, ...secure.filter((call) => !certain.includes(call))];
  if (proofs.length > 0) return { need: 'evident', evidence: proofs.slice(0, mostEvidence) };
  const ownRoots = shown.some((one) => one.ownRoots);
  const configures = shown.some((one) => one.configures);
  const isOpen = (one: GoShown): boolean => !one.ownRoots && (!one.plainUrls || one.eitherScheme);
  // Where roots of its own are made, a client with a transport may hold them.
  const open = calledBy(shown, isOpen).filter(
    ({ transport, foreign }) => !(transport && ownRoots) && (!foreign || configures),
  );
  const variables = shown.flatMap((one) => one.variables);
  const given = [...addressed, ...open];
  if (given.length > 0 && !setToPlain(variables, module.repository))
    return { need: 'configured', evidence: given.slice(0, mostEvidence) };
  const silent = given.length > 0 || others || ownRoots || shown.some(({ calls }) => calls.length > 0) || !complete;
  return silent ? undecided : { need: 'none', evidence: [] };
}

const calledBy = (shown: readonly GoShown[], wanted: (one: GoShown) => boolean): readonly GoCall[] =>
  shown.filter(wanted).flatMap(({ calls }) => calls);

const importOf = ({ file, import: { path, start, end } }: ReachedPackage['imports'][number]): Evidence =>
  evidenceAt(file.source, start, end, `imports ${path}`);

/** The first import that brings roots. */
function builtinOf(packages: readonly ReachedPackage[]): Evidence | undefined {
  for (const one of packages) {
    const found = one.imports.find(({ file, import: imported }) => {
      if (!prefixed(imported.path, data.go.builtin)) return false;
      return entryOf(imported, data.go.builtin, reachedCode(file, one)) !== 'unused';
    });
    if (found) return importOf(found);
  }
  return undefined;
}

/** What the imports show: public services, services that the user names, and others that may be either. */
function clientsOf(packages: readonly ReachedPackage[]): {
  readonly clients: readonly Evidence[];
  readonly addressed: readonly Evidence[];
  readonly others: boolean;
} {
  const clients = new Map<string, Evidence>();
  const addressed = new Map<string, Evidence>();
  let others = false;
  for (const one of packages) {
    for (const { file, import: imported } of one.imports) {
      const { path } = imported;
      if (!prefixed(path, listed)) {
        others ||= /[./].*(?:sdk|client|\/api)(?:\/|-go|$)|-go-sdk|-sdk-go/.test(path) && !path.startsWith('k8s.io/');
        continue;
      }
      if (isPassive(path)) continue;
      const code = reachedCode(file, one);
      const isPublic = entryOf(imported, data.go.clients, code);
      const found = isPublic ?? entryOf(imported, data.go.addressed, code);
      // Who verifies nobody needs no roots.
      const verifies = !/\bInsecureSkipVerify\s*[:=]\s*true\b/.test(code);
      if (found === undefined) continue;
      if (found === 'unused' || !verifies) others = true;
      else {
        const into = found === isPublic || one.secure.has(file) ? clients : addressed;
        if (!into.has(found)) into.set(found, importOf({ file, import: imported }));
      }
    }
  }
  return { clients: [...clients.values()], addressed: [...addressed.values()], others };
}

const prefixed = (path: string, prefixes: readonly string[]): boolean =>
  prefixes.some(
    (prefix) =>
      path.startsWith(prefix) && (path.length === prefix.length || prefix.endsWith('/') || path[prefix.length] === '/'),
  );

const listed = [...data.go.clients, ...data.go.addressed];
const passive = data.go.passive.map((one) => new RegExp(`^${one.replace(/[.+]/g, '\\$&').replace(/\*/g, '.+')}$`));
const isPassive = (path: string): boolean => passive.some((one) => one.test(path));

const patterns = (table: Readonly<Record<string, string>>): ReadonlyMap<string, RegExp> =>
  new Map(Object.entries(table).map(([entry, pattern]) => [entry, new RegExp(pattern)]));
const only = patterns(data.go.only);
const plain = patterns(data.go.plain);

/** The entry of a table that an import falls under; `unused` where what the program does with it opens no connection. */
function entryOf({ path }: Import, entries: readonly string[], code: string): string | undefined {
  const entry = entries.find((prefix) => prefixed(path, [prefix]));
  if (entry === undefined) return undefined;
  if (only.get(entry)?.test(code) === false) return 'unused';
  return plain.get(entry)?.test(code) ? 'unused' : entry;
}

/** What the program comes to in a file. */
const reachedCode = (file: GoFile, { reached }: ReachedPackage): string =>
  file.declarations
    .filter((one) => reached.has(one))
    .map(({ start, end }) => file.code.slice(start, end))
    .join('\n');
