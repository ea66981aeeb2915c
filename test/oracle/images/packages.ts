import type { Files, Node } from './file-system.ts';
import { absolute, Failure, file, nodeAt, put, remove } from './file-system.ts';
import { alpineBundle, debianRoots, redHatBundle } from './images.ts';
import type { World } from './world.ts';

export type Manager = 'apt-get' | 'apk' | 'microdnf';

/** What the package pulls in, in this model's small distribution. The names mean the same in all three. */
const roots: Readonly<Record<string, 'itself' | 'depends' | 'recommends' | 'none'>> = {
  'ca-certificates': 'itself',
  'python3-pip': 'depends',
  'apk-tools': 'depends',
  openssl: 'depends',
  curl: 'recommends',
  git: 'recommends',
  tzdata: 'none',
  zlib: 'none',
  zlib1g: 'none',
};

export const packagesOf: Readonly<Record<Manager, readonly string[]>> = {
  'apt-get': ['ca-certificates', 'ca-certificates', 'curl', 'git', 'python3-pip', 'tzdata', 'zlib1g', 'acme-agent'],
  apk: ['ca-certificates', 'ca-certificates', 'curl', 'apk-tools', 'tzdata', 'zlib', 'acme-agent'],
  microdnf: ['ca-certificates', 'curl', 'openssl', 'tzdata', 'zlib', 'acme-agent'],
};

type Marks = Map<string, 'manual' | 'automatic'>;

function databaseOf(files: Files, root: string): Marks {
  const node = nodeAt(files, absolute(root, './var/lib/packages'));
  return new Map(node?.kind === 'file' ? node.packages : []);
}

function keep(files: Files, root: string, packages: Marks): void {
  const node: Node = { kind: 'file', content: 'other', packages };
  put(files, absolute(root, './var/lib/packages'), node, true);
}

const howOf = (name: string, manager: Manager, world: World): 'itself' | 'depends' | 'recommends' | 'none' =>
  roots[name] ?? (world.choose(`package ${name} ${manager}`, 2) === 1 ? 'depends' : 'none');

export interface Install {
  readonly manager: Manager;
  readonly names: readonly string[];
  readonly root: string;
  readonly recommends: boolean;
  /** apk's name for the group. */
  readonly group: string | undefined;
}

export function install({ manager, names, root, recommends, group }: Install, files: Files, world: World): void {
  if (!nodeAt(files, `/usr/bin/${manager}`)) throw new Failure(`no ${manager}`);
  const packages = databaseOf(files, root);
  const bundle = manager === 'apk' && root !== '/' ? 'ca-certificates-bundle' : 'ca-certificates';
  let wanted = false;
  const members: string[] = [];
  for (const name of names) {
    const how = howOf(name, manager, world);
    const brings =
      how === 'itself' || how === 'depends' || (how === 'recommends' && (manager !== 'apt-get' || recommends));
    wanted ||= brings;
    members.push(name);
    if (how === 'itself') packages.set('ca-certificates', 'manual');
    else packages.set(name, 'manual');
  }
  const before = databaseOf(files, root);
  if (group !== undefined) {
    for (const name of members) if (!before.has(name)) packages.delete(name);
    packages.set(`${group}:${members.join()}`, 'manual');
  }
  if (wanted && !before.has('ca-certificates')) {
    if (!packages.has('ca-certificates')) packages.set('ca-certificates', 'automatic');
    if (manager === 'microdnf') redHatBundle(files, root);
    else if (bundle === 'ca-certificates-bundle') alpineBundle(files, root);
    else debianRoots(files, root);
  }
  keep(files, root, packages);
}

export interface Removal {
  readonly manager: Manager;
  readonly action: 'remove' | 'purge' | 'del';
  readonly names: readonly string[];
  readonly automatic: boolean;
}

export function uninstall({ manager, action, names, automatic }: Removal, files: Files, world: World): void {
  if (!nodeAt(files, `/usr/bin/${manager}`)) throw new Failure(`no ${manager}`);
  const packages = databaseOf(files, '/');
  if (!packages.has('ca-certificates') && !names.some((name) => packages.has(name)) && manager !== 'apk') return;
  const had = packages.has('ca-certificates');
  for (const name of names) {
    packages.delete(name);
    for (const held of packages.keys()) if (held.startsWith(`${name}:`)) packages.delete(held);
    // What depends on it goes with it.
    if (name === 'ca-certificates') for (const [held] of packages) if (roots[held] === 'depends') packages.delete(held);
  }
  const holders = [...packages.keys()].some((held) =>
    held
      .replace(/^.*:/, '')
      .split(',')
      .some((name) => name !== 'ca-certificates' && howOf(name, manager, world) !== 'none'),
  );
  const wasAutomatic = packages.get('ca-certificates') === 'automatic';
  if ((automatic || manager === 'apk') && wasAutomatic && !holders) packages.delete('ca-certificates');
  keep(files, '/', packages);
  if (!had || packages.has('ca-certificates')) return;
  if (manager === 'apk') {
    // Its base system keeps the bundle from 3.12 on; what is left before, no recipe was read for.
    if (packages.has('ca-certificates-bundle')) return;
    if (world.choose('apk leaves the file', 2) === 1) return;
  }
  if (manager === 'microdnf' && world.choose('rpm leaves the file', 2) === 1) return;
  const own = ['/etc/ssl/certs/root.pem', '/etc/ssl/certs/linked.pem', '/usr/share/ca-certificates/mozilla/root.crt'];
  for (const path of [...own, '/usr/sbin/update-ca-certificates']) remove(files, path);
  if (manager === 'microdnf') remove(files, '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem');
  else if (action === 'purge' || manager === 'apk') remove(files, '/etc/ssl/certs/ca-certificates.crt');
}

/** The script of Debian and Alpine: reads `*.crt` of two folders, writes one file. */
export function updateCertificates(files: Files): void {
  if (!nodeAt(files, '/usr/sbin/update-ca-certificates')) throw new Failure('no update-ca-certificates');
  if (nodeAt(files, '/etc/ssl/certs')?.kind !== 'folder') throw new Failure('no /etc/ssl/certs');
  const all = [...files.keys()];
  const mozilla = all.some((path) => path.startsWith('/usr/share/ca-certificates/mozilla/'));
  const own = all.some((path) => path.startsWith('/usr/local/share/ca-certificates/') && path.endsWith('.crt'));
  put(files, '/etc/ssl/certs/ca-certificates.crt', file(mozilla ? 'bundle' : own ? 'some' : 'other'));
  if (own || mozilla) put(files, '/etc/ssl/certs/linked.pem', file('some'));
}
