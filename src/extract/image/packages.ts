import { data } from '../../../data/packages-with-roots.yaml';
import type { Layout } from './base-images.ts';
import { layoutNamed } from './base-images.ts';
import type { Manager, Option } from './package-managers.ts';
import { aptManager, argumentsOf, managers, otherManager, otherManagers, rootOf } from './package-managers.ts';
import type { TrustFiles } from './trust-files.ts';
import { either, join, resolved, withBundles, withDoubt, withLinks, without } from './trust-files.ts';

/** What a package manager has done in a stage, as far as it decides about the bundle. */
export interface Ledger {
  /** Whether apt installs what is recommended; `undefined` when a configuration file may have changed it. */
  readonly recommends: boolean | undefined;
  /** Packages installed by name that keep ca-certificates in place. */
  readonly holding: ReadonlySet<string>;
  /** `holding` when a script noted the packages marked as manual. */
  readonly saved: ReadonlySet<string>;
  /** ca-certificates came by apt in this stage, so that apt can take it away again. */
  readonly brought: boolean;
  /**
   * It is installed: another installation of it changes nothing, also where its files have been deleted since.
   * `undefined` where a branch decides.
   */
  readonly settled: boolean | undefined;
  /** Virtual packages of apk, with what of theirs keeps ca-certificates in place. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Packages were marked in a way that is not followed. */
  readonly unclear: boolean;
}

export const freshLedger: Ledger = {
  recommends: true,
  holding: new Set(),
  saved: new Set(),
  brought: false,
  settled: false,
  groups: new Map(),
  unclear: false,
};

export interface Installed {
  readonly files: TrustFiles;
  readonly ledger: Ledger;
}

/** A package manager's command. Words whose value only the build knows are `undefined`. */
export interface PackageCommand {
  readonly program: string;
  readonly words: readonly (string | undefined)[];
  readonly folder: string | undefined;
}

/** The effect of a command that installs or removes packages; `undefined` when it is none. */
export function packageStep(command: PackageCommand, before: Installed): Installed | undefined {
  const { program } = command;
  if (program === 'chisel') return chiselled(command, before);
  if (program === 'debootstrap' || program === 'mmdebstrap') return bootstrapped(command, before);
  if (program === 'dpkg' || program === 'rpm') return unpacked(command, before);
  const manager = managers[program] ?? (otherManagers.has(program) ? otherManager : undefined);
  if (!manager) return undefined;
  const { operands, options } = argumentsOf(command.words, manager);
  const action =
    manager.packages === 'pacman'
      ? options.find(({ name }) => /^-[SRUQ]|^--(?:sync|remove)/.test(name))?.name
      : operands[0];
  const named = manager.packages === 'pacman' ? operands : operands.slice(1);
  const root = rootOf(options, manager);
  if (program === 'emerge' || program === 'xbps-install')
    return installed(manager, 'install', named.concat(operands), options, root, before);
  if (action === undefined) return operands.length > 0 ? doubting(before, root, manager) : before;
  if (manager.installs.test(action)) return installed(manager, action, named, options, root, before);
  if (manager.removes.test(action)) return removed(manager, action, named, options, before);
  return before;
}

function installed(
  manager: Manager,
  action: string,
  named: readonly (string | undefined)[],
  options: readonly Option[],
  root: string | undefined,
  before: Installed,
): Installed {
  const lists = data[manager.packages];
  if (root === undefined || !lists) return doubting(before, root, manager);
  const recommends = manager.packages === 'apt' ? withRecommends(options, before.ledger) : true;
  const holding: string[] = [];
  let unsure = false;
  for (const word of named) {
    const name = word === undefined ? undefined : packageName(word);
    if (name === undefined) unsure = true;
    else if (lists.requires.includes(name)) holding.push(name);
    else if (lists.recommends.includes(name)) {
      if (recommends === true) holding.push(name);
      else if (recommends === undefined) unsure = true;
    } else if (lists.varies.includes(name)) unsure ||= recommends !== false;
    else if (!lists.lacks.includes(name)) unsure = true;
  }
  const { ledger } = before;
  const group =
    manager.packages === 'apk' ? options.find(({ name }) => name === '--virtual' || name === '-t')?.value : undefined;
  const members = unsure ? [...holding, anyPackage] : holding;
  const groups = group && root === '/' ? new Map([...ledger.groups, [group, members] as const]) : ledger.groups;
  if (holding.length > 0) {
    const own = (manager.packages === 'apt' || manager.packages === 'apk') && root === '/';
    const settles = root === '/';
    const brought = own && (ledger.brought || !ledger.settled);
    const after = {
      ...(own ? { ...ledger, brought, holding: new Set([...ledger.holding, ...holding]) } : ledger),
      settled: ledger.settled || (settles ? true : ledger.settled),
      groups,
    };
    const laid = laidDown(before.files, layoutIn(manager, root), root);
    const again = action === 'reinstall' || options.some(({ name }) => name === '--reinstall');
    if (!settles || again) return { files: laid, ledger: after };
    const files = ledger.settled ? before.files : ledger.settled === undefined ? either(before.files, laid) : laid;
    return { files, ledger: after };
  }
  const after = groups === ledger.groups ? before : { ...before, ledger: { ...ledger, groups } };
  return unsure && !(ledger.settled && root === '/') ? doubting(after, root, manager) : after;
}

