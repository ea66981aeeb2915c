import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Index } from './package-index.ts';
import type { System } from './package-needs.ts';

/**
 * Makes a state of apt's own below `root`: the index is its only source, and the minimal system is installed. Returns the
 * options that make apt-get use it, on whatever release it runs. Throws where apt-get is missing or refuses.
 */
export function prepared(root: string, index: Index, { base }: System): readonly string[] {
  for (const part of ['repository', 'state/lists/partial', 'cache/archives/partial', 'etc']) {
    mkdirSync(join(root, part), { recursive: true });
  }
  const fields =
    /^(?:Package|Version|Architecture|Priority|Essential|Protected|Multi-Arch|Pre-Depends|Depends|Recommends|Provides|Conflicts|Breaks|Replaces|Filename|Size|SHA256): .*$/gm;
  const entry = (text: string): string => (text.match(fields) ?? []).join('\n');
  const all = [...index.values()];
  writeFileSync(join(root, 'repository/Packages'), all.map(({ text }) => `${entry(text)}\n`).join('\n'));
  const installed = all.filter(({ name }) => base.has(name));
  writeFileSync(
    join(root, 'status'),
    installed.map(({ text }) => `${entry(text)}\nStatus: install ok installed\n`).join('\n'),
  );
  writeFileSync(join(root, 'sources.list'), `deb [trusted=yes] file:${root}/repository ./\n`);
  const settings = {
    'APT::Architecture': 'amd64',
    'APT::Architectures': 'amd64',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::AllowInsecureRepositories': 'true',
    'Dir::State': join(root, 'state'),
    'Dir::State::status': join(root, 'status'),
    'Dir::Cache': join(root, 'cache'),
    'Dir::Etc': join(root, 'etc'),
    'Dir::Etc::sourcelist': join(root, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::Etc::preferences': '-',
    'Dir::Etc::preferencesparts': '-',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const { status, stderr } = spawnSync('apt-get', [...options, 'update'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return options;
}

/** Whether ca-certificates is among what apt-get would install; `undefined` where it finds no solution. */
export function simulated(
  names: readonly string[],
  recommends: boolean,
  options: readonly string[],
): boolean | undefined {
  const { status, stdout } = spawnSync(
    'apt-get',
    [...options, '-o', `APT::Install-Recommends=${recommends}`, '--simulate', '--yes', 'install', ...names],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 64 * 1024 * 1024 },
  );
  return status === 0 ? /^Inst ca-certificates /m.test(stdout) : undefined;
}
