import { pathsBelow } from '../walk/repository-paths.ts';
import type { Declaration, GoFile, Import } from './go-code.ts';
import { goFile, namesPublicHost } from './go-code.ts';
import type { Module } from './go-packages.ts';
import { folderOfImport, sourcesIn } from './go-packages.ts';

/** How much source is read for one program. */
const mostFiles = 2_000;
const mostCharacters = 16_000_000;

/** Declarations of one name, and methods of one type, that are followed. */
const mostNamesakes = 8;
const mostMethods = 500;

/** One package of the repository, and what a program comes to in it. */
export interface ReachedPackage {
  readonly folder: string;
  readonly files: readonly GoFile[];
  readonly reached: ReadonlySet<Declaration>;
  /** What of other packages is named by what is reached. */
  readonly borrowed: ReadonlySet<Declaration>;
  /** Files whose reached declarations name a public address, or are named where one stands. */
  readonly secure: ReadonlySet<GoFile>;
  /** Imports that what is reached names, or that the file cannot be seen to name. */
  readonly imports: readonly { readonly file: GoFile; readonly import: Import }[];
}

export interface Reached {
  readonly packages: readonly ReachedPackage[];
  /** Whether all its packages were read. */
  readonly complete: boolean;
}

interface Package {
  readonly folder: string;
  readonly files: readonly GoFile[];
  readonly byName: ReadonlyMap<string, readonly Declaration[]>;
  /** By the name of their type. */
  readonly methods: ReadonlyMap<string, readonly Declaration[]>;
  readonly methodsByName: ReadonlyMap<string, readonly Declaration[]>;
  readonly reached: Set<Declaration>;
  readonly borrowed: Set<Declaration>;
  readonly secure: Set<GoFile>;
  readonly used: Set<Import>;
}

/**
 * What the program of a main package comes to. Names stand for what they may mean, so that too much is reached rather
 * than too little: `main`, every `init` and every variable of a package that is imported; what those name, in their own
 * package or by `package.Name`; of a type that is named, each exported method, since a library may call it, and each
 * other that is selected somewhere. Source: The Go Programming Language Specification, "Program initialization".
 */
export function reachedFrom(main: string, module: Module, tags: ReadonlySet<string>): Reached {
  const { packages, complete } = packagesOf(main, module, tags);
  const selected = new Set<string>();
  const waiting = new Map<string, Declaration[]>();
  const owners = new Map<GoFile, Package>();
  for (const one of packages.values()) for (const file of one.files) owners.set(file, one);
  const queue: Declaration[] = [];
  const waitFor = (name: string, method: Declaration): void => {
    const others = waiting.get(name);
    if (others) others.push(method);
    else waiting.set(name, [method]);
  };
  const reach = (declaration: Declaration): void => {
    const owner = owners.get(declaration.file);
    if (!owner || owner.reached.has(declaration)) return;
    owner.reached.add(declaration);
    queue.push(declaration);
    if (declaration.kind !== 'type') return;
    for (const method of declaration.names.flatMap((name) => owner.methods.get(name) ?? [])) {
      const [name = ''] = method.names;
      if (/^[A-Z]/.test(name) || selected.has(name)) reach(method);
      else waitFor(name, method);
    }
  };
  for (const { files, folder } of packages.values()) {
    for (const declaration of files.flatMap((file) => file.declarations)) {
      const [name = ''] = declaration.names;
      const runs =
        declaration.kind === 'func' &&
        !declaration.receiver &&
        (name === 'init' || (name === 'main' && folder === main));
      if (runs || (declaration.kind === 'var' && folder === main)) reach(declaration);
      // It is made, and what makes it runs; whether anything uses it is seen where it is named.
      else if (declaration.kind === 'var') queue.push(declaration);
    }
  }
  const knownAliases = new Map<GoFile, ReadonlyMap<string, Alias>>();
  const aliasesIn = (file: GoFile): ReadonlyMap<string, Alias> => {
    const before = knownAliases.get(file);
    if (before) return before;
    const aliases = aliasesOf(file, packages, module);
    knownAliases.set(file, aliases);
    return aliases;
  };
  for (let next = queue.pop(); next; next = queue.pop()) {
    const owner = owners.get(next.file);
    const aliases = aliasesIn(next.file);
    const { bare, qualified, selections } = wordsOf(next);
    const named: Declaration[] = [...bare].flatMap((name) => owner?.byName.get(name) ?? []);
    for (const [qualifier, names] of qualified) {
      for (const name of names) select(name);
      const imported = aliases.get(qualifier);
      if (!imported) continue;
      owner?.used.add(imported.import);
      const there = [...names].flatMap((name) => imported.package?.byName.get(name) ?? []);
      named.push(...there);
      for (const one of there) if (one.kind !== 'type') owner?.borrowed.add(one);
    }
    for (const name of selections) select(name);
    for (const one of named) reach(one);
    if (!owner?.reached.has(next)) continue;
    const constants = named.filter(({ kind }) => kind === 'const' || kind === 'var');
    const isPublic = namesPublicHost(next);
    if (!isPublic && !constants.some(namesPublicHost)) continue;
    owner.secure.add(next.file);
    // The client that a method uses is made where its type stands.
    for (const one of owner.byName.get(next.receiver ?? '') ?? []) owner.secure.add(one.file);
    if (!isPublic) continue;
    const called = [...selections].flatMap((name) => owner.methodsByName.get(name) ?? []);
    for (const one of [...named, ...called]) if (one.kind === 'func') owners.get(one.file)?.secure.add(one.file);
  }
  function select(name: string): void {
    if (selected.has(name)) return;
    selected.add(name);
    for (const method of waiting.get(name) ?? []) reach(method);
  }
  return {
    complete,
    packages: [...packages.values()].map(({ folder, files, reached, borrowed, secure, used }) => ({
      folder,
      files,
      reached,
      borrowed,
      secure,
      imports: files.flatMap((file) =>
        file.imports.filter((one) => used.has(one) || isNowhere(one, file)).map((one) => ({ file, import: one })),
      ),
    })),
  };
}

