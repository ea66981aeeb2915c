import { spawnSync } from 'node:child_process';

/** Where kustomize is, by `KUSTOMIZE` or by its name. */
const program = process.env.KUSTOMIZE ?? 'kustomize';

export function versionOfKustomize(): string | undefined {
  const { status, stdout } = spawnSync(program, ['version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** What kustomize makes of a folder; what it says where it refuses. */
export function kustomizeBuild(folder: string): { readonly output: string } | { readonly refused: string } {
  const { status, stdout, stderr } = spawnSync(
    program,
    ['build', '--load-restrictor', 'LoadRestrictionsNone', folder],
    { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 60_000 },
  );
  return status === 0 ? { output: stdout } : { refused: stderr.trim() };
}
