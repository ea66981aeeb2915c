import type { Content, Files, Node } from './file-system.ts';
import { absolute, file, makeFolder, put } from './file-system.ts';
import type { World } from './world.ts';

/** What an image holds, without knowing how the walk's data describes it. */
export interface ImageContents {
  readonly files: Files;
  readonly environment: ReadonlyMap<string, string>;
}

const contentsOf = (files: Files, environment: Readonly<Record<string, string>> = {}): ImageContents => ({
  files,
  environment: new Map(Object.entries(environment)),
});

function system(manager: 'apt-get' | 'apk' | 'microdnf' | undefined, packages: readonly string[] = []): Files {
  const files: Files = new Map();
  for (const folder of ['/usr/bin', '/usr/share', '/usr/local/bin', '/tmp', '/var/lib', '/var/cache', '/root', '/opt'])
    makeFolder(files, folder);
  for (const path of ['/bin/sh', '/etc/passwd', '/etc/os-release']) put(files, path, file(), true);
  if (manager) put(files, `/usr/bin/${manager}`, file());
  const installed = new Map(packages.map((name) => [name, 'manual'] as const));
  put(files, '/var/lib/packages', { kind: 'file', content: 'other', packages: installed });
  return files;
}

/** What Debian's ca-certificates leaves: the bundle, and every root on its own beside it. */
export function debianRoots(files: Files, root = '/'): void {
  const at = (path: string): string => absolute(root, `.${path}`);
  put(files, at('/usr/share/ca-certificates/mozilla/root.crt'), file('some'), true);
  put(files, at('/etc/ssl/certs/root.pem'), file('some'), true);
  put(files, at('/usr/sbin/update-ca-certificates'), file(), true);
  put(files, at('/etc/ssl/certs/ca-certificates.crt'), file('bundle'), true);
  makeFolder(files, at('/usr/local/share/ca-certificates'));
}

/** Alpine's ca-certificates-bundle: two names for one file. */
export function alpineBundle(files: Files, root = '/'): void {
  put(files, absolute(root, './etc/ssl/certs/ca-certificates.crt'), file('bundle'), true);
  put(files, absolute(root, './etc/ssl/cert.pem'), { kind: 'link', to: 'certs/ca-certificates.crt' }, true);
}

/** The ca-certificates of RHEL 9: one file, and links to it from everywhere. */
export function redHatBundle(files: Files, root = '/'): void {
  const bundle = '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem';
  put(files, absolute(root, `.${bundle}`), file('bundle'), true);
  for (const path of ['/etc/pki/tls/certs/ca-bundle.crt', '/etc/pki/tls/cert.pem'])
    put(files, absolute(root, `.${path}`), { kind: 'link', to: bundle }, true);
  put(files, absolute(root, './etc/ssl/certs'), { kind: 'link', to: '../pki/tls/certs' }, true);
}

function debian(withRoots: boolean, world: World, key: string, byPackage = true): Files {
  const files = system('apt-get', withRoots && byPackage ? ['ca-certificates'] : []);
  if (withRoots) debianRoots(files);
  else if (world.choose(`${key} folder`, 2) === 1) makeFolder(files, '/etc/ssl/certs');
  return files;
}

function alpine(withBundle: boolean): Files {
  const files = system('apk', withBundle ? ['ca-certificates-bundle'] : []);
  if (withBundle) alpineBundle(files);
  return files;
}

function redHat(): Files {
  const files = system('microdnf', ['ca-certificates']);
  redHatBundle(files);
  return files;
}

function withBundleAt(path: string, files: Files): Files {
  put(files, path, file('bundle'), true);
  return files;
}

/** Where an image that nobody knows may have bundles, in its own root or in trees for others. */
const trees = ['/', '/rootfs', '/out', '/app'];

function anyImage(world: World, key: string): Files {
  const kind = world.choose(key, 4);
  const files = system('apt-get');
  for (const manager of ['apk', 'microdnf']) put(files, `/usr/bin/${manager}`, file());
  if (kind === 0) return files;
  if (kind === 3) {
    debianRoots(files);
    return files;
  }
  // Everything that a step may ask for is there: with a bundle everywhere, or nowhere.
  const content: Content = kind === 1 ? 'bundle' : 'other';
  for (const tree of trees) {
    for (const folder of [
      'etc/ssl/certs',
      'etc/pki/tls/certs',
      'etc/pki/ca-trust/extracted/pem',
      'usr/lib/ssl',
      'certs',
    ])
      makeFolder(files, absolute(tree, folder));
    put(files, absolute(tree, 'server'), file());
    makeFolder(files, absolute(tree, 'usr/share/ca-certificates/mozilla'));
    makeFolder(files, absolute(tree, 'usr/local/share/ca-certificates'));
    if (content !== 'bundle') continue;
    for (const folder of ['usr/share', 'usr/local/share', 'etc', 'etc/ssl', 'etc/pki', 'etc/pki/tls', 'certs'])
      fillTrees(files, [absolute(tree, folder)]);
    const places = [
      'etc/ssl/certs/x.crt',
      'usr/lib/ssl/cert.pem',
      'certs/ca.crt',
      'x.crt',
      'usr/share/ca-certificates/x.crt',
    ];
    for (const path of [...places, 'etc/pki/tls/certs/x.crt', 'usr/local/share/ca-certificates/x.crt'])
      put(files, absolute(tree, path), file(content));
    for (const path of ['etc/ssl/certs/ca-certificates.crt', 'etc/ssl/cert.pem', 'etc/pki/tls/certs/ca-bundle.crt'])
      put(files, absolute(tree, path), file(content));
    put(files, absolute(tree, 'etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem'), file(content));
  }
  return files;
}

