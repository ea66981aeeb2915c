import type { Files } from './file-system.ts';
import {
  absolute,
  baseName,
  copyContents,
  Failure,
  file,
  isFolder,
  makeFolder,
  matches,
  nodeAt,
  put,
  remove,
  resolved,
} from './file-system.ts';
import { perhapsFill } from './images.ts';
import type { Install, Removal } from './packages.ts';
import { install, uninstall, updateCertificates } from './packages.ts';
import { scriptNamed } from './scripts.ts';
import type { World } from './world.ts';

export type Command =
  | { readonly kind: 'mkdir'; readonly paths: readonly string[] }
  | {
      readonly kind: 'cp';
      readonly flags: '' | '-r' | '-a';
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly kind: 'install'; readonly source: string; readonly target: string }
  | { readonly kind: 'mv'; readonly source: string; readonly target: string }
  | { readonly kind: 'ln'; readonly to: string; readonly path: string }
  | { readonly kind: 'rm'; readonly paths: readonly string[] }
  | { readonly kind: 'echo'; readonly path: string }
  | { readonly kind: 'cat'; readonly source: string; readonly target: string }
  | { readonly kind: 'download'; readonly path: string }
  | { readonly kind: 'untar'; readonly folder: string }
  | { readonly kind: 'cd'; readonly folder: string }
  | { readonly kind: 'true' }
  | { readonly kind: 'update' }
  | { readonly kind: 'script' }
  | { readonly kind: 'start'; readonly how: '' | 'sh ' | 'sh -e ' | '. '; readonly path: string }
  | ({ readonly kind: 'add' } & Install)
  | ({ readonly kind: 'delete' } & Removal)
  | { readonly kind: 'guarded'; readonly command: Command }
  | { readonly kind: 'if'; readonly command: Command };

/** How the commands of a RUN hang together. */
export type Joint = '&&' | ';' | 'set -e' | 'heredoc' | 'sh -c';

const flagsOf = ({ manager, recommends, group, root }: Install): string => {
  switch (manager) {
    case 'apt-get':
      return `install -y${recommends ? '' : ' --no-install-recommends'}`;
    case 'apk':
      return `${root === '/' ? '' : `--root ${root} --initdb `}add --no-cache${group === undefined ? '' : ` --virtual ${group}`}`;
    default:
      return `install -y --nodocs${root === '/' ? '' : ` --installroot ${root}`}`;
  }
};

export function written(command: Command): string {
  switch (command.kind) {
    case 'mkdir':
      return `mkdir -p ${command.paths.join(' ')}`;
    case 'cp':
      return ['cp', command.flags, ...command.sources, command.target].filter((word) => word !== '').join(' ');
    case 'install':
      return `install -D -m 644 ${command.source} ${command.target}`;
    case 'mv':
      return `mv ${command.source} ${command.target}`;
    case 'ln':
      return `ln -sf ${command.to} ${command.path}`;
    case 'rm':
      return `rm -rf ${command.paths.join(' ')}`;
    case 'echo':
      return `echo hello > ${command.path}`;
    case 'cat':
      return `cat ${command.source} >> ${command.target}`;
    case 'download':
      return `curl -fsSL -o ${command.path} https://example.com/x`;
    case 'untar':
      return `tar -C ${command.folder} -xzf /tmp/x.tgz`;
    case 'cd':
      return `cd ${command.folder}`;
    case 'true':
      return 'true';
    case 'update':
      return 'update-ca-certificates';
    case 'script':
      return './build.sh';
    case 'start':
      return `${command.how}${command.path}`;
    case 'add':
      return `${command.manager} ${flagsOf(command)} ${command.names.join(' ')}`;
    case 'delete':
      return `${command.manager} ${command.action}${command.manager === 'apk' ? '' : ' -y'}${command.automatic ? ' --auto-remove' : ''} ${command.names.join(' ')}`;
    case 'guarded':
      return `${written(command.command)} || true`;
    case 'if':
      return `if [ -n "$FLAG" ]; then ${written(command.command)}; fi`;
  }
}

interface Shell {
  readonly files: Files;
  readonly world: World;
  folder: string;
  /** Of the commands whose answer is open: the same one may answer differently each time. */
  readonly key: string;
  count: number;
  forgiven: boolean;
}

/** The names that a word of the shell becomes: a pattern that nothing fits stays as it is. */
function globbed(files: Files, path: string): readonly string[] {
  const found = path.includes('*') ? matches(files, path) : [];
  return found.length > 0 ? found : [path];
}

