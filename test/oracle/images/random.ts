import fc from 'fast-check';
import type { Mount, Origin, StagePlan, Step } from './dockerfile.ts';
import type { Manager } from './packages.ts';
import { packagesOf } from './packages.ts';
import type { Command, Joint } from './shell.ts';

/** So many committed scripts there are for each package manager. */
export const scriptsForEach = 40;

const images: readonly {
  readonly reference: string;
  readonly manager: Manager | undefined;
  readonly shell: boolean;
}[] = [
  { reference: 'scratch', manager: undefined, shell: false },
  { reference: 'gcr.io/distroless/static-debian12', manager: undefined, shell: false },
  { reference: 'busybox:1.37', manager: undefined, shell: true },
  { reference: 'alpine:3.20', manager: 'apk', shell: true },
  { reference: 'docker.io/library/alpine', manager: 'apk', shell: true },
  { reference: 'alpine:3.6', manager: 'apk', shell: true },
  { reference: 'debian:12', manager: 'apt-get', shell: true },
  { reference: 'public.ecr.aws/docker/library/debian:12-slim', manager: 'apt-get', shell: true },
  { reference: 'ubuntu:24.04', manager: 'apt-get', shell: true },
  { reference: 'node:22-slim', manager: 'apt-get', shell: true },
  { reference: 'golang:1.25', manager: 'apt-get', shell: true },
  { reference: 'python:3.13-slim', manager: 'apt-get', shell: true },
  { reference: 'golang:1.25-alpine', manager: 'apk', shell: true },
  { reference: 'registry.access.redhat.com/ubi9/ubi-minimal', manager: 'microdnf', shell: true },
  { reference: 'registry.example/base:1', manager: 'apt-get', shell: true },
  { reference: 'registry.example/library/debian:12', manager: 'apt-get', shell: true },
];

const bundlePaths = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/cert.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
];
const folders = [
  '/',
  '/etc',
  '/etc/ssl',
  '/etc/ssl',
  '/etc/ssl/certs',
  '/etc/ssl/certs',
  '/etc/pki',
  '/etc/pki/tls',
  '/etc/pki/tls/certs',
  '/usr/share',
  '/usr/share/ca-certificates',
  '/usr/local/share/ca-certificates',
  '/rootfs',
  '/rootfs',
  '/rootfs/etc',
  '/rootfs/etc/ssl',
  '/rootfs/etc/ssl/certs',
  '/out',
  '/certs',
  '/app',
];
const otherFiles = [
  '/etc/passwd',
  '/app/server',
  '/certs/ca.crt',
  '/rootfs/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/certs/own.crt',
];
const patterns = [
  '/etc/ssl/certs/*',
  '/etc/ssl/certs/*.crt',
  '/etc/ssl/*',
  '/etc/ssl/certs/ca-*',
  '/rootfs/*',
  '/etc/s*',
  '/rootfs/etc/*',
];

const folder = fc.constantFrom(...folders);
const bundlePath = fc.constantFrom(...bundlePaths);
const sourcePath = fc.oneof(
  { weight: 4, arbitrary: bundlePath },
  { weight: 5, arbitrary: folder },
  { weight: 1, arbitrary: fc.constantFrom(...otherFiles) },
  { weight: 1, arbitrary: fc.constantFrom(...patterns) },
);
const targetPath = fc.oneof(
  { weight: 3, arbitrary: bundlePath },
  { weight: 3, arbitrary: folder.map((path) => (path === '/' ? path : `${path}/`)) },
  { weight: 3, arbitrary: folder },
  { weight: 1, arbitrary: fc.constantFrom(...otherFiles, 'etc/ssl/certs/', '.', './', 'certs/', '../etc/ssl') },
);
/** Source and target that people write together. */
const usualPairs = fc.constantFrom(
  ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/'],
  ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/ca-certificates.crt'],
  ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs'],
  ['/etc/ssl/certs', '/etc/ssl/certs'],
  ['/etc/ssl/certs/', '/etc/ssl/certs/'],
  ['/etc/ssl', '/etc/ssl'],
  ['/etc/ssl/', '/etc/ssl/'],
  ['/etc', '/etc'],
  ['/etc/pki', '/etc/pki'],
  ['/etc/pki/tls', '/etc/pki/tls'],
  ['/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/certs/ca-certificates.crt'],
  ['/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', '/etc/ssl/certs/ca-certificates.crt'],
  ['/etc/ssl/cert.pem', '/etc/ssl/'],
  ['/rootfs', '/'],
  ['/rootfs/', '/'],
  ['/', '/'],
  ['/out', '/'],
  ['/usr/share/ca-certificates', '/usr/share/ca-certificates'],
  ['/usr/share/ca-certificates/mozilla/', '/etc/ssl/certs/'],
  ['/etc/passwd', '/etc/passwd'],
);
/** A folder where a file belongs, or a file called like a system folder: nobody means that. */
const isOdd = (source: string, target: string): boolean =>
  folders.includes(source.replace(/(?<=.)\/$/, '')) || source.includes('*')
    ? /\.(?:crt|pem)$/.test(target)
    : (source === '/etc/passwd' && /\.(?:crt|pem)$/.test(target)) ||
      ['/etc', '/etc/ssl', '/etc/pki', '/etc/pki/tls', '/usr/share', '../etc/ssl'].includes(target);