const cache = new Map<string, ImageContents>();

/** The contents of an image, by what its reference means in this world. `key`: one use of it. */
export function contentsOfImage(reference: string, world: World, key: string): ImageContents {
  let answers = reference;
  const recorded: World = {
    choose: (question, options) => {
      const answer = world.choose(question, options);
      answers += ` ${answer}`;
      return answer;
    },
  };
  for (const question of questionsOf(reference))
    recorded.choose(`${key}${question}`, question === '' ? 4 : question === ' rebuilt' ? 4 : 2);
  const { files, environment } = cache.get(answers) ?? newContents(reference, world, key);
  cache.set(answers, { files, environment });
  return { files: new Map(files), environment };
}

/** What is open about an image. */
function questionsOf(reference: string): readonly string[] {
  if (reference === 'registry.example/base:1') return [''];
  if (reference === 'registry.example/library/debian:12') return [' rebuilt', ' folder'];
  return /debian:12$|debian:12-slim$|ubuntu|node|busybox|alpine:3.6/.test(reference) ? [' folder'] : [];
}

function newContents(reference: string, world: World, key: string): ImageContents {
  const distroless = (): Files => {
    const files: Files = new Map<string, Node>();
    for (const path of ['/etc/passwd', '/etc/os-release']) put(files, path, file(), true);
    put(files, '/etc/ssl/certs/ca-certificates.crt', file('bundle'), true);
    return files;
  };
  switch (reference) {
    case 'scratch':
      return contentsOf(new Map());
    case 'busybox:1.37': {
      const files = system(undefined);
      if (world.choose(`${key} folder`, 2) === 1) makeFolder(files, '/etc/ssl/certs');
      return contentsOf(files);
    }
    case 'alpine:3.6': {
      const files = alpine(false);
      if (world.choose(`${key} folder`, 2) === 1) makeFolder(files, '/etc/ssl/certs');
      return contentsOf(files);
    }
    case 'alpine:3.20':
    case 'docker.io/library/alpine':
      return contentsOf(alpine(true));
    case 'debian:12':
    case 'ubuntu:24.04':
    case 'node:22-slim':
    case 'public.ecr.aws/docker/library/debian:12-slim':
      return contentsOf(debian(false, world, key));
    case 'golang:1.25':
    case 'python:3.13-slim':
      return contentsOf(debian(true, world, key));
    case 'golang:1.25-alpine':
      return contentsOf(alpine(true));
    case 'registry.access.redhat.com/ubi9/ubi-minimal':
      return contentsOf(redHat());
    case 'gcr.io/distroless/static-debian12':
      return contentsOf(distroless(), { SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' });
    // A mirror may hold the image rebuilt with a bundle of its owner's.
    case 'registry.example/library/debian:12':
      switch (world.choose(`${key} rebuilt`, 4)) {
        case 0:
          return contentsOf(debian(false, world, key));
        case 1:
          return contentsOf(withBundleAt('/usr/lib/ssl/cert.pem', debian(true, world, key, false)));
        case 2:
          return contentsOf(withBundleAt('/etc/pki/tls/certs/x.crt', debian(true, world, key, false)));
        default: {
          const files = debian(true, world, key, false);
          makeFolder(files, '/etc/pki/tls/certs');
          return contentsOf(files);
        }
      }
    default:
      return contentsOf(anyImage(world, key));
  }
}

const treePaths = [
  'etc/ssl/certs/ca-certificates.crt',
  'etc/ssl/cert.pem',
  'ssl/cert.pem',
  'usr/lib/ssl/cert.pem',
  'x.crt',
  'certs/ca.crt',
];

/** What a step whose text is not here may put down: nothing, everything, or one thing alone. */
export function perhapsFill(files: Files, folders: readonly string[], world: World, key: string): void {
  const kind = world.choose(key, 5);
  if (kind > 0) fillTrees(files, folders, kind === 1 ? treePaths : treePaths.slice(kind - 2, kind - 1));
}

export function fillTrees(files: Files, folders: readonly string[], paths: readonly string[] = treePaths): void {
  for (const folder of folders) {
    for (const path of paths) put(files, absolute(folder, path), file('bundle'), true);
  }
}