function copyOne({ files }: Shell, source: string, to: string, flags: string, into: boolean): void {
  const keepsLinks = flags !== '';
  const from = resolved(files, source, keepsLinks);
  const node = from === '/' ? nodeAt(files, from) : files.get(from);
  if (!node) throw new Failure(`cp: no ${source}`);
  const target = into ? absolute(to, baseName(source)) : to;
  if (node.kind === 'folder') {
    if (flags === '') throw new Failure(`cp: ${source} is a folder`);
    if (nodeAt(files, target) && !isFolder(files, target)) throw new Failure(`cp: ${target} is no folder`);
    if (!isFolder(files, absolute(target, '..'))) throw new Failure(`cp: no ${target}`);
    const inner = resolved(files, target);
    if (inner === from || inner.startsWith(from === '/' ? '/' : `${from}/`)) throw new Failure('cp: into itself');
    copyContents(new Map(files), from, files, target);
  } else if (node.kind === 'link') {
    put(files, target, node);
  } else {
    put(files, nodeAt(files, target) ? resolved(files, target) : target, node);
  }
}

function execute(shell: Shell, command: Command): void {
  const { files, world } = shell;
  const at = (path: string): string => absolute(shell.folder, path);
  switch (command.kind) {
    case 'mkdir':
      for (const path of command.paths) makeFolder(files, at(path));
      return;
    case 'cp': {
      const sources = command.sources.flatMap((source) => globbed(files, at(source)));
      const to = at(command.target);
      const into = isFolder(files, to);
      if ((sources.length > 1 || command.target.endsWith('/')) && !into && command.flags === '')
        throw new Failure('cp');
      if (sources.length > 1 && !into) throw new Failure('cp: no folder');
      if (command.target.endsWith('/') && !into && sources.some((source) => !isFolder(files, source)))
        throw new Failure('cp');
      for (const [index, source] of sources.entries()) {
        const contents = command.sources[index]?.endsWith('/.') ?? false;
        copyOne(shell, source, to, command.flags, into && !contents);
      }
      return;
    }
    case 'install': {
      const node = nodeAt(files, at(command.source));
      if (node?.kind !== 'file') throw new Failure('install');
      const target = at(command.target);
      if (command.target.endsWith('/')) makeFolder(files, target);
      put(files, isFolder(files, target) ? absolute(target, baseName(command.source)) : target, node, true);
      return;
    }
    case 'mv': {
      const source = at(command.source);
      const to = at(command.target);
      const target = isFolder(files, to) ? absolute(to, baseName(source)) : to;
      const from = resolved(files, source, true);
      if (source === target || nodeAt(files, target) || target.startsWith(`${source}/`)) throw new Failure('mv');
      copyOne(shell, source, target, '-a', false);
      remove(files, from);
      return;
    }
    case 'ln': {
      const path = at(command.path);
      const place = isFolder(files, path) ? absolute(path, baseName(command.to)) : path;
      if (place === command.to) throw new Failure('ln: the same file');
      put(files, place, { kind: 'link', to: command.to });
      return;
    }
    case 'rm':
      for (const path of command.paths) for (const one of globbed(files, at(path))) remove(files, one);
      return;
    case 'echo':
      put(files, resolved(files, at(command.path)), file());
      return;
    case 'cat': {
      const source = nodeAt(files, at(command.source));
      if (source?.kind !== 'file') throw new Failure('cat');
      const place = resolved(files, at(command.target));
      const before = nodeAt(files, place);
      if (before && before.kind !== 'file') throw new Failure('cat');
      const contents = [source.content, before?.kind === 'file' ? before.content : 'other'];
      put(files, place, file(contents.includes('bundle') ? 'bundle' : contents.includes('some') ? 'some' : 'other'));
      return;
    }
    case 'download': {
      const named = /(?:ca-certificates\.crt|ca-bundle\.crt|ssl\/cert\.pem)$/.test(command.path);
      const holds = named || world.choose(`${shell.key} download ${shell.count}`, 2) === 1;
      put(files, resolved(files, at(command.path)), file(holds ? 'bundle' : 'other'));
      return;
    }
    case 'untar':
      if (!isFolder(files, at(command.folder))) throw new Failure('tar');
      perhapsFill(files, [at(command.folder)], world, `${shell.key} tar ${shell.count}`);
      return;
    case 'cd':
      if (!isFolder(files, at(command.folder))) throw new Failure('cd');
      shell.folder = at(command.folder);
      return;
    case 'true':
      return;
    case 'update':
      updateCertificates(files);
      return;
    case 'start':
      start(shell, command);
      return;
    case 'script':
      perhapsFill(files, ['/', '/rootfs', '/out'], world, `${shell.key} script ${shell.count}`);
      return;
    case 'add':
      // What is answered with `|| true` does fail now and then.
      if (shell.forgiven && world.choose(`${shell.key} install ${shell.count}`, 2) === 1) throw new Failure('install');
      install(command, files, world);
      return;
    case 'delete':
      uninstall(command, files, world);
      return;
    case 'guarded':
      attempt(shell, command.command, true);
      return;
    case 'if':
      if (world.choose(`${shell.key} if ${shell.count}`, 2) === 1) execute(shell, command.command);
      return;
  }
}

