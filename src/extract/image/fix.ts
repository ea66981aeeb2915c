import type { Source } from '../../core/source.ts';
import { lineStarts, locate } from '../../core/text.ts';
import type { DockerfileInstruction } from '../../formats/dockerfile.ts';
import type { Stage } from './stages.ts';

/** One line that is to be added to a Dockerfile. */
export interface AddedLine {
  /** 1-based line that it goes behind. */
  readonly after: number;
  readonly line: string;
}

const bundle = '/etc/ssl/certs/ca-certificates.crt';

/** What installs the package ca-certificates, by package manager. Without one there is no way but to copy a bundle. */
const installs: Readonly<Record<string, string>> = {
  apt: 'RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*',
  apk: 'RUN apk add --no-cache ca-certificates',
  dnf: 'RUN dnf install -y ca-certificates && dnf clean all',
  microdnf: 'RUN microdnf install -y ca-certificates && microdnf clean all',
  yum: 'RUN yum install -y ca-certificates && yum clean all',
  tdnf: 'RUN tdnf install -y ca-certificates && tdnf clean all',
  zypper: 'RUN zypper --non-interactive install ca-certificates-mozilla && zypper clean',
};

/**
 * The lines that give a stage the bundle that it lacks, in the order of the file. A stage that can install packages
 * gets the package, which also makes the hashed links that OpenSSL looks for; an empty one gets the file of an earlier
 * stage, which gets the package first where it lacks it too; where no stage can give it, that of an image.
 * Source: Dockerfile reference, COPY --from.
 */
export function fixOf(stage: Stage, stages: readonly Stage[], source: Source): readonly AddedLine[] {
  const starts = lineStarts(source.text);
  const behind = ({ range }: DockerfileInstruction): number => locate(starts, Math.max(range.end - 1, 0)).line;
  const own = installOf(stage);
  if (own) return [{ after: behind(lastStep(stage, asRoot)), line: own }];
  const place = behind(lastStep(stage, wherever));
  const earlier = stages.slice(0, stage.index).filter((other) => isReferable(other, stages));
  const copiedFrom = (other: Stage): boolean => stage.copies.some(({ from }) => from === other);
  const holders = earlier.filter((other) => other.caBundle === 'present' && bundlePath(other) !== undefined);
  const holder = holders.findLast(copiedFrom) ?? holders.at(-1);
  if (holder) return [{ after: place, line: copyOf(nameOf(holder), bundlePath(holder) ?? bundle) }];
  const builder = earlier.findLast((other) => copiedFrom(other) && debianLike(other) && other.caBundle !== 'present');
  const install = builder && installOf(builder);
  if (!builder || !install) return [{ after: place, line: copyOf('alpine:3', bundle) }];
  return [
    { after: behind(lastStep(builder, asRoot)), line: install },
    { after: place, line: copyOf(nameOf(builder), bundle) },
  ];
}

/** For people: ``add `COPY …` behind line 12``. */
export const shownFix = (lines: readonly AddedLine[]): string =>
  lines.map(({ after, line }) => `add \`${line}\` behind line ${after}`).join(' and ');

const copyOf = (from: string, path: string): string =>
  `COPY --from=${from} ${path} ${path === bundle ? '/etc/ssl/certs/' : bundle}`;

const nameOf = ({ name, index }: Stage): string => name ?? String(index);

/** A later stage of the same name hides this one. */
const isReferable = (stage: Stage, stages: readonly Stage[]): boolean =>
  stage.name === undefined ||
  !stages.some(({ name, index }) => index > stage.index && name?.toLowerCase() === stage.name?.toLowerCase());

const debianLike = ({ root }: Stage): boolean => root.packageManager === 'apt' || root.packageManager === 'apk';

/** Nothing is installed where a stage has left root behind, nor what was installed before and then deleted. */
function installOf(stage: Stage): string | undefined {
  const { root, parent } = stage;
  if (root.caBundle !== 'absent' || deletes(stage)) return undefined;
  for (let below = parent; below; below = below.parent)
    if (deletes(below) || below.instructions.some(({ keyword }) => keyword === 'USER')) return undefined;
  return installs[root.packageManager ?? ''];
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
