import type { Index, Package } from './package-index.ts';

/** What installing a package over a minimal system does about ca-certificates. */
export type Answer =
  /** Brings it, whatever the switches. */
  | 'requires'
  /** Brings it with recommended packages only. */
  | 'recommends'
  /** With recommended packages, one choice of apt brings it and another does not; without them it does not come. */
  | 'varies'
  /** Does not bring it. */
  | 'lacks'
  /** The same as `varies` without recommended packages. */
  | 'unclear';

interface Relation {
  readonly name: string;
  readonly operator: string;
  readonly version: string;
}

/** Which provider of a virtual package is taken, where several have the same priority: apt's choice is its own affair. */
type Choice = 'first' | 'last';

export interface System {
  /** Names of the packages of a minimal system. */
  readonly base: ReadonlySet<string>;
  /** `undefined` for a name that apt finds no package for. */
  readonly answer: (name: string) => Answer | undefined;
  /** Whether the package itself recommends ca-certificates, not only what it depends on. */
  readonly recommendsIt: (name: string) => boolean;
}

const wanted = 'ca-certificates';

/**
 * What the packages of a release bring over its minimal system: what is essential or required, and apt, as
 * `debootstrap --variant=minbase` takes them, without what they recommend.
 */
export function systemOf(index: Index): System {
  const providers = providersIn(index);
  const choices: readonly Choice[] = ['first', 'last'];
  const start = [...index.values()].filter(({ essential, priority }) => essential || priority === 'required');
  const base = new Set<string>();
  for (const { name } of [...start, { name: 'apt' }])
    add(name, base, { index, providers, recommends: false, choice: 'first' });
  const computed = (asked: string): Answer | undefined => {
    const name = index.has(asked) ? asked : only(providers.get(asked) ?? []);
    if (name === undefined) return undefined;
    if (name === wanted) return 'requires';
    const [without, withMore] = [false, true].map((recommends) =>
      choices.map((choice) => {
        const installed = new Set(base);
        add(name, installed, { index, providers, recommends, choice });
        return installed.has(wanted);
      }),
    );
    if (!without || !withMore) return undefined;
    if (without.every(Boolean)) return 'requires';
    if (without.some(Boolean)) return 'unclear';
    return withMore.every(Boolean) ? 'recommends' : withMore.some(Boolean) ? 'varies' : 'lacks';
  };
  const answers = new Map<string, Answer | undefined>();
  const answer = (name: string): Answer | undefined => {
    if (!answers.has(name)) answers.set(name, computed(name));
    return answers.get(name);
  };
  const recommendsIt = (name: string): boolean =>
    relations(index.get(name)?.recommends ?? '').some((group) => group[0]?.name === wanted);
  return { base, answer, recommendsIt };
}

interface Provider {
  readonly package: Package;
  readonly version: string;
}
type Providers = ReadonlyMap<string, readonly Provider[]>;

function providersIn(index: Index): Providers {
  const providers = new Map<string, Provider[]>();
  for (const one of index.values()) {
    for (const { name, version } of relations(one.provides).flat()) {
      const list = providers.get(name);
      if (list) list.push({ package: one, version });
      else providers.set(name, [{ package: one, version }]);
    }
  }
  return providers;
}

/** A virtual package can be installed by its name where one package provides it: apt-get(8) asks to choose otherwise. */
function only(providers: readonly Provider[]): string | undefined {
  const names = new Set(providers.map((provider) => provider.package.name));
  return names.size === 1 ? [...names][0] : undefined;
}

interface Rules {
  readonly index: Index;
  readonly providers: Providers;
  readonly recommends: boolean;
  readonly choice: Choice;
}

/**
 * Adds a package and what it needs to `installed`, depth first as apt does. Of alternatives the first that exists
 * counts, unless one is there already. Conflicts are not looked at.
 */