/** Runs a committed script in a shell of its own, or in this one. Source: POSIX, Shell Command Language, "sh" and "dot". */
function start(shell: Shell, { how, path }: Extract<Command, { readonly kind: 'start' }>): void {
  const places = path.includes('/') ? [absolute(shell.folder, path)] : [`/usr/local/bin/${path}`, `/usr/bin/${path}`];
  const node = places.map((place) => nodeAt(shell.files, place)).find((one) => one?.kind === 'file');
  const script = node?.kind === 'file' && node.script !== undefined ? scriptNamed(node.script) : undefined;
  if (!script) throw new Failure(`${path} is no script`);
  // What `.` runs may end or change the shell that it runs in: such files do not count.
  if (how === '. ' && (script.strict === 'set -e' || script.lines.some(({ kind }) => kind.endsWith('exit'))))
    throw new Failure('it ends its shell');
  const strict = script.strict === 'set -e' || how === 'sh -e ' || (how === '' && script.strict === 'head');
  const inner: Shell = { ...shell, key: `${shell.key} ${shell.count} ${path}` };
  const functions = new Map<string, Command>();
  for (const [index, line] of script.lines.entries()) {
    inner.count = index;
    const run = (command: Command): void => {
      try {
        execute(inner, command);
      } catch (error) {
        if (!(error instanceof Failure) || strict || index === script.lines.length - 1) throw error;
      }
    };
    switch (line.kind) {
      case 'do':
        run(line.command);
        break;
      case 'or exit':
        execute(inner, line.command);
        break;
      case 'maybe exit':
        if (shell.world.choose(`${inner.key} exit ${index}`, 2) === 1) return;
        break;
      case 'function':
        functions.set(line.name, line.command);
        break;
      case 'call': {
        const body = functions.get(line.name);
        if (body) run(body);
        break;
      }
    }
  }
  if (how === '. ') shell.folder = inner.folder;
}

function attempt(shell: Shell, command: Command, forgive: boolean): void {
  try {
    execute(shell, command);
  } catch (error) {
    if (!(error instanceof Failure && forgive)) throw error;
  }
}

/** Runs a RUN's commands as `/bin/sh` does. Source: POSIX, Shell Command Language, "set -e" and "Lists". */
export function runCommands(
  commands: readonly Command[],
  joint: Joint,
  files: Files,
  folder: string,
  world: World,
  key: string,
): void {
  if (nodeAt(files, '/bin/sh')?.kind !== 'file') throw new Failure('no shell');
  const shell: Shell = { files, world, folder, key, count: 0, forgiven: false };
  const careless = joint === ';' || joint === 'heredoc';
  for (let index = 0; index < commands.length; index++) {
    const command = commands[index];
    shell.count = index;
    const chained = joint === '&&' || joint === 'sh -c';
    shell.forgiven = commands.some(
      ({ kind }, other) => kind === 'guarded' && (other === index || (chained && other > index)),
    );
    try {
      if (command) execute(shell, command);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (careless && index < commands.length - 1) continue;
      // In `a && b || true && c`, the `|| true` is for both: a failure goes on behind the next one.
      const next = commands.findIndex(({ kind }, other) => other > index && kind === 'guarded');
      if (joint === 'set -e' || careless || next < 0) throw error;
      index = next;
    }
  }
}

/** The RUN as text. */
export function runText(commands: readonly Command[], joint: Joint, flags: string): string {
  const parts = commands.map(written);
  switch (joint) {
    case '&&':
      return `RUN ${flags}${parts.join(' \\\n && ')}`;
    case ';':
      return `RUN ${flags}${parts.join('; ')}`;
    case 'set -e':
      return `RUN ${flags}set -eux; \\\n    ${parts.join('; \\\n    ')}`;
    case 'heredoc':
      return `RUN ${flags}<<EOF\n${parts.join('\n')}\nEOF`;
    case 'sh -c':
      return `RUN ${flags}${JSON.stringify(['/bin/sh', '-c', parts.join(' && ')])}`;
  }
}
