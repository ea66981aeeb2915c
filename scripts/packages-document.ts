import { releases } from './package-index.ts';
import type { Answer } from './package-needs.ts';

/** What a package does, by release; a release that does not have it is left out. */
export type Answers = Readonly<Record<string, Answer>>;

const head = [
  '# Which packages of Debian and Ubuntu bring ca-certificates over a minimal system: what is essential or required, and apt.',
  '#',
  '# Computed by `scripts/packages-with-roots.ts` from the indexes of these releases for amd64, read 2026-11: of Debian main; of',
  '# Ubuntu main and universe with the updates. It follows Depends and Recommends: of alternatives the first that exists, unless',
  '# one is installed. The answers were compared with those of apt-get. The script writes this file; its names stay.',
  '#',
  '# `requires`, `recommends` and `lacks`: every release that has the package gives this answer.',
  '# `differs`: the answer by release, for packages that share it. Where the release is not known, they must agree.',
  '# A package that stands nowhere here may bring the bundle: then nothing is claimed.',
].join('\n');

/** Of each list of answers, what it says for whoever reads the file. */
const titles = {
  requires: 'Depend on ca-certificates, whatever the switches.',
  recommends: 'Reach it through Recommends only: not with --no-install-recommends.',
  lacks: 'Bring none either way.',
  varies: 'With Recommends, it depends on which provider of a virtual package apt takes; without, they bring none.',
} as const;
type Listed = keyof typeof titles;
const order: readonly Listed[] = ['requires', 'recommends', 'varies', 'lacks'];

/**
 * The data file. `unclear` answers are no knowledge: such packages are left out. `directly`: by release, packages that
 * recommend ca-certificates themselves.
 */
export function documentOf(
  answers: ReadonlyMap<string, Answers>,
  directly: ReadonlyMap<string, readonly string[]>,
): string {
  const known = [...answers].filter(([, by]) => {
    const given = Object.values(by);
    return given.length > 0 && !given.includes('unclear');
  });
  const same = (answer: Listed): readonly string[] =>
    known.filter(([, by]) => Object.values(by).every((one) => one === answer)).map(([name]) => name);
  const lists = order.map((answer) => `# ${titles[answer]}\n${answer}:\n${flow(same(answer), 2)}`);
  const groups = grouped(known.filter(([, by]) => new Set(Object.values(by)).size > 1));
  const differs = groups.map(({ by, names }) => {
    const lines = order.flatMap((answer) => {
      const where = releases.map(({ name }) => name).filter((release) => by[release] === answer);
      return where.length > 0 ? [`${answer}: [${where.join(', ')}]`] : [];
    });
    return `  - ${lines.join('\n    ')}\n    names:\n${flow(names, 6)}`;
  });
  const own = [...directly].map(([release, names]) => `  ${release}:\n${flow(names, 4)}`).join('\n');
  const all = releases.map(({ name }) => name).join(', ');
  return [
    head,
    `releases: [${all}]`,
    ...lists,
    `# Of these, packages that recommend it themselves, not only what they depend on.\ndirectly:\n${own}`,
    `# By release.\ndiffers:\n${differs.join('\n')}`,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

interface Group {
  readonly by: Answers;
  readonly names: readonly string[];
}

/** Packages whose answers do not contradict each other share a group; those of the most releases come first. */
function grouped(packages: readonly (readonly [string, Answers])[]): readonly Group[] {
  let groups: readonly Group[] = [];
  const size = (by: Answers): number => Object.keys(by).length;
  for (const [name, by] of packages.toSorted(([, a], [, b]) => size(b) - size(a))) {
    const fitting = groups.find((group) =>
      Object.entries(by).every(([release, answer]) => (group.by[release] ?? answer) === answer),
    );
    const joined = { by: { ...fitting?.by, ...by }, names: [...(fitting?.names ?? []), name].sort() };
    groups = fitting ? groups.map((group) => (group === fitting ? joined : group)) : [...groups, joined];
  }
  return groups.toSorted((a, b) => b.names.length - a.names.length);
}

/** A YAML list in brackets, in lines of at most 120 characters. */
function flow(names: readonly string[], indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const [at, name] of names.entries()) {
    const word = `${/^[\d.]+$|^(?:yes|no|on|off|true|false|null|y|n)$/.test(name) ? `'${name}'` : name}${at < names.length - 1 ? ',' : ''}`;
    if (line !== '' && indent + 2 + line.length + word.length > 118) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return `${' '.repeat(indent)}[${lines.join(`\n${' '.repeat(indent)}`)}]`;
}

/** The names that a data file lists. */
export function namesIn(data: unknown): readonly string[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]: readonly [string, unknown]) =>
    key === 'releases' || key === 'directly' || !Array.isArray(value)
      ? []
      : value.flatMap((one: unknown) => (typeof one === 'string' ? [one] : key === 'differs' ? listed(one) : [])),
  );
}

function listed(group: unknown): readonly string[] {
  if (typeof group !== 'object' || group === null || !('names' in group) || !Array.isArray(group.names)) return [];
  return group.names.filter((name: unknown) => typeof name === 'string');
}
