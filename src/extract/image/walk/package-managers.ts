import { join } from './trust-files.ts';

export interface Manager {
  readonly packages: string;
  /** How its distribution lays the bundle down: a name in `pathSets`. */
  readonly layout: string;
  readonly installs: RegExp;
  readonly removes: RegExp;
  /** Options that take the next word as their value. */
  readonly valued: ReadonlySet<string>;
  /** Options that say where the root of the file system is. */
  readonly root: RegExp;
}

const rpmManager: Manager = {
  packages: 'rpm',
  layout: 'rhel',
  installs:
    /^(?:install|in|groupinstall|group|localinstall|reinstall|upgrade|update|swap|builddep|distro-sync|system-upgrade)$/,
  removes: /^(?:remove|erase|autoremove)$/,
  valued: new Set([
    '--installroot',
    '--releasever',
    '--setopt',
    '-x',
    '--exclude',
    '--enablerepo',
    '--disablerepo',
    '-c',
    '--config',
    '--repo',
  ]),
  root: /^--installroot$/,
};
export const aptManager: Manager = {
  packages: 'apt',
  layout: 'debian',
  installs: /^(?:install|reinstall|satisfy|build-dep|upgrade|dist-upgrade|full-upgrade|dselect-upgrade)$/,
  removes: /^(?:remove|purge|autoremove|autopurge)$/,
  valued: new Set(['-o', '--option', '-c', '--config-file', '-t', '--target-release', '-a', '--host-architecture']),
  root: /^$/,
};
export const managers: Readonly<Record<string, Manager>> = {
  apt: aptManager,
  'apt-get': aptManager,
  aptitude: aptManager,
  nala: aptManager,
  apk: {
    packages: 'apk',
    layout: 'debian',
    installs: /^(?:add|upgrade|fix)$/,
    removes: /^del$/,
    valued: new Set([
      '--root',
      '-p',
      '--repository',
      '-X',
      '--virtual',
      '-t',
      '--keys-dir',
      '--arch',
      '--repositories-file',
    ]),
    root: /^(?:--root|-p)$/,
  },
  dnf: rpmManager,
  dnf5: rpmManager,
  yum: rpmManager,
  microdnf: rpmManager,
  tdnf: { ...rpmManager, packages: 'tdnf' },
  zypper: {
    packages: 'zypper',
    layout: 'suse',
    installs: /^(?:install|in|update|up|dup|dist-upgrade|patch)$/,
    removes: /^(?:remove|rm)$/,
    valued: new Set(['--root', '-R', '--installroot', '--repo', '-r', '--from', '-t', '--type']),
    root: /^(?:--root|-R|--installroot)$/,
  },
  pacman: {
    packages: 'pacman',
    layout: 'arch',
    installs: /^-S|^-U|^--sync$/,
    removes: /^-R|^--remove$/,
    valued: new Set(['--root', '-r', '--dbpath', '-b', '--config', '--cachedir']),
    root: /^(?:--root|-r)$/,
  },
};
export const otherManager: Manager = {
  packages: 'others',
  layout: 'debian',
  installs: /^(?:install|add|-i|-iA|--install|profile|bundle-add|-S|-Sy|-Sy?u?)$/,
  removes: /^(?:remove|uninstall|-e|bundle-remove)$/,
  valued: new Set(),
  root: /^(?:--root|--rootdir|-r|--path)$/,
};
export const otherManagers: ReadonlySet<string> = new Set([
  'opkg',
  'xbps-install',
  'swupd',
  'nix-env',
  'nix',
  'emerge',
  'brew',
  'conda',
  'mamba',
  'micromamba',
]);

export interface Option {
  readonly name: string;
  readonly value: string | undefined;
}

export function argumentsOf(
  words: readonly (string | undefined)[],
  { valued }: Manager,
): { readonly operands: readonly (string | undefined)[]; readonly options: readonly Option[] } {
  const operands: (string | undefined)[] = [];
  const options: Option[] = [];
  for (let index = 1; index < words.length; index++) {
    const word = words[index];
    if (word === undefined || !word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    if (equals > 0) options.push({ name: word.slice(0, equals), value: word.slice(equals + 1) });
    else if (valued.has(word)) options.push({ name: word, value: words[++index] });
    else if (/^-o./.test(word) && valued.has('-o')) options.push({ name: '-o', value: word.slice(2) });
    else options.push({ name: word, value: '' });
  }
  return { operands, options };
}

/** The root that is installed into; `undefined` when only the build knows it. */
export function rootOf(options: readonly Option[], manager: Manager): string | undefined {
  for (const { name, value } of options) {
    if (manager.root.test(name)) return value === undefined ? undefined : join('/', value);
    const folder = name === '-o' || name === '--option' ? /^(?:Dir|RootDir)=(.*)$/i.exec(value ?? '')?.[1] : undefined;
    if (folder !== undefined) return join('/', folder);
  }
  return '/';
}