/** Stands for a package that may keep ca-certificates in place. */
const anyPackage = '*';

/** Alpine's own roots come in one file and a link; with ca-certificates in a running system, one by one as well. */
const layoutIn = (manager: Manager, root: string): Layout =>
  layoutNamed(manager.packages === 'apk' && root !== '/' ? 'alpine' : manager.layout);

/** A distribution's bundle in a file system, or in a tree below `root`. */
export function laidDown(files: TrustFiles, { files: paths, links, roots }: Layout, root: string): TrustFiles {
  const at = (path: string): string => join(root, `.${path}`);
  let after = withBundles(
    files,
    paths.map((path) => resolved(files, at(path), true)),
  );
  for (const place of roots) after = withDoubt(after, at(place));
  return withLinks(
    after,
    links.map(([path, to]) => [at(path), to] as const),
  );
}

const doubting = (before: Installed, root: string | undefined, { layout }: Manager): Installed => ({
  ...before,
  files:
    root === undefined
      ? withDoubt(before.files, '/')
      : [...layoutNamed(layout).files, ...layoutNamed(layout).roots].reduce(
          (files, path) => withDoubt(files, join(root, `.${path}`)),
          before.files,
        ),
});

/** `curl=7.88`, `curl/bookworm`, `curl:amd64`, `curl~=8`: `curl`. A file, a pattern or a task is `undefined`. */
function packageName(word: string): string | undefined {
  const name = word.replace(/(?:[=<>~].*|\/[a-z-]+|:[a-z0-9]+)$/, '').replace(/[=<>~].*$/, '');
  return /[*?^[\]]|\.(?:deb|rpm|apk)$|^[./@]/.test(name) ? undefined : name;
}