/** No folder without `-r`, and none into itself. */
const isSensible = (flags: string, source: string, target: string): boolean =>
  !isOdd(source, target) &&
  !(flags === '' && folders.includes(source)) &&
  !`${target}/`.startsWith(source === '/' ? '/' : `${source}/`);
const pair = fc
  .oneof({ weight: 3, arbitrary: usualPairs }, { weight: 2, arbitrary: fc.tuple(sourcePath, targetPath) })
  .filter(([source = '', target = '']) => !isOdd(source, target));

const namesFor = (manager: Manager): fc.Arbitrary<readonly string[]> =>
  fc.array(fc.constantFrom(...packagesOf[manager]), { minLength: 1, maxLength: 2 }).map((names) => [...new Set(names)]);

function packageCommand(manager: Manager): fc.Arbitrary<Command> {
  const add = fc
    .record({
      names: namesFor(manager),
      root: fc.constantFrom('/', '/', '/', '/rootfs'),
      recommends: fc.boolean(),
      grouped: fc.boolean(),
    })
    .map(
      ({ names, root, recommends, grouped }): Command => ({
        kind: 'add',
        manager,
        names,
        root: manager === 'apt-get' ? '/' : root,
        recommends,
        group: manager === 'apk' && grouped ? '.deps' : undefined,
      }),
    );
  const actions = { 'apt-get': ['remove', 'purge', 'purge'], apk: ['del'], microdnf: ['remove'] } as const;
  const remove = fc
    .record({
      names: namesFor(manager),
      action: fc.constantFrom<'remove' | 'purge' | 'del'>(...actions[manager]),
      automatic: fc.boolean(),
    })
    .map(
      ({ names, action, automatic }): Command => ({
        kind: 'delete',
        manager,
        action,
        names: manager === 'apk' ? ['.deps'] : names.filter((name) => name !== 'acme-agent'),
        automatic: manager === 'apt-get' && automatic,
      }),
    )
    .filter((command) => command.kind === 'delete' && command.names.length > 0);
  return fc.oneof({ weight: 4, arbitrary: add }, { weight: 1, arbitrary: remove });
}

