import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from 'js-yaml';
import type { Index } from './package-index.ts';
import { indexOf, releases } from './package-index.ts';
import type { Answer, System } from './package-needs.ts';
import { systemOf } from './package-needs.ts';
import { prepared, simulated } from './package-simulation.ts';
import type { Answers } from './packages-document.ts';
import { documentOf, namesIn } from './packages-document.ts';

/**
 * Computes `data/apt-packages-with-roots.yaml`: which packages of Debian and Ubuntu bring ca-certificates, by release.
 *
 *   node --import tsx scripts/packages-with-roots.ts FOLDER                   writes the file anew, for the names in it
 *   node --import tsx scripts/packages-with-roots.ts FOLDER --names FILE      and for those of a file, one a line
 *   node --import tsx scripts/packages-with-roots.ts FOLDER --verify 40       asks apt-get about so many names a release
 *
 * FOLDER keeps the package indexes, 130 MB from deb.debian.org and archive.ubuntu.com; delete it to fetch them anew.
 * A name that no release has is left out. `--verify` writes nothing; it needs apt-get, and exits 1 where apt disagrees.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { names: { type: 'string' }, verify: { type: 'string' } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('which folder keeps the indexes?');

const path = 'data/apt-packages-with-roots.yaml';
const names = new Set(namesIn(load(readFileSync(path, 'utf8'))));
if (values.names !== undefined) {
  for (const name of readFileSync(values.names, 'utf8').split('\n')) if (name.trim() !== '') names.add(name.trim());
}
const sorted = [...names].sort();

const answers = new Map<string, Answers>(sorted.map((name) => [name, {}]));
const directly = new Map<string, readonly string[]>();
let wrong = 0;
for (const { name: release, ...where } of releases) {
  const index = await indexOf({ name: release, ...where }, folder);
  const system = systemOf(index);
  if (values.verify !== undefined) wrong += disagreements(release, index, system, Number(values.verify));
  for (const name of sorted) {
    const answer = system.answer(name);
    if (answer) answers.set(name, { ...answers.get(name), [release]: answer });
  }
  directly.set(
    release,
    sorted.filter((name) => system.answer(name) === 'recommends' && system.recommendsIt(name)),
  );
}
if (values.verify === undefined) {
  writeFileSync(path, documentOf(answers, directly));
  process.stdout.write(`${sorted.length} names, ${releases.length} releases\n`);
}
process.exitCode = wrong > 0 ? 1 : 0;

/** Asks apt-get on a system that holds the packages of the minimal one, and prints where it does something else. */
function disagreements(release: string, index: Index, system: System, most: number): number {
  const here = sorted.filter((name) => system.answer(name) !== undefined);
  const step = Math.max(1, here.length / most);
  const sample = Array.from({ length: Math.min(most, here.length) }, (_, at) => here[Math.floor(at * step)] ?? '');
  const root = resolve(folder ?? '.', `apt-${release}`);
  const options = prepared(root, index, system);
  let count = 0;
  for (const name of sample) {
    const [without, withMore] = [false, true].map((recommends) => simulated([name], recommends, options));
    const real: Answer = without ? 'requires' : withMore ? 'recommends' : 'lacks';
    const ours = system.answer(name);
    if (without === undefined || withMore === undefined) process.stdout.write(`${release}: ${name}: no solution\n`);
    else if (ours !== real && ours !== 'varies' && ours !== 'unclear') {
      count++;
      process.stdout.write(`${release}: ${name}: ${ours}; apt-get: ${real}\n`);
    }
  }
  process.stdout.write(`${release}: ${sample.length - count} of ${sample.length} agree\n`);
  return count;
}
