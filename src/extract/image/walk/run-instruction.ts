import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import { concernsClients } from './client-places.ts';
import type { Variables } from './expand.ts';
import { expand, isKnown } from './expand.ts';
import type { Mount } from './mounts.ts';
import { mounted, mountsOf, unmounted } from './mounts.ts';
import type { Disk } from './run-step.ts';
import { anywhere } from './run-step.ts';
import type { ScriptFiles, ScriptSources } from './script-files.ts';
import { overwritten, placed } from './script-files.ts';
import { afterExec, afterScript } from './script-step.ts';
import type { TrustFiles } from './trust-files.ts';
import { join, withDoubt } from './trust-files.ts';

/** What a RUN or VOLUME runs in. */
export interface InstructionContext {
  /** WORKDIR; `undefined` when only the build knows it. */
  readonly folder: string | undefined;
  readonly variables: Variables;
  readonly sources: ScriptSources;
  /** The disk of the stage or image that a mount names. */
  readonly diskOf: (name: string) => { readonly files: TrustFiles; readonly scripts: ScriptFiles };
}

/** The disk after a RUN. Source: Dockerfile reference, "RUN". */
export function afterRun(instruction: DockerfileInstruction, before: Disk, context: InstructionContext): Disk {
  const { folder, variables, diskOf } = context;
  const mounts = mountsOf(instruction, folder, (text) => known(text, variables));
  const files = mounted(before.files, mounts, (name) => diskOf(name).files);
  const scripts = mounts.reduce<ScriptFiles>((left, mount) => withMount(left, mount, context), before.scripts);
  const after = ran(instruction, { ...before, files, scripts }, context);
  // What it wrote over outside of its mounts stays so.
  const left = mounts.length === 0 ? after.scripts : writtenSince(after.scripts, scripts, before.scripts);
  return { ...after, files: unmounted(after.files, before.files, mounts), scripts: left };
}

/** The placements that came after `since`, put on top of `files`. */
function writtenSince(after: ScriptFiles, since: ScriptFiles, files: ScriptFiles): ScriptFiles {
  const later = [];
  for (let at = after; at && at !== since; at = at.before) later.push(at.placed);
  return later.toReversed().reduce<ScriptFiles>(placed, files);
}

function withMount(
  scripts: ScriptFiles,
  { target, origin, context }: Mount,
  { diskOf }: InstructionContext,
): ScriptFiles {
  if (target === undefined) return overwritten(scripts, '/');
  if (context !== undefined)
    return placed(scripts, { kind: 'context', source: context.replace(/^\//, '') || '.', to: target, asFile: target });
  if (!origin) return overwritten(scripts, target);
  return placed(scripts, {
    kind: 'stage',
    files: diskOf(origin.name).scripts,
    source: origin.path,
    to: target,
    asFile: target,
  });
}

function ran(instruction: DockerfileInstruction, disk: Disk, context: InstructionContext): Disk {
  if (instruction.script) return afterScript(instruction.script, disk, context);
  if (!instruction.exec) return anywhere(disk);
  return afterExec(
    instruction.words.map(({ value }) => known(value, context.variables)),
    disk,
    context,
  );
}

/** What is mounted over a folder that clients read is seen by nobody here. */
export function afterVolume({ words }: DockerfileInstruction, disk: Disk, variables: Variables): Disk {
  let { files } = disk;
  for (const { value } of words) {
    const place = join('/', known(value, variables) ?? '');
    if (concernsClients(place)) files = withDoubt(files, place);
  }
  return { ...disk, files };
}

function known(text: string, variables: Variables): string | undefined {
  const value = expand(text, variables);
  return isKnown(value) ? value : undefined;
}
