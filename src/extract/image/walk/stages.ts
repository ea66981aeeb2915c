import type { Source } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import type { DockerfileFile, DockerfileInstruction, DockerfileWord } from '../../../formats/dockerfile.ts';
import type { BaseImage } from '../base-images.ts';
import { baseImage, unknownImage } from '../base-images.ts';
import { withCopiedFile } from './apt-settings.ts';
import { bundleFolders, verdictOf } from './client-places.ts';
import { afterCopy } from './copy-step.ts';
import { bundlePlaces, withEnvironment } from './environment.ts';
import type { Variables } from './expand.ts';
import { expand, isKnown, platformVariables } from './expand.ts';
import { freshLedger } from './ledger.ts';
import type { NamedContexts } from './named-contexts.ts';
import { namedContexts } from './named-contexts.ts';
import { laidDown } from './packages.ts';
import { releaseOfImage } from './releases.ts';
import { afterRun, afterVolume } from './run-instruction.ts';
import type { Disk } from './run-step.ts';
import { withDeletion } from './run-step.ts';
import { afterCopiedScripts } from './script-copies.ts';
import type { ScriptFiles, ScriptSources } from './script-files.ts';
import { scriptSources } from './script-files.ts';
import { programsOf } from './started-paths.ts';
import type { TrustFiles } from './trust-files.ts';
import { join, noFiles, resolved, withDoubt, withFolder } from './trust-files.ts';
import type { Unreadable } from './unreadable.ts';
import { unreadableBundle } from './unreadable.ts';

/** One COPY or ADD of a stage. */
export interface Copy {
  readonly instruction: DockerfileInstruction;
  /** The stage that it copies from; `undefined` for the build context and for an image. */
  readonly from: Stage | undefined;
  readonly fromImage: boolean;
}

/** One stage of a Dockerfile after its last step. */
export interface Stage {
  readonly index: number;
  /** As written behind AS. */
  readonly name: string | undefined;
  readonly start: DockerfileInstruction;
  readonly image: DockerfileWord | undefined;
  /** The image reference with what is known of its variables; may hold `anything`. */
  readonly base: string;
  /** The stage that it builds on. */
  readonly parent: Stage | undefined;
  /** What it builds on in the end, behind all stages. */
  readonly root: BaseImage;
  readonly fromScratch: boolean;
  readonly windows: boolean;
  readonly instructions: readonly DockerfileInstruction[];
  readonly copies: readonly Copy[];
  readonly disk: Disk;
  /** ENV, also of the stages and the image that it builds on. */
  readonly environment: Variables;
  /** The same with its ARGs, after the last step. */
  readonly variables: Variables;
  readonly folder: string | undefined;
  readonly entrypoint: DockerfileInstruction | undefined;
  readonly command: DockerfileInstruction | undefined;
  /** Global ARGs that decide about its base. */
  readonly baseArguments: readonly string[];
  readonly caBundle: 'present' | 'absent' | 'unknown';
  /** Why a bundle that is there does not count. */
  readonly unreadable: Unreadable | undefined;
}

/**
 * Walks a Dockerfile's stages in order and says of each what its file system holds. `given`: build arguments of a caller,
 * which count in place of the defaults; `undefined` for one whose value is not known.
 */
export function stagesOf(
  source: Source,
  file: DockerfileFile,
  repository: Repository,
  given: Variables = new Map(),
): readonly Stage[] {
  const globals = new Map<string, string | undefined>();
  const global = new Map(platformVariables);
  const stages: Stage[] = [];
  const first = file.instructions.findIndex(({ keyword }) => keyword === 'FROM');
  if (first < 0) return [];
  for (const { keyword, pairs } of file.instructions.slice(0, first)) {
    if (keyword !== 'ARG') continue;
    for (const { name, value } of pairs) {
      // Without a value it is unset, unless a caller sets it.
      if (!value && !given.has(name.value)) continue;
      const text = given.has(name.value) ? given.get(name.value) : known(value?.value ?? '', global);
      globals.set(name.value, text);
      global.set(name.value, text);
    }
  }
  const contexts = namedContexts(source.path, repository);
  const scripts = scriptSources(source.path, repository);
  let from = first;
  for (let index = first + 1; index <= file.instructions.length; index++) {
    const instruction = file.instructions[index];
    if (instruction && (instruction.keyword !== 'FROM' || instruction.onbuild)) continue;
    const [start, ...rest] = file.instructions.slice(from, index);
    if (start) stages.push(walked({ start, rest, stages, globals, source, repository, contexts, scripts }));
    from = index;
  }
  return file.template ? stages.map((stage) => ({ ...stage, caBundle: orUnknown(stage.caBundle) })) : stages;
}