function withRecommends(options: readonly Option[], ledger: Ledger): boolean | undefined {
  let { recommends } = ledger;
  for (const { name, value } of options) {
    if (name === '--no-install-recommends' || name === '-R' || name === '--without-recommends') recommends = false;
    if (name === '--install-recommends' || name === '-r') recommends = true;
    const written = /^APT::Install-Recommends=["']?(\w+)/i.exec(value ?? '')?.[1];
    if (written) recommends = !/^(?:0|false|no|off)$/i.test(written);
  }
  return recommends;
}

/**
 * Purging ca-certificates deletes the concatenated file; removing leaves it (its postrm script, Debian 12). Automatic
 * removal takes it when nothing that was installed by name depends on it or recommends it (apt.conf(5), APT::AutoRemove).
 */
function removed(
  manager: Manager,
  action: string,
  named: readonly (string | undefined)[],
  options: readonly Option[],
  { files, ledger }: Installed,
): Installed {
  const names = named.map((word) => (word === undefined ? undefined : word.replace(/[:=].*$/, '')));
  const byName = names.some((name) => name !== undefined && /^ca-certificates(?:$|\*|-mozilla)/.test(name));
  if (manager.packages !== 'apt') {
    if (!byName && !names.some((name) => name === undefined || name.startsWith('.'))) return { files, ledger };
    // Its base system needs the package with the bundle, which `apk del` therefore leaves (Alpine from 3.12).
    if (manager.packages === 'apk' && files.links.has('/etc/ssl/cert.pem')) return { files, ledger };
    const gone = new Set(names.flatMap((name) => [name ?? '', ...(ledger.groups.get(name ?? '') ?? [])]));
    const holding = new Set([...ledger.holding].filter((name) => !gone.has(name)));
    const after = { ...ledger, holding, settled: false };
    // Nothing of what was added for it, or something else still needs it.
    if (
      !names.includes(undefined) &&
      !byName &&
      !gone.has(anyPackage) &&
      (holding.size > 0 || holding.size === ledger.holding.size)
    )
      return { files, ledger };
    return { files: doubted(files, layoutNamed(manager.layout).files), ledger: after };
  }
  const flags = new Set(options.map(({ name }) => name));
  const purges = action === 'purge' || action === 'autopurge' || flags.has('--purge');
  const automatic = action.startsWith('auto') || ['--auto-remove', '--autoremove'].some((flag) => flags.has(flag));
  const holding = new Set([...ledger.holding].filter((name) => !names.includes(name)));
  const after = { ...ledger, holding };
  if (!purges)
    return byName ? { files: withoutRoots(files), ledger: { ...after, settled: false } } : { files, ledger: after };
  if (byName) {
    // What apt did not install, it does not remove.
    const left = ledger.settled ? dropped(files) : ledger.settled === undefined ? either(files, dropped(files)) : files;
    return { files: left, ledger: { ...after, settled: false, brought: false } };
  }
  const someUnknown = names.some((name) => name === undefined || name.includes('*'));
  if (!ledger.brought || (!automatic && !someUnknown)) return { files, ledger: after };
  if (automatic && !someUnknown && !ledger.unclear) {
    if (holding.size > 0) return { files, ledger: after };
    return { files: dropped(files), ledger: { ...after, settled: false, brought: false } };
  }
  return { files: doubted(files, layoutNamed('debian').files), ledger: after };
}

/** Purged: the bundle goes, and so do the roots beside it. */
function dropped(files: TrustFiles): TrustFiles {
  return withoutRoots(layoutNamed('debian').files.reduce((left, path) => without(left, path), files));
}

/** The links to single roots go with the package. */
const withoutRoots = (files: TrustFiles): TrustFiles => ({
  ...files,
  doubts: new Set([...files.doubts].filter((path) => !layoutNamed('debian').roots.includes(path))),
});
const doubted = (files: TrustFiles, paths: readonly string[]): TrustFiles =>
  paths.reduce((left, path) => (files.bundles.has(path) ? withDoubt(without(left, path), path) : left), files);

/** `apt-mark showmanual` notes, `auto` forgets, `manual` brings back what was noted. */
export function marked(words: readonly (string | undefined)[], ledger: Ledger, throughXargs: boolean): Ledger {
  const [, action, ...named] = words.filter((word) => word === undefined || !word.startsWith('-'));
  switch (action) {
    case 'showmanual':
      return { ...ledger, saved: ledger.holding };
    case 'auto':
      return named.some((name) => name === '.*' || name === undefined)
        ? { ...ledger, holding: new Set() }
        : { ...ledger, holding: new Set([...ledger.holding].filter((name) => !named.includes(name))) };
    case 'manual':
      if (throughXargs) return { ...ledger, unclear: true };
      return {
        ...ledger,
        holding: new Set([
          ...ledger.holding,
          ...named.flatMap((name) =>
            name === undefined ? [...ledger.saved] : name === 'ca-certificates' ? [name] : [],
          ),
        ]),
      };
    default:
      return ledger;
  }
}

/** `chisel cut --root /rootfs slice…` (chisel 1.0). */
function chiselled({ words }: PackageCommand, before: Installed): Installed {
  const manager: Manager = {
    ...otherManager,
    packages: 'chisel',
    valued: new Set(['--root', '--release', '--arch']),
    root: /^--root$/,
  };
  const { operands, options } = argumentsOf(words, manager);
  if (operands[0] !== 'cut') return before;
  return installed(manager, 'install', operands.slice(1), options, rootOf(options, manager), before);
}

/** `debootstrap [--include=…] suite target`: a minimal system has no ca-certificates unless it is included. */
function bootstrapped({ words, program }: PackageCommand, before: Installed): Installed {
  const manager: Manager = {
    ...aptManager,
    valued: new Set(['--include', '--variant', '--arch', '--components', '--mode']),
  };
  const { operands, options } = argumentsOf(words, manager);
  const target = operands[1];
  if (target === undefined) return doubting(before, undefined, manager);
  const root = join('/', target);
  const include = options.find(({ name }) => name === '--include');
  const packages = include ? (include.value?.split(',') ?? [undefined]) : [];
  const plain = program === 'debootstrap' ? [{ name: '--no-install-recommends', value: '' }] : [];
  return installed(manager, 'install', packages, plain, root, before);
}

/** Packages unpacked by hand, from files whose content is not seen. */
function unpacked({ words, program, folder }: PackageCommand, before: Installed): Installed {
  const flags = words.filter((word) => word?.startsWith('-')).join(' ');
  const touchesBundle = words.some((word) => word === undefined || word.includes('ca-certificates'));
  const removes = program === 'dpkg' ? /--(?:purge|remove)|-[rP]\b/.test(flags) : /(?:^| )(?:-e|--erase)/.test(flags);
  if (removes) return touchesBundle ? { ...before, files: doubted(before.files, [...before.files.bundles]) } : before;
  const adds =
    program === 'dpkg'
      ? /-i\b|--install|--unpack|-x\b|--extract|--root/.test(flags)
      : /-[iUF]|--install|--upgrade|--root/.test(flags);
  if (!adds) return before;
  const target = program === 'dpkg' && /-x\b|--extract/.test(flags) ? words.at(-1) : '/';
  return { ...before, files: withDoubt(before.files, target === undefined ? '/' : join(folder ?? '/', target)) };
}
