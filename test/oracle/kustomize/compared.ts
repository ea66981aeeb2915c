import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kubernetes } from '../../../src/extract/kubernetes.ts';
import { inMemory } from '../../support/lint-files.ts';
import type { BuildCase } from './build-case.ts';
import { builtByTlslint, differences } from './compare.ts';
import { kustomizeBuild } from './program.ts';

/** What differs between the two builds of a case; what kustomize says where it refuses it. */
export function compared({ files, build = 'overlay' }: BuildCase): { differs: readonly string[]; refused?: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tlslint-kustomize-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const theirs = kustomizeBuild(join(folder, build));
    if ('refused' in theirs) return { differs: [], refused: theirs.refused };
    const { candidates, repository } = inMemory(files);
    const claimed = candidates.filter(kubernetes.claims).flatMap(({ path }) => repository.read(path) ?? []);
    const ours = builtByTlslint(claimed, repository, build);
    return { differs: ours ? differences(ours, theirs.output) : ['tlslint does not build it'] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