function add(start: string, installed: Set<string>, rules: Rules): void {
  const open: { readonly groups: readonly (readonly Relation[])[]; at: number }[] = [];
  const enter = (name: string): void => {
    const one = rules.index.get(name);
    if (!one || installed.has(name)) return;
    installed.add(name);
    const groups = relations(one.depends);
    open.push({ groups: rules.recommends ? [...groups, ...relations(one.recommends)] : groups, at: 0 });
  };
  enter(start);
  for (let last = open.at(-1); last; last = open.at(-1)) {
    const group = last.groups[last.at++];
    if (!group) open.pop();
    else if (!group.some((relation) => candidates(relation, rules).some((name) => installed.has(name)))) {
      const chosen = group.map((relation) => candidates(relation, rules)[0]).find((name) => name !== undefined);
      if (chosen !== undefined) enter(chosen);
    }
  }
}

const ranks: Readonly<Record<string, number>> = { required: 0, important: 1, standard: 2, optional: 3, extra: 4 };

/** Packages that satisfy a relation, in the order of apt's preference: the package itself, then what provides it. */
function candidates({ name, operator, version }: Relation, { index, providers, choice }: Rules): readonly string[] {
  const own = index.get(name);
  if (own && !providers.has(name)) return holds(own.version, operator, version) ? [name] : [];
  const real = own && holds(own.version, operator, version) ? [name] : [];
  const others = (providers.get(name) ?? []).filter(
    (provider) => operator === '' || (provider.version !== '' && holds(provider.version, operator, version)),
  );
  const ordered = choice === 'last' ? others.toReversed() : others;
  const rank = (provider: Provider): number => ranks[provider.package.priority] ?? 3;
  return [...real, ...ordered.toSorted((a, b) => rank(a) - rank(b)).map((provider) => provider.package.name)];
}

const parsed = new Map<string, readonly (readonly Relation[])[]>();

/** `a (>= 1) | b:any, c`: groups of alternatives. Source: Debian Policy 4.7, section 7.1. */
function relations(field: string): readonly (readonly Relation[])[] {
  const before = parsed.get(field);
  if (before) return before;
  const groups = field.split(',').map((group) =>
    group.split('|').flatMap((text) => {
      const [, name, operator = '', version = ''] =
        /^\s*([\w.+-]+)(?::\w+)?\s*(?:\(\s*([<>=]+)\s*([^)\s]+)\s*\))?/.exec(text) ?? [];
      return name === undefined ? [] : [{ name, operator, version }];
    }),
  );
  const found = groups.filter((group) => group.length > 0);
  parsed.set(field, found);
  return found;
}

function holds(version: string, operator: string, other: string): boolean {
  if (operator === '') return true;
  const order = compareVersions(version, other);
  switch (operator) {
    case '<<':
      return order < 0;
    case '>>':
      return order > 0;
    case '=':
      return order === 0;
    case '<=':
    case '<':
      return order <= 0;
    default:
      return order >= 0;
  }
}

/** Negative where `a` is older than `b`. Source: Debian Policy 4.7, section 5.6.12. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  return (
    left.epoch - right.epoch ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

function partsOf(version: string): { readonly epoch: number; readonly upstream: string; readonly revision: string } {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? 0 : Number(version.slice(0, colon)),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

/** Runs of other characters and numbers in turn: a tilde before the end, the end before letters, letters before the rest. */
function compareParts(a: string, b: string): number {
  const split = (text: string): readonly string[] => text.match(/\D+|\d+/g) ?? [];
  const [left, right] = [split(a), split(b)].map((parts) => (/^\d/.test(parts[0] ?? '') ? ['', ...parts] : parts));
  if (!left || !right) return 0;
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [x, y] = [left[index] ?? '', right[index] ?? ''];
    const order = index % 2 === 0 ? compareText(x, y) : Number(x) - Number(y);
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  const weight = (character: string | undefined): number =>
    character === undefined
      ? 0
      : character === '~'
        ? -1
        : /[A-Za-z]/.test(character)
          ? character.charCodeAt(0)
          : character.charCodeAt(0) + 256;
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const order = weight(a[index]) - weight(b[index]);
    if (order !== 0) return order;
  }
  return 0;
}
