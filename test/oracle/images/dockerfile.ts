import type { Content, Files, Verdict } from './file-system.ts';
import {
  absolute,
  baseName,
  copyContents,
  Failure,
  file,
  inside,
  isFolder,
  makeFolder,
  matches,
  nodeAt,
  put,
  resolved,
  verdictOn,
} from './file-system.ts';
import { contentsOfImage, fillTrees, perhapsFill } from './images.ts';
import { scriptNames, scriptText } from './scripts.ts';
import type { Command, Joint } from './shell.ts';
import { runCommands, runText } from './shell.ts';
import type { World } from './world.ts';

/** Where files come from: a stage by its index, an image, the build context. */
export type Origin =
  | { readonly kind: 'stage'; readonly index: number; readonly byIndex: boolean }
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'context' };

export interface Mount {
  readonly type: 'bind' | 'cache' | 'tmpfs';
  readonly from: Origin;
  readonly source: string;
  readonly target: string;
}

export type Step =
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string; readonly value: string }
  | { readonly kind: 'user' }
  | {
      readonly kind: 'copy';
      readonly from: Origin;
      readonly sources: readonly string[];
      readonly target: string;
      readonly link: boolean;
      readonly parents: boolean;
    }
  | { readonly kind: 'inline'; readonly target: string }
  | { readonly kind: 'add'; readonly what: 'url' | 'archive'; readonly name: string; readonly target: string }
  | {
      readonly kind: 'run';
      readonly commands: readonly Command[];
      readonly joint: Joint;
      readonly mounts: readonly Mount[];
    };

export interface StagePlan {
  readonly from: Origin;
  /** The image stands in a global ARG. */
  readonly byArgument: boolean;
  readonly steps: readonly Step[];
}

/** The build context of every random file, with what the model takes its files for. */
export const context: Readonly<Record<string, Content>> = {
  server: 'other',
  'own.crt': 'some',
  'roots.pem': 'bundle',
  'ca-certificates.crt': 'bundle',
  'rootfs/etc/passwd': 'other',
  'pki/etc/ssl/certs/roots.pem': 'bundle',
  'pki/etc/motd': 'other',
};

export function contextTexts(): Readonly<Record<string, string>> {
  const certificate = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
  const texts = { bundle: certificate.repeat(130), some: certificate, other: 'x' };
  const files = Object.fromEntries(Object.entries(context).map(([path, content]) => [path, texts[content]]));
  const scripts = scriptNames.map((name) => [`scripts/${name}`, scriptText(name)] as const);
  return { ...files, ...Object.fromEntries(scripts) };
}

function contextFiles(world: World, key: string): Files {
  const files: Files = new Map();
  for (const [path, content] of Object.entries(context)) put(files, `/${path}`, file(content), true);
  for (const name of scriptNames)
    put(files, `/scripts/${name}`, { kind: 'file', content: 'other', script: name }, true);
  // `missing` is made before the build: a program, a bundle, or a folder with either.
  const kind = world.choose(`${key} missing`, 4);
  if (kind < 2) put(files, '/missing', file(kind === 0 ? 'other' : 'bundle'));
  else makeFolder(files, '/missing');
  if (kind === 3) fillTrees(files, ['/missing']);
  return files;
}

interface State {
  readonly files: Files;
  readonly environment: Map<string, string>;
  folder: string;
}

const stageName = (index: number): string => `s${index}`;

