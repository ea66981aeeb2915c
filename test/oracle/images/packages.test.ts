import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { data } from '../../../data/apt-packages-with-roots.yaml';
import type { Release } from '../../../scripts/package-index.ts';
import { indexOf, releases } from '../../../scripts/package-index.ts';
import type { System } from '../../../scripts/package-needs.ts';
import { systemOf } from '../../../scripts/package-needs.ts';
import { prepared, simulated } from '../../../scripts/package-simulation.ts';

/*
 * What `data/apt-packages-with-roots.yaml` claims, asked of the distributions. For every release, its package indexes are
 * fetched and the answers computed anew. Where they cannot be had in a minute, its tests are skipped, and their names say
 * so. Then apt-get is asked, which can be made to believe that it runs on another release: about sixty
 * packages of Debian 12 that are said to bring nothing, and a few more. About others, `scripts/packages-with-roots.ts --verify` asks it.
 */

const answers = ['requires', 'recommends', 'varies', 'lacks'] as const;

/** What the file says of a release: packages by answer. Names of other releases stand in the lists too. */
function claimed(release: string, answer: (typeof answers)[number]): readonly string[] {
  const groups = data.differs.filter((group) => group[answer]?.includes(release));
  return [...data[answer], ...groups.flatMap(({ names }) => names)];
}

const folder = mkdtempSync(join(tmpdir(), 'packages-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Known {
  readonly release: string;
  readonly system: System | undefined;
}

const asksApt = 'debian-12';
let options: readonly string[] | undefined;

/** One after the other: each is tens of megabytes. */
const systems: Known[] = [];
const deadline = AbortSignal.timeout(60_000);
for (const release of releases) systems.push({ release: release.name, system: await reachable(release) });

async function reachable(release: Release): Promise<System | undefined> {
  try {
    const index = await indexOf(release, folder, deadline);
    const system = systemOf(index);
    const hasApt = spawnSync('apt-get', ['--version']).status === 0;
    if (release.name === asksApt && hasApt) options = prepared(join(folder, 'apt'), index, system);
    return system;
  } catch {
    return undefined;
  }
}

/**
 * Point releases change a package now and then, which is no mistake of a change here: then the script is run again. What is
 * said of Debian 12 must be right to the name.
 */
const toleratedOf = (release: string, names: readonly string[]): number =>
  release === asksApt ? 0 : Math.ceil(names.length / 100);

test('the file speaks of these releases', () => {
  expect(data.releases).toEqual(releases.map(({ name }) => name));
});

describe.each(systems)('$release', ({ release, system }) => {
  const asked = system ? test : test.skip;
  const skipped = system ? '' : ' (skipped: its package indexes could not be fetched)';
  asked(
    `the index is there${skipped}`,
    () => {
      expect(system?.base.has('apt')).toBe(true);
      expect(claimed(release, 'lacks').filter((name) => system?.answer(name) === 'lacks').length).toBeGreaterThan(300);
    },
    120_000,
  );
  asked.each(answers.map((answer) => [answer]))(
    `%s${skipped}`,
    (answer) => {
      const names = claimed(release, answer);
      const wrong = names.filter((name) => (system?.answer(name) ?? answer) !== answer);
      expect(wrong.length > toleratedOf(release, names) ? wrong : []).toEqual([]);
    },
    120_000,
  );
  asked(`what recommends it directly${skipped}`, () => {
    const names = data.directly[release] ?? [];
    const wrong = names.filter((name) => !system?.recommendsIt(name));
    expect(wrong.length > toleratedOf(release, names) ? wrong : []).toEqual([]);
  });
});

/** Packages of a list that bring it; those that apt-get cannot install together are asked about in halves. */
function bringing(names: readonly string[], using: readonly string[]): readonly string[] {
  if (names.length === 0 || simulated(names, true, using) === false) return [];
  if (names.length === 1) return simulated(names, true, using) ? names : [];
  const half = names.length >> 1;
  return [...bringing(names.slice(0, half), using), ...bringing(names.slice(half), using)];
}

const asked = options ? describe : describe.skip;
asked(`apt-get, on ${asksApt}${options ? '' : ' (skipped: no apt-get, or no index)'}`, () => {
  const using = options ?? [];
  const system = systems.find(({ release }) => release === asksApt)?.system;
  const here = claimed(asksApt, 'lacks').filter((name) => system?.answer(name) !== undefined);
  const some = here.filter((_name, at) => at % Math.ceil(here.length / 60) === 0);
  const groups = [some.slice(0, 20), some.slice(20, 40), some.slice(40)];
  test.each(groups.map((names) => [names[0], names.length, names] as const))(
    'from %s on, %i packages bring none',
    (_first, _count, names) => expect(bringing(names, using)).toEqual([]),
    120_000,
  );
  test.each([
    ['curl', true, true],
    ['curl', false, false],
    ['python3', true, true],
    ['python3-pip', false, true],
    ['openjdk-17-jre-headless', false, true],
    ['lsb-release', true, false],
    ['openssl', true, false],
  ])(
    'apt-get install %s, recommends %s: %s',
    (name, withRecommended, brings) => expect(simulated([name], withRecommended, using)).toBe(brings),
    120_000,
  );
});