export function commandFor(manager: Manager | undefined, inScript = false): fc.Arbitrary<Command> {
  const simple: fc.Arbitrary<Command> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .constantFrom('/rootfs/etc/ssl/certs', '/etc/ssl/certs', '/rootfs/etc', '/out/etc/ssl', 'certs')
        .map((path): Command => ({ kind: 'mkdir', paths: [path] })),
    },
    {
      weight: 4,
      arbitrary: fc
        .record({ flags: fc.constantFrom<'' | '-r' | '-a'>('', '-r', '-a'), source: sourcePath, target: targetPath })
        .filter(({ flags, source, target }) => isSensible(flags, source, target))
        .map(({ flags, source, target }): Command => ({ kind: 'cp', flags, sources: [source], target })),
    },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(
          ['-r', '/etc/ssl', '/rootfs/etc/'],
          ['', '/etc/ssl/certs/ca-certificates.crt', '/rootfs/etc/ssl/certs/'],
          ['-r', '/etc/ssl/certs/.', '/rootfs/etc/ssl/certs/'],
        )
        .map(
          ([flags, source = '', target = '']): Command => ({
            kind: 'cp',
            flags: flags === '-r' ? '-r' : '',
            sources: [source],
            target,
          }),
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ source: bundlePath, target: targetPath })
        .map(({ source, target }): Command => ({ kind: 'install', source, target })),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ source: sourcePath.filter((path) => path !== '/' && !path.includes('*')), target: targetPath })
        .filter(({ source, target }) => isSensible('-r', source, target))
        .map(({ source, target }): Command => ({ kind: 'mv', source, target })),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ to: bundlePath, path: bundlePath })
        .map(({ to, path }): Command => ({ kind: 'ln', to, path })),
    },
    {
      weight: 2,
      arbitrary: fc
        .oneof(
          fc.constantFrom(
            '/etc/ssl',
            '/etc/ssl/certs',
            '/etc/ssl/certs/*',
            '/var/lib/apt/lists/*',
            '/rootfs/etc/ssl',
            '/etc/pki',
          ),
          bundlePath,
          sourcePath.filter((path) => !['/', '/etc', '/usr/share', '/usr/share/ca-certificates'].includes(path)),
        )
        .map((path): Command => ({ kind: 'rm', paths: [path] })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Command>(
        { kind: 'echo', path: '/etc/motd' },
        { kind: 'echo', path: '/app/server' },
        { kind: 'echo', path: 'x' },
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ source: bundlePath, target: fc.constantFrom('/certs/ca.crt', '/etc/ssl/certs/all.crt') })
        .map(({ source, target }): Command => ({ kind: 'cat', source, target })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('/etc/ssl/certs/ca-certificates.crt', '/app/server', '/etc/ssl/certs/x.crt', '/tmp/x')
        .map((path): Command => ({ kind: 'download', path })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('/rootfs', '/opt', '/', '/app').map((at): Command => ({ kind: 'untar', folder: at })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('/etc/ssl', '/rootfs', '/tmp', '..')
        .map((at): Command => ({ kind: 'cd', folder: at })),
    },
    { weight: 1, arbitrary: fc.constant<Command>({ kind: 'true' }) },
    { weight: 2, arbitrary: fc.constant<Command>({ kind: 'update' }) },
    { weight: 1, arbitrary: fc.constant<Command>({ kind: 'script' }) },
  );
  const start = fc.record({
    how: fc.constantFrom<'' | 'sh ' | 'sh -e ' | '. '>('', 'sh ', 'sh -e ', '. '),
    place: fc.constantFrom('/usr/local/bin/', '/tmp/', './', ''),
    number: fc.nat({ max: scriptsForEach - 1 }),
  });
  const starts = start.map(({ how, place, number }): Command => {
    const name = `${manager ?? 'none'}-${number}.sh`;
    return { kind: 'start', how, path: `${how !== '' && place === '' ? './' : place}${name}` };
  });
  const plain =
    !inScript && manager
      ? fc.oneof(
          { weight: 4, arbitrary: simple },
          { weight: 2, arbitrary: packageCommand(manager) },
          { weight: 1, arbitrary: starts },
        )
      : manager
        ? fc.oneof({ weight: 2, arbitrary: simple }, { weight: 1, arbitrary: packageCommand(manager) })
        : simple;
  const movable = plain.filter(({ kind }) => kind !== 'cd');
  return fc.oneof(
    { weight: 10, arbitrary: plain },
    { weight: 1, arbitrary: movable.map((command): Command => ({ kind: 'guarded', command })) },
    { weight: 1, arbitrary: movable.map((command): Command => ({ kind: 'if', command })) },
  );
}

/** `null` most of the time. */
const rarely = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });

const context: Origin = { kind: 'context' };

const originOf = (index: number, onStage: boolean): fc.Arbitrary<Origin> => {
  const image = fc
    .constantFrom(...images.filter(({ reference }) => reference !== 'scratch'))
    .map(({ reference }): Origin => ({ kind: 'image', reference }));
  // What a stage shares with the one it builds on would say more about both than a walk in one direction can know.
  if (index === 0 || onStage) return image;
  const stage = fc
    .record({ at: fc.nat({ max: index - 1 }), byIndex: fc.boolean() })
    .map(({ at, byIndex }): Origin => ({ kind: 'stage', index: at, byIndex }));
  return fc.oneof({ weight: 4, arbitrary: stage }, { weight: 1, arbitrary: image });
};