/** Copies as BuildKit does. Source: moby/buildkit, solver/llbsolver/file/backend.go, and tonistiigi/fsutil, copy. */
function copyInto(
  source: Files,
  {
    sources,
    link,
    parents,
  }: { readonly sources: readonly string[]; readonly link: boolean; readonly parents: boolean },
  target: State,
  written: string,
): void {
  const files: Files = link ? new Map() : target.files;
  const to = absolute(target.folder, written);
  const slash = /(?:^|\/)\.?$/.test(written);
  for (const pattern of sources) {
    const found = pattern.includes('*') ? matches(source, absolute('/', pattern)) : [absolute('/', pattern)];
    for (const path of found) {
      const from = resolved(source, path);
      const node = from === '/' ? { kind: 'folder' as const } : source.get(from);
      if (!node) throw new Failure(`COPY: no ${path}`);
      const place = parents ? absolute(to, `.${path}`) : to;
      if (node.kind === 'folder') copyContents(new Map(source), from, files, place);
      else if (parents) put(files, place, node, true);
      else {
        const into = slash || isFolder(files, place);
        put(files, into ? absolute(place, baseName(path)) : place, node, true);
      }
    }
  }
  if (link) laidOver(target.files, files);
}

/** Puts a layer over a file system: what is of another kind is replaced. */
function laidOver(files: Files, layer: Files): void {
  for (const [path, node] of [...layer].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = files.get(path);
    if (node.kind === 'folder' && before?.kind === 'folder') continue;
    if (before)
      for (const one of [...files.keys()].filter((other) => other === path || inside(other, path))) files.delete(one);
    files.set(path, node);
  }
}

function run(
  step: Extract<Step, { readonly kind: 'run' }>,
  state: State,
  mounted: readonly Files[],
  world: World,
  key: string,
): void {
  const { files } = state;
  const hidden: { readonly target: string; readonly before: Files; readonly made: readonly string[] }[] = [];
  for (const [index, mount] of step.mounts.entries()) {
    const parts = mount.target.split('/').filter((part) => part !== '');
    const folders = parts.map((_part, at) => `/${parts.slice(0, at + 1).join('/')}`);
    const made = folders.filter((folder) => !files.has(folder));
    const place = makeFolder(files, mount.target);
    const before: Files = new Map([...files].filter(([path]) => inside(path, place)));
    for (const path of before.keys()) files.delete(path);
    hidden.push({ target: place, before, made });
    const source = mounted[index];
    // A cache may hold what an earlier build left.
    if (mount.type === 'cache' && world.choose(`${key} cache`, 2) === 1) fillTrees(files, [place]);
    if (mount.type !== 'bind' || !source) continue;
    const from = resolved(source, absolute('/', mount.source));
    if (!isFolder(source, from)) throw new Failure(`mount: no ${mount.source}`);
    copyContents(source, from, files, place);
  }
  runCommands(step.commands, step.joint, files, state.folder, world, key);
  for (const { target, before, made } of hidden.toReversed()) {
    for (const path of [...files.keys()]) if (inside(path, target)) files.delete(path);
    for (const [path, node] of before) files.set(path, node);
    // The mount point goes again, as far as nothing else came to lie in it.
    for (const folder of made.toReversed())
      if (![...files.keys()].some((path) => inside(path, folder))) files.delete(folder);
  }
}

/** Builds every stage in one world: the verdict on each, `undefined` for one that does not build. */
export function build(stages: readonly StagePlan[], world: World): readonly (Verdict | undefined)[] {
  const built: (State | undefined)[] = [];
  const stateOf = (index: number): State => {
    const state = built[index];
    if (!state) throw new Failure(`stage ${index} does not build`);
    return state;
  };
  const filesFrom = (origin: Origin, key: string): Files => {
    if (origin.kind === 'stage') return stateOf(origin.index).files;
    return origin.kind === 'image' ? contentsOfImage(origin.reference, world, key).files : contextFiles(world, key);
  };
  return stages.map((stage, index) => {
    try {
      const state = begun(stage.from, world, `image ${index}`, stateOf);
      for (const [number, step] of stage.steps.entries()) apply(step, state, filesFrom, world, `${index} ${number}`);
      built.push(state);
      return verdictOn(state.files, state.environment);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      built.push(undefined);
      return undefined;
    }
  });
}

