import { data } from '../../../../data/apt-packages-with-roots.yaml';
import type { Ledger } from './ledger.ts';

/** What is known of a package: whether it depends on ca-certificates, reaches it through Recommends only, or neither. */
type Answer = 'requires' | 'recommends' | 'varies' | 'lacks';

const answers: readonly Answer[] = ['requires', 'recommends', 'varies', 'lacks'];
type ByRelease = ReadonlyMap<string, Answer>;

let known: ReadonlyMap<string, Answer | ByRelease> | undefined;

function knowledge(): ReadonlyMap<string, Answer | ByRelease> {
  if (known) return known;
  const all = new Map<string, Answer | ByRelease>();
  for (const answer of answers) for (const name of data[answer]) all.set(name, answer);
  for (const group of data.differs) {
    const by = new Map(answers.flatMap((answer) => (group[answer] ?? []).map((release) => [release, answer] as const)));
    for (const name of group.names) all.set(name, by);
  }
  known = all;
  return all;
}

export interface AptPackage {
  /** Without version, suite and architecture. */
  readonly name: string;
  /** Whether installing it brings ca-certificates; `undefined` where that is not known. */
  readonly brings: boolean | undefined;
}

/** How packages are installed, as far as it matters here. */
export interface AptInstallation {
  /** `undefined` when a configuration file may have changed it. */
  readonly recommends: boolean | undefined;
  /** Suggested packages come too, or they come from another release than the image's. */
  readonly suggests: boolean;
  readonly otherSuite: boolean;
}

/**
 * What `apt-get install` does for one word of its command line: `curl`, `curl=7.88*`, `curl:amd64`, `curl/bookworm`, and
 * `curl-`, which removes it. A file, a pattern or a task (`lamp-server^`) may be anything. Where the release is not known,
 * every release must give the same answer, or every release of the distribution where that is known. Sources:
 * apt-get(8), install; `data/apt-packages-with-roots.yaml`.
 */
export function aptPackage(word: string, how: AptInstallation, ledger: Ledger): AptPackage {
  const versioned = word.indexOf('=');
  const [plain = '', suite] = (versioned < 0 ? word : word.slice(0, versioned)).replace(/:[a-z\d-]+$/, '').split('/');
  const whole = knowledge().has(plain);
  const name = whole ? plain : plain.replace(/[+-]$/, '');
  if (!whole && plain.endsWith('-')) return { name, brings: name.startsWith('ca-certificates') ? undefined : false };
  if (!/^[a-z\d][a-z\d+.-]*$/.test(name)) return { name, brings: undefined };
  // Another release than the image's, or one without an index here, is one that is not known.
  const release = suite !== undefined || how.otherSuite ? undefined : ledger.release;
  const brings = effect(name, release, how, ledger);
  if (brings === false && (how.suggests || ledger.foreign)) return { name, brings: undefined };
  return { name, brings };
}

function effect(name: string, release: string | undefined, how: AptInstallation, ledger: Ledger): boolean | undefined {
  const entry = knowledge().get(name);
  if (entry === undefined) return undefined;
  const asksItself = release !== undefined && data.directly[release]?.includes(name) === true;
  const outcome = (answer: Answer | undefined): boolean | undefined => {
    if (answer === 'requires') return true;
    if (answer === 'lacks') return false;
    if (how.recommends === false && answer !== undefined) return false;
    if (how.recommends === undefined || answer !== 'recommends') return undefined;
    return ledger.bare && !asksItself ? undefined : true;
  };
  if (typeof entry === 'string') return outcome(entry);
  if (release !== undefined && data.releases.includes(release)) return outcome(entry.get(release));
  const ofDistribution = [...entry].filter(([one]) => release === undefined || one.startsWith(`${release}-`));
  const possible = ofDistribution.length > 0 ? ofDistribution : [...entry];
  const outcomes = new Set(possible.map(([, answer]) => outcome(answer)));
  return outcomes.size === 1 ? [...outcomes][0] : undefined;
}

/** Whether a package reaches ca-certificates by what is recommended alone in some release. */
export function mayRecommend(name: string): boolean {
  const entry = knowledge().get(name);
  if (entry === undefined) return true;
  const all = typeof entry === 'string' ? [entry] : [...entry.values()];
  return all.some((answer) => answer === 'recommends' || answer === 'varies');
}