function stepFor(index: number, onStage: boolean, shell: boolean, manager: Manager | undefined): fc.Arbitrary<Step> {
  const copy = fc
    .record({
      from: originOf(index, onStage),
      pair,
      second: rarely(bundlePath),
      link: fc.boolean(),
      flagged: fc.nat({ max: 5 }),
    })
    .map(({ from, pair: [source = '', target = ''], second, link, flagged }): Step => {
      const several = second !== null && target.endsWith('/');
      return {
        kind: 'copy',
        from,
        sources: several ? [source, second] : [source],
        target,
        link: link && flagged < 2,
        parents: flagged === 0 && !/\.(?:crt|pem)$/.test(target),
      };
    });
  const fromContext = fc
    .record({
      source: fc.constantFrom(
        'server',
        'own.crt',
        'roots.pem',
        'ca-certificates.crt',
        'rootfs',
        'rootfs/',
        'pki',
        'missing',
      ),
      target: targetPath,
    })
    .filter(
      ({ source, target }) =>
        !isOdd(source, target) &&
        !(/\.(?:crt|pem)$/.test(target) && source === 'own.crt') &&
        !(/^(?:rootfs|pki|missing)/.test(source) && /\.(?:crt|pem)$/.test(target)),
    )
    .map(
      ({ source, target }): Step => ({
        kind: 'copy',
        from: context,
        sources: [source],
        target,
        link: false,
        parents: false,
      }),
    );
  const scripts = fc
    .record({
      number: fc.nat({ max: scriptsForEach - 1 }),
      whole: fc.boolean(),
      target: fc.constantFrom('/usr/local/bin/', '/tmp/', './', '/usr/local/bin', '/tmp'),
    })
    .map(
      ({ number, whole, target }): Step => ({
        kind: 'copy',
        from: context,
        sources: [whole ? 'scripts' : `scripts/${manager ?? 'none'}-${number}.sh`],
        target,
        link: false,
        parents: false,
      }),
    );
  const rest: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 2,
      arbitrary: fc
        .constantFrom('/app', '/etc', 'ssl', '..', '/rootfs')
        .map((path): Step => ({ kind: 'workdir', path })),
    },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(
          ['SSL_CERT_FILE', '/certs/ca.crt'],
          ['SSL_CERT_FILE', '/etc/ssl/certs/ca-certificates.crt'],
          ['SSL_CERT_DIR', '/certs'],
        )
        .map(([name = '', value = '']): Step => ({ kind: 'env', name, value })),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'user' }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('/etc/motd', '/app/x', 'note').map((target): Step => ({ kind: 'inline', target })),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ name: fc.constantFrom('cacert.pem', 'x.bin'), target: targetPath.filter((path) => !isOdd('', path)) })
        .map(({ name, target }): Step => ({ kind: 'add', what: 'url', name, target })),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('/', '/opt', '/rootfs/')
        .map((target): Step => ({ kind: 'add', what: 'archive', name: 'root.tar.gz', target })),
    },
  );
  if (!shell)
    return fc.oneof(
      { weight: 6, arbitrary: copy },
      { weight: 2, arbitrary: fromContext },
      { weight: 2, arbitrary: rest },
    );
  const mount: fc.Arbitrary<Mount> = fc.record({
    type: fc.constantFrom<Mount['type']>('bind', 'bind', 'cache', 'tmpfs'),
    from: originOf(index, onStage),
    source: fc.constantFrom('/etc/ssl/certs', '/etc/ssl', '/'),
    target: fc.constantFrom('/etc/ssl/certs', '/mnt/certs', '/rootfs', '/var/cache/apt'),
  });
  const run = fc
    .record({
      commands: fc.array(commandFor(manager), { minLength: 1, maxLength: 4 }),
      joint: fc.constantFrom<Joint>('&&', '&&', ';', 'set -e', 'heredoc', 'sh -c'),
      mounts: rarely(mount),
    })
    .map(({ commands, joint, mounts }): Step => ({ kind: 'run', commands, joint, mounts: mounts ? [mounts] : [] }));
  return fc.oneof(
    { weight: 6, arbitrary: run },
    { weight: 2, arbitrary: scripts },
    { weight: 3, arbitrary: copy },
    { weight: 1, arbitrary: fromContext },
    { weight: 1, arbitrary: rest },
  );
}

function stageFor(index: number): fc.Arbitrary<StagePlan> {
  const start =
    index === 0
      ? fc.constant(-1)
      : fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat({ max: index - 1 }) });
  // The last stage often begins with nothing.
  const image =
    index < 2
      ? fc.constantFrom(...images)
      : fc.oneof(fc.constantFrom(...images), fc.constantFrom(...images.slice(0, 3)));
  return fc
    .record({ at: start, image, byArgument: fc.boolean() })
    .chain(({ at, image: { reference, manager, shell }, byArgument }) => {
      const onStage = at >= 0;
      return fc.array(stepFor(index, onStage, shell && !onStage, manager), { maxLength: 4 }).map(
        (steps): StagePlan => ({
          from: onStage ? { kind: 'stage', index: at, byIndex: false } : { kind: 'image', reference },
          byArgument: byArgument && !onStage,
          steps,
        }),
      );
    });
}

/** Dockerfiles of one to three stages. */
export const randomStages: fc.Arbitrary<readonly StagePlan[]> = fc.oneof(
  fc.tuple(stageFor(0)),
  fc.tuple(stageFor(0), stageFor(1)),
  fc.tuple(stageFor(0), stageFor(1), stageFor(2)),
);