const orUnknown = (verdict: Stage['caBundle']): Stage['caBundle'] => (verdict === 'absent' ? 'unknown' : verdict);

interface Beginning {
  readonly start: DockerfileInstruction;
  readonly rest: readonly DockerfileInstruction[];
  readonly stages: readonly Stage[];
  readonly globals: Variables;
  readonly source: Source;
  readonly repository: Repository;
  readonly contexts: NamedContexts;
  readonly scripts: ScriptSources;
}

/** The stage that a name or an index means. Source: Dockerfile reference, "COPY --from": names ignore case. */
const stageNamed = (stages: readonly Stage[], name: string): Stage | undefined =>
  stages.findLast((stage) => stage.name?.toLowerCase() === name.toLowerCase());

function walked({ start, rest: own, stages, globals, source, repository, contexts, scripts }: Beginning): Stage {
  const [image, , name] = start.words;
  const global = new Map([...platformVariables, ...globals]);
  const base = expand(image?.value ?? '', global);
  const context = contexts.get(base.toLowerCase());
  const parent = contexts.has(base.toLowerCase()) ? undefined : stageNamed(stages, base);
  // What the parent leaves for whoever builds on it runs first. Source: Dockerfile reference, "ONBUILD".
  const triggers = parent?.instructions.filter(({ onbuild }) => onbuild) ?? [];
  const rest = [...triggers.map((trigger) => ({ ...trigger, onbuild: false })), ...own];
  const platform = expand(start.flags.find((flag) => flag.name === 'platform')?.value ?? '', global);
  const windows = parent?.windows ?? (platform.startsWith('windows') || /nanoserver|servercore|\/windows/.test(base));
  const root = parent?.root ?? (contexts.has(base.toLowerCase()) ? imageOfContext(context) : baseImage(base));
  const fromScratch = parent ? parent.fromScratch : base === 'scratch';
  const installable = root.packageManager !== undefined && root.packageManager !== 'apk';
  const settled = root.caBundle === 'unknown' ? undefined : root.caBundle === 'present' && installable;
  let disk: Disk = parent?.disk ?? {
    files: base === 'scratch' ? noFiles : filesOf(root),
    ledger: { ...freshLedger, settled, release: root.ownPackages ? undefined : releaseOfImage(context ?? base) },
    builds: [],
    scripts: undefined,
  };
  const environment = new Map<string, string | undefined>(parent?.environment ?? Object.entries(root.environment));
  // ENV wins over ARG.
  const variables = new Map<string, string | undefined>(environment);
  let folder: string | undefined = parent ? parent.folder : root.caBundle === 'unknown' ? undefined : '/';
  let entrypoint = parent?.entrypoint;
  let command = parent?.command;
  const copies: Copy[] = [];
  const programs = programsOf(rest, folder);
  const extra = bundlePlaces(environment, rest);
  for (const instruction of rest) {
    if (instruction.onbuild) continue;
    const { keyword, pairs, words } = instruction;
    if (keyword === 'ENV') {
      const values = pairs.map(({ name: key, value }) => [key.value, known(value?.value ?? '', variables)] as const);
      for (const [key, value] of values) {
        environment.set(key, value);
        variables.set(key, value);
      }
    } else if (keyword === 'ARG') {
      for (const { name: key, value } of pairs) {
        const inherited = globals.has(key.value) ? globals : platformVariables;
        if (environment.has(key.value)) continue;
        if (value || inherited.has(key.value)) {
          variables.set(key.value, value ? known(value.value, variables) : inherited.get(key.value));
        }
      }
    } else if (keyword === 'WORKDIR') {
      const to = known(words.map(({ value }) => value).join(' '), variables);
      folder = to === undefined || (folder === undefined && !to.startsWith('/')) ? undefined : join(folder ?? '/', to);
      if (folder !== undefined) disk = { ...disk, files: withFolder(disk.files, resolved(disk.files, folder)) };
    } else if (keyword === 'ENTRYPOINT') {
      entrypoint = instruction;
      command = undefined;
    } else if (keyword === 'CMD') command = instruction;
    else if (keyword === 'RUN')
      disk = afterRun(instruction, disk, {
        folder,
        variables,
        sources: scripts,
        diskOf: (from) => originNamed(from, stages, contexts),
      });
    else if (keyword === 'VOLUME') disk = afterVolume(instruction, disk, variables);
    else if (keyword === 'COPY' || keyword === 'ADD') {
      const origin = originOf(instruction, stages, contexts);
      copies.push({ instruction, from: origin?.stage, fromImage: origin !== undefined && !origin.stage });
      const files = afterCopy(instruction, disk.files, {
        dockerfile: source.path,
        repository,
        folder,
        variables,
        from: origin?.files,
        extra,
        programs,
      });
      const target = known(words.at(-1)?.value ?? '', variables) ?? '';
      const copied = afterCopiedScripts(instruction, disk.scripts, {
        files: disk.files,
        folder,
        variables,
        from: origin,
      });
      const ledger = withCopiedFile(instruction, target, disk.ledger);
      disk = withDeletion(disk, { ...disk, files, scripts: copied, ledger });
    }
  }
  const named = bundlePlaces(environment);
  const held = withEnvironment(verdictOf(disk.files, named), disk.files, environment, named, rest);
  const unreadable = held === 'present' ? unreadableBundle(rest, disk.files, named) : undefined;
  const verdict = windows ? 'unknown' : unreadable ? 'absent' : held;
  return {
    index: stages.length,
    name: name ? (start.words[2]?.value ?? undefined) : undefined,
    start,
    image,
    base,
    parent,
    root,
    fromScratch,
    windows,
    instructions: own,
    copies,
    disk,
    environment,
    variables,
    folder,
    entrypoint,
    command,
    baseArguments: parent
      ? parent.baseArguments
      : [...(image?.value ?? '').matchAll(/\$\{?(\w+)/g)].map(([, key = '']) => key),
    caBundle: verdict,
    unreadable,
  };
}

/** Folders that every system has: Filesystem Hierarchy Standard 3.0. */
const systemFolders: ReadonlySet<string> = new Set(
  'etc usr usr/bin usr/share usr/local usr/local/bin usr/local/share usr/lib bin sbin lib tmp var var/lib var/cache root opt home'
    .split(' ')
    .map((path) => `/${path}`),
);

/** What an image that somebody else built holds. */
function filesOf(image: BaseImage): TrustFiles {
  const redHat = !/^(?:apt|apk)$/.test(image.packageManager ?? '');
  const maybeFolders = new Set(bundleFolders.filter((folder) => redHat || !folder.startsWith('/etc/pki')));
  const system = { ...noFiles, folders: systemFolders, maybeFolders };
  return image.caBundle === 'unknown' ? withDoubt(system, '/') : laidDown(system, image.layout, '/');
}

function known(text: string, variables: Variables): string | undefined {
  const value = expand(text, variables);
  return isKnown(value) ? value : undefined;
}

/** What a named context holds: an image, or what only the build knows. */
const imageOfContext = (reference: string | undefined): BaseImage =>
  reference === undefined ? unknownImage : baseImage(reference);

interface FilesOrigin {
  readonly files: TrustFiles;
  readonly scripts: ScriptFiles;
  readonly stage: Stage | undefined;
}

/** Where `--from` leads; `undefined` for the build context. */
function originOf(
  { flags }: DockerfileInstruction,
  stages: readonly Stage[],
  contexts: NamedContexts,
): FilesOrigin | undefined {
  const from = flags.find(({ name }) => name === 'from')?.value;
  return from === undefined || from === '' ? undefined : originNamed(from, stages, contexts);
}

function originNamed(from: string, stages: readonly Stage[], contexts: NamedContexts): FilesOrigin {
  if (contexts.has(from.toLowerCase()))
    return { files: filesOf(imageOfContext(contexts.get(from.toLowerCase()))), scripts: undefined, stage: undefined };
  const stage = stageNamed(stages, from) ?? (/^\d+$/.test(from) ? stages[Number(from)] : undefined);
  if (stage) return { files: stage.disk.files, scripts: stage.disk.scripts, stage };
  const name = expand(from, new Map());
  return { files: name === 'scratch' ? noFiles : filesOf(baseImage(name)), scripts: undefined, stage: undefined };
}