function packagesOf(
  main: string,
  module: Module,
  tags: ReadonlySet<string>,
): { readonly packages: ReadonlyMap<string, Package>; readonly complete: boolean } {
  const packages = new Map<string, Package>();
  const folders = new Set([main]);
  let [files, characters] = [0, 0];
  let complete = true;
  for (const folder of folders) {
    const here = sourcesIn(folder, module.repository, tags).map(goFile);
    // A package that the repository does not show: made by a build, or in a module of another repository.
    if (here.length === 0 && pathsBelow(module.repository, folder, 1).length === 0) complete = false;
    files += here.length;
    for (const { code } of here) characters += code.length;
    if (files > mostFiles || characters > mostCharacters) return { packages, complete: false };
    const declarations = here.flatMap((file) => file.declarations);
    packages.set(folder, {
      folder,
      files: here,
      byName: grouped(
        declarations.filter(({ receiver }) => !receiver),
        ({ names }) => names,
      ),
      methods: grouped(declarations, ({ receiver }) => (receiver ? [receiver] : []), mostMethods),
      methodsByName: grouped(declarations, ({ receiver, names }) => (receiver ? names : [])),
      reached: new Set(),
      borrowed: new Set(),
      secure: new Set(),
      used: new Set(),
    });
    for (const { path } of here.flatMap((file) => file.imports)) {
      const inside = folderOfImport(path, module);
      if (inside !== undefined) folders.add(inside);
    }
  }
  return { packages, complete };
}

function grouped<T>(
  all: readonly T[],
  keys: (one: T) => readonly string[],
  most = mostNamesakes,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    for (const key of keys(one)) {
      const group = groups.get(key);
      if (group && group.length < most) group.push(one);
      else if (!group) groups.set(key, [one]);
    }
  }
  return groups;
}

interface Words {
  readonly bare: ReadonlySet<string>;
  /** `name.Selected`, by name. */
  readonly qualified: ReadonlyMap<string, ReadonlySet<string>>;
  readonly selections: ReadonlySet<string>;
}

const knownWords = new WeakMap<Declaration, Words>();

/** The names in a declaration. */
function wordsOf(declaration: Declaration): Words {
  const before = knownWords.get(declaration);
  if (before) return before;
  const bare = new Set<string>();
  const qualified = new Map<string, Set<string>>();
  const selections = new Set<string>();
  const text = declaration.file.names.slice(declaration.start, declaration.end);
  for (const [, dot, first = '', second] of text.matchAll(/(\.\s*)?\b([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?/g)) {
    if (dot) selections.add(first);
    else bare.add(first);
    if (second === undefined) continue;
    if (dot) selections.add(second);
    else {
      qualified.set(first, (qualified.get(first) ?? new Set()).add(second));
      selections.add(second);
    }
  }
  const words = { bare, qualified, selections };
  knownWords.set(declaration, words);
  return words;
}

interface Alias {
  readonly import: Import;
  readonly package: Package | undefined;
}

function aliasesOf(file: GoFile, packages: ReadonlyMap<string, Package>, module: Module): ReadonlyMap<string, Alias> {
  const aliases = new Map<string, Alias>();
  for (const one of file.imports) {
    const folder = folderOfImport(one.path, module);
    const inside = folder === undefined ? undefined : packages.get(folder);
    const [exact = '', ...guessed] = one.alias
      ? [one.alias]
      : inside
        ? [inside.files[0]?.package ?? '']
        : namesOfPath(one.path);
    aliases.set(exact, { import: one, package: inside });
    for (const name of guessed) if (!aliases.has(name)) aliases.set(name, { import: one, package: inside });
  }
  return aliases;
}

/** What a package is likely called, by its path: `github.com/stripe/stripe-go/v82`, `gopkg.in/telebot.v3`. */
function namesOfPath(path: string): readonly string[] {
  const last =
    path
      .replace(/\/v\d+$/, '')
      .replace(/\.v\d+(?:-unstable)?$/, '')
      .split('/')
      .at(-1) ?? '';
  const parts = last.split(/[-.]/);
  return [
    ...new Set([last, parts.join(''), parts.join('_'), parts.filter((part) => part !== 'go').join(''), ...parts]),
  ];
}

/** Whether no declaration of its file can be seen to name an import. */
function isNowhere({ alias, path }: Import, file: GoFile): boolean {
  if (alias === '_' || alias === '.') return true;
  const names = alias ? [alias] : namesOfPath(path);
  return !file.declarations.some((one) => names.some((name) => wordsOf(one).qualified.has(name)));
}
