import { data } from '../../../data/bundle-installs.yaml';
import type { Source } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import { lineStarts, locate } from '../../core/text.ts';
import type { DockerfileInstruction } from '../../formats/dockerfile.ts';
import type { ShellCommand } from '../../formats/shell.ts';
import { parseShell } from '../../formats/shell.ts';
import { certaintyOf } from './walk/certainty.ts';
import type { Stage } from './walk/stages.ts';

/** One change to a Dockerfile: a line of its own, or words behind what a line holds already. */
export type Change =
  | {
      /** 1-based line that it goes behind. */
      readonly after: number;
      readonly line: string;
    }
  | {
      /** 1-based line, and the offset in the file that the words go to. */
      readonly on: number;
      readonly at: number;
      readonly words: string;
    };

const bundle = '/etc/ssl/certs/ca-certificates.crt';

/** What installs a bundle in a distribution. Without one there is no way but to copy a bundle. */
type Installer = (typeof data)[string];

/**
 * The changes that give a stage the bundle that it lacks, in the order of the file. A stage that can install packages
 * gets the package, which also makes the hashed links that OpenSSL looks for; an empty one gets the file of an earlier
 * stage, which gets the package first where it lacks it too; where no stage can give it, that of an image.
 * Source: Dockerfile reference, COPY --from.
 */
export function fixOf(stage: Stage, stages: readonly Stage[], source: Source): readonly Change[] {
  const starts = lineStarts(source.text);
  const behind = ({ range }: DockerfileInstruction): number => locate(starts, Math.max(range.end - 1, 0)).line;
  const installed = (where: Stage): Change | undefined => {
    const installer = installerOf(where);
    if (!installer) return undefined;
    const at = endOfPackages(where, installer);
    if (at !== undefined) return { on: locate(starts, Math.max(at - 1, 0)).line, at, words: ` ${installer.package}` };
    return { after: behind(lastStep(where, asRoot)), line: installer.line };
  };
  const own = installed(stage);
  if (own) return [own];
  const place = behind(lastStep(stage, wherever));
  const earlier = stages.slice(0, stage.index).filter((other) => isReferable(other, stages));
  const copiedFrom = (other: Stage): boolean => stage.copies.some(({ from }) => from === other);
  const holders = earlier.filter((other) => other.caBundle === 'present' && bundlePath(other) !== undefined);
  const holder = holders.findLast(copiedFrom) ?? holders.at(-1);
  if (holder) return [{ after: place, line: copyOf(nameOf(holder), bundlePath(holder) ?? bundle) }];
  const builder = earlier.findLast((other) => copiedFrom(other) && debianLike(other) && other.caBundle !== 'present');
  const install = builder && installed(builder);
  if (!builder || !install) return [{ after: place, line: copyOf('alpine:3', bundle) }];
  return [install, { after: place, line: copyOf(nameOf(builder), bundle) }];
}

/** For people: ``add `COPY …` behind line 12``, ``add `ca-certificates` to what line 5 installs``. */
export const shownFix = (changes: readonly Change[]): string =>
  changes
    .map((change) =>
      'line' in change
        ? `add \`${change.line}\` behind line ${change.after}`
        : `add \`${change.words.trim()}\` to what line ${change.on} installs`,
    )
    .join(' and ');

const copyOf = (from: string, path: string): string =>
  `COPY --from=${from} ${path} ${path === bundle ? '/etc/ssl/certs/' : bundle}`;

const nameOf = ({ name, index }: Stage): string => name ?? String(index);

/** A later stage of the same name hides this one. */
const isReferable = (stage: Stage, stages: readonly Stage[]): boolean =>
  stage.name === undefined ||
  !stages.some(({ name, index }) => index > stage.index && name?.toLowerCase() === stage.name?.toLowerCase());

const debianLike = ({ root }: Stage): boolean => root.packageManager === 'apt' || root.packageManager === 'apk';

/** Nothing is installed where a stage has left root behind, nor what was installed before and then deleted. */
function installerOf(stage: Stage): Installer | undefined {
  const { root, parent } = stage;
  if (root.caBundle !== 'absent' || deletes(stage)) return undefined;
  for (let below = parent; below; below = below.parent)
    if (deletes(below) || below.instructions.some(({ keyword }) => keyword === 'USER')) return undefined;
  return data[root.packageManager ?? ''];
}

/** Where the list of packages ends that the stage installs as root in any case; `undefined` where it has none. */
function endOfPackages({ instructions }: Stage, installer: Installer): number | undefined {
  const user = instructions.findIndex(({ keyword }) => keyword === 'USER');
  for (const { script, onbuild } of user < 0 ? instructions : instructions.slice(0, user)) {
    if (!script || onbuild) continue;
    const command = parseShell(script).find((one) => installsPackages(one, installer));
    const last = command?.words.at(-1);
    if (command && last) return spanOf(command.source, last.range.start, last.range.end).end;
  }
  return undefined;
}

/** A plain installation into the system itself that ends with the name of a package. */
function installsPackages(command: ShellCommand, { programs, adds }: Installer): boolean {
  const words = command.words.map(({ value }) => value);
  const [program, ...rest] = words;
  const last = rest.at(-1);
  return (
    program !== undefined &&
    new RegExp(`^(?:${programs})$`).test(program) &&
    rest.find((word) => !word?.startsWith('-')) === adds &&
    last !== undefined &&
    last !== adds &&
    /^[a-z\d][\w.+:=~*-]*$/.test(last) &&
    !rest.some(
      (word) => word === undefined || /^(?:--(?:root|installroot|virtual)\b|-[a-zA-Z]*[tp]$|-[oc])/.test(word),
    ) &&
    !certaintyOf(command).mayFail
  );
}

const deletes = ({ instructions }: Stage): boolean =>
  instructions.some(({ script }) =>
    /\b(?:rm|purge|remove|autoremove)\b[^;&\n]*(?:\/etc|ca-certificates)/.test(script?.text ?? ''),
  );

/** The file to copy; `undefined` where the stage has its bundle in another form. */
function bundlePath({ disk, root }: Stage): string | undefined {
  const held = [bundle, ...root.layout.files].find((path) => disk.files.bundles.has(path));
  return held ?? (root.caBundle === 'present' ? root.layout.files[0] : undefined);
}

const asRoot = (keyword: string): boolean => keyword !== 'USER';
const wherever = (): boolean => true;

/** The last step that writes files before the first instruction that ends the search; else the stage's FROM. */
function lastStep({ start, instructions }: Stage, goesOn: (keyword: string) => boolean): DockerfileInstruction {
  const end = instructions.findIndex(({ keyword }) => !goesOn(keyword));
  return (
    (end < 0 ? instructions : instructions.slice(0, end)).findLast(
      ({ keyword, onbuild }) => !onbuild && /^(?:COPY|ADD|RUN|FROM|WORKDIR)$/.test(keyword),
    ) ?? start
  );
}