function begun(from: Origin, world: World, key: string, stateOf: (index: number) => State): State {
  if (from.kind === 'stage') {
    const { files, environment, folder } = stateOf(from.index);
    return { files: new Map(files), environment: new Map(environment), folder };
  }
  const { files, environment } = contentsOfImage(from.kind === 'image' ? from.reference : 'scratch', world, key);
  return { files, environment: new Map(environment), folder: '/' };
}

function apply(
  step: Step,
  state: State,
  filesFrom: (origin: Origin, key: string) => Files,
  world: World,
  key: string,
): void {
  switch (step.kind) {
    case 'workdir':
      state.folder = absolute(state.folder, step.path);
      makeFolder(state.files, state.folder);
      return;
    case 'env':
      state.environment.set(step.name, step.value);
      return;
    case 'user':
      return;
    case 'copy':
      copyInto(filesFrom(step.from, key), step, state, step.target);
      return;
    case 'inline':
      put(state.files, absolute(state.folder, step.target), file(), true);
      return;
    case 'add': {
      const to = absolute(state.folder, step.target);
      const into = step.target.endsWith('/') || isFolder(state.files, to);
      if (step.what === 'archive') {
        if (nodeAt(state.files, to) && !isFolder(state.files, to)) throw new Failure('ADD');
        makeFolder(state.files, to);
        perhapsFill(state.files, [to], world, `${key} archive`);
        return;
      }
      const named =
        step.name === 'cacert.pem' ||
        /(?:ca-certificates|ca-bundle)\.crt$|ssl\/cert\.pem$|tls-ca-bundle\.pem$/.test(to);
      const content = named || world.choose(`${key} url`, 2) === 1 ? 'bundle' : 'other';
      put(state.files, into ? absolute(to, step.name) : to, file(content), true);
      return;
    }
    case 'run':
      run(
        step,
        state,
        step.mounts.map((mount, index) => filesFrom(mount.from, `${key} mount ${index}`)),
        world,
        key,
      );
      return;
  }
}

const fromText = (origin: Origin): string => {
  if (origin.kind === 'context') return '';
  if (origin.kind === 'image') return origin.reference;
  return origin.byIndex ? String(origin.index) : stageName(origin.index);
};

function stepText(step: Step): string {
  switch (step.kind) {
    case 'workdir':
      return `WORKDIR ${step.path}`;
    case 'env':
      return `ENV ${step.name}=${step.value}`;
    case 'user':
      return 'USER 1000';
    case 'copy': {
      const flags = [
        step.from.kind === 'context' ? '' : `--from=${fromText(step.from)}`,
        step.link ? '--link' : '',
        step.parents ? '--parents' : '',
      ];
      return ['COPY', ...flags, ...step.sources, step.target].filter((word) => word !== '').join(' ');
    }
    case 'inline':
      return `COPY <<EOF ${step.target}\nhello\nEOF`;
    case 'add':
      return `ADD ${step.what === 'url' ? 'https://example.com/' : ''}${step.name} ${step.target}`;
    case 'run': {
      const flags = step.mounts.map(({ type, from, source, target }) =>
        type === 'bind'
          ? `--mount=type=bind,${from.kind === 'context' ? '' : `from=${fromText(from)},`}source=${source},target=${target} `
          : `--mount=type=${type},target=${target} `,
      );
      return runText(step.commands, step.joint, flags.join(''));
    }
  }
}

/** The Dockerfile. */
export function textOf(stages: readonly StagePlan[]): string {
  const heads = stages.flatMap(({ from, byArgument }, index) =>
    byArgument && from.kind === 'image' ? [`ARG BASE${index}=${from.reference}`] : [],
  );
  const bodies = stages.flatMap(({ from, byArgument, steps }, index) => {
    const image = byArgument && from.kind === 'image' ? `\${BASE${index}}` : fromText(from);
    return [`FROM ${image} AS ${stageName(index)}`, ...steps.map(stepText)];
  });
  return `${[...heads, ...bodies].join('\n')}\n`;
}
