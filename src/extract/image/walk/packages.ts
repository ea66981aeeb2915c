import type { Layout } from '../base-images.ts';
import { layoutNamed } from '../base-images.ts';
import type { Installed } from './ledger.ts';
import { anyPackage } from './ledger.ts';
import { effectOf } from './package-effects.ts';
import type { Manager, Option } from './package-managers.ts';
import { aptManager, argumentsOf, managers, otherManager, otherManagers, rootOf } from './package-managers.ts';
import { doubted, removed } from './package-removal.ts';
import { releaseOfSuite } from './releases.ts';
import type { TrustFiles } from './trust-files.ts';
import { either, join, resolved, withBundles, withDoubt, withLinks } from './trust-files.ts';

/** A package manager's command. Words whose value only the build knows are `undefined`. */
export interface PackageCommand {
  readonly program: string;
  readonly words: readonly (string | undefined)[];
  readonly folder: string | undefined;
}

/** The effect of a command that installs or removes packages; `undefined` when it is none. */
export function packageStep(command: PackageCommand, before: Installed): Installed | undefined {
  const { program } = command;
  if (program === 'install_packages' || program === 'clean-install') {
    // Scripts of bitnami/minideb (github.com/bitnami/minideb, mkimage) and of Kubernetes' debian-base and kind
    // (github.com/kubernetes-sigs/kind, images/base/files/usr/local/bin/clean-install).
    const words = ['apt-get', 'install', '--no-install-recommends', ...command.words.slice(1)];
    return packageStep({ ...command, program: 'apt-get', words }, before);
  }
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
  if (root === undefined) return doubting(before, root, manager);
  const { holding, doubtful, bare } = effectOf(named, action, options, manager, before.ledger);
  const here = root === '/';
  const ledger = {
    ...before.ledger,
    bare: here ? bare : before.ledger.bare,
    perhapsHolding: new Set([...before.ledger.perhapsHolding, ...(here ? doubtful : [])]),
  };
  const group =
    manager.packages === 'apk' ? options.find(({ name }) => name === '--virtual' || name === '-t')?.value : undefined;
  const unsure = doubtful.length > 0;
  const members = unsure ? [...holding, anyPackage] : holding;
  const groups = group && here ? new Map([...ledger.groups, [group, members] as const]) : ledger.groups;
  if (holding.length > 0) {
    const own = (manager.packages === 'apt' || manager.packages === 'apk') && here;
    const brought = ledger.settled ? ledger.brought : ledger.settled === false || ledger.brought || undefined;
    const after = {
      ...(own ? { ...ledger, brought, holding: new Set([...ledger.holding, ...holding]) } : ledger),
      settled: here || ledger.settled,
      groups,
    };
    if (ledger.blocked && here && !ledger.settled) return doubting({ ...before, ledger: after }, root, manager);
    const laid = laidDown(before.files, layoutIn(manager, root), root);
    const again = action === 'reinstall' || options.some(({ name }) => name === '--reinstall');
    if (!here || again) return { files: laid, ledger: after };
    // Where it may have come before, it is there in both cases, unless somebody deleted it.
    const open = ledger.settled === undefined && ledger.deleted;
    const files = ledger.settled ? before.files : open ? either(before.files, laid) : laid;
    return { files, ledger: after };
  }
  const settled = unsure && here ? ledger.settled || undefined : ledger.settled;
  const after = { ...before, ledger: { ...ledger, groups, settled } };
  return unsure && !(ledger.settled && here) ? doubting(after, root, manager) : after;
}

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
  // The new system has nothing to do with what apt did in this one.
  const ledger = { ...before.ledger, release: releaseOfSuite(operands[0] ?? ''), foreign: false, bare: false };
  const { files } = installed(manager, 'install', packages, plain, root, { ...before, ledger });
  return { files, ledger: before.ledger };
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
