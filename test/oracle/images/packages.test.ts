import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { data } from '../../../data/packages-with-roots.yaml';

const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
/** The release that `data/packages-with-roots.yaml` was computed from. */
const isDebian12 = /^ID=debian$/m.test(release) && /^VERSION_ID="12"$/m.test(release);
const claims = data.apt;
const folder = mkdtempSync(join(tmpdir(), 'packages-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Asks apt what it would install on a system that has nothing; `undefined` where it finds no solution. */
function installs(names: readonly string[], recommends: boolean): readonly string[] | undefined {
  const status = join(folder, 'status');
  writeFileSync(status, '');
  const { status: code, stdout } = spawnSync(
    'apt-get',
    [
      '--simulate',
      '--option',
      `Dir::State::status=${status}`,
      '--option',
      `APT::Install-Recommends=${recommends}`,
      'install',
      ...names,
    ],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 64 * 1024 * 1024 },
  );
  if (code !== 0) return undefined;
  return [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
}

/** Packages of other releases are listed too: what this release does not have is left out. */
function known(names: readonly string[]): readonly string[] {
  const { stdout } = spawnSync('apt-cache', ['pkgnames'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const all = new Set(stdout.split('\n'));
  return names.filter((name) => all.has(name));
}

interface Needs {
  readonly depends: readonly string[];
  readonly recommends: readonly string[];
}

/**
 * What packages need, by name, as `apt-cache depends --recurse` prints it. Of alternatives (`|Depends`) the first counts,
 * of a virtual package (`<name>`) its first provider: those are what apt takes on an empty system.
 */
function needsOf(names: readonly string[]): ReadonlyMap<string, Needs> {
  const quiet = ['suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`);
  const { stdout } = spawnSync('apt-cache', ['depends', '--recurse', ...quiet, ...names], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 512 * 1024 * 1024,
  });
  const needs = new Map<string, { readonly depends: string[]; readonly recommends: string[] }>();
  let current: { readonly depends: string[]; readonly recommends: string[] } | undefined;
  let inGroup = false;
  let open: string[] | undefined;
  for (const line of stdout.split('\n')) {
    const found = /^ ([ |])(PreDepends|Depends|Recommends): (<?)([^>\s]+)/.exec(line);
    if (found) {
      const [, mark, kind, virtual, name = ''] = found;
      const list = kind === 'Recommends' ? current?.recommends : current?.depends;
      open = undefined;
      if (!inGroup && list) {
        if (virtual) open = list;
        else list.push(name);
      }
      inGroup = mark === '|';
    } else if (/^ {4}\S/.test(line)) {
      open?.push(line.trim());
      open = undefined;
    } else if (/^\S/.test(line)) {
      current = { depends: [], recommends: [] };
      inGroup = false;
      open = undefined;
      needs.set(line.trim().replace(/^<(.*)>$/, '$1'), current);
    }
  }
  return needs;
}

/** What follows from packages; `stop`: what is there already, whose needs are not asked again. */
function closure(
  start: readonly string[],
  needs: ReadonlyMap<string, Needs>,
  recommends: boolean,
  stop: ReadonlySet<string>,
): ReadonlySet<string> {
  const seen = new Set(start);
  for (const name of seen) {
    const { depends = [], recommends: more = [] } = (stop.has(name) ? undefined : needs.get(name)) ?? {};
    for (const next of recommends ? [...depends, ...more] : depends) seen.add(next);
  }
  return seen;
}

/** The packages of the base image: required ones and apt, as `debootstrap --variant=minbase` takes them. */
function baseSystem(): ReadonlySet<string> {
  const { stdout } = spawnSync('apt-cache', ['dumpavail'], { encoding: 'utf8', maxBuffer: 1024 * 1024 * 1024 });
  const required = stdout
    .split('\n\n')
    .filter((entry) => /^(?:Essential: yes|Priority: required)$/m.test(entry))
    .flatMap((entry) => /^Package: (\S+)/m.exec(entry)?.[1] ?? []);
  const start = [...required, 'apt'];
  return closure(start, needsOf(start), false, new Set());
}

/** Those of the packages that do not reach ca-certificates. */
function failing(names: readonly string[], recommends: boolean): readonly string[] {
  const base = baseSystem();
  const needs = needsOf(names);
  return names.filter((name) => !closure([name], needs, recommends, base).has('ca-certificates'));
}

const debianOnly = isDebian12 && claims ? describe : describe.skip;

// Elsewhere there is no index of Debian 12 to ask: the claims are about that release.
debianOnly('what apt installs on Debian 12', () => {
  const { requires = [], recommends = [], varies = [], lacks = [] } = claims ?? {};
  test('the index is there', () => expect(known([...requires, ...recommends, ...lacks]).length).toBeGreaterThan(200));
  test(
    'packages that require it bring it without recommends',
    () => expect(failing(known(requires), false)).toEqual([]),
    600_000,
  );
  test(
    'packages that recommend it bring it with recommends',
    () => expect(failing(known(recommends), true)).toEqual([]),
    600_000,
  );
  test('and nothing without', () => {
    const here = known([...recommends, ...varies]);
    expect(failing(here, false)).toEqual(here);
  });
  test('packages that lack it bring it neither way', () => {
    const here = known(lacks);
    const without = new Set(failing(here, true));
    expect(here.filter((name) => !without.has(name))).toEqual([]);
  });
  // The resolver itself, where the two ways of asking differ most: it takes seconds for each.
  test.each([
    ['curl', true, true],
    ['curl', false, false],
    ['python3-pip', false, true],
    ['openssl', true, false],
  ])(
    'apt-get install %s, recommends %s: %s',
    (name, withRecommended, brings) =>
      expect(installs([name], withRecommended)?.includes('ca-certificates')).toBe(brings),
    120_000,
  );
});
