import type { Fact } from '../core/fact.ts';
import type { Diagnostic } from '../core/finding.ts';
import type { Source } from '../core/source.ts';
import { spanOf } from '../core/source.ts';
import type { Candidate, Extraction, Repository, Technology, Unit, Versions } from '../core/technology.ts';
import { compareText } from '../core/text.ts';

type Claimed = readonly (readonly [Technology, readonly Source[]])[];

export interface Extracted {
  /** Sorted by place, whatever the order of files and technologies. */
  readonly facts: readonly Fact[];
  readonly diagnostics: readonly Diagnostic[];
}

/** How deep configuration inside configuration is followed: a PEM in an nginx.conf in a ConfigMap is two. */
const deepestNesting = 3;

/** The facts of every unit of every technology, and of what is nested in them. */
export async function extractAll(
  claimed: Claimed,
  repository: Repository,
  versions: Versions,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Extracted> {
  const units = await unitsOf(claimed, repository);
  const technologies = claimed.map(([technology]) => technology);
  const facts: Fact[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, { technology, unit }] of units.entries()) {
    for (const extraction of await extractNested(technology, unit, technologies, versions, deepestNesting)) {
      facts.push(...extraction.facts);
      diagnostics.push(...extraction.diagnostics);
    }
    onProgress(index + 1, units.length);
  }
  return { facts: facts.sort(byPlace), diagnostics };
}

interface Work {
  readonly technology: Technology;
  readonly unit: Unit;
}

/** The units of each technology that has something to read; the others are not even loaded. */
async function unitsOf(claimed: Claimed, repository: Repository): Promise<readonly Work[]> {
  const grouped = claimed
    .filter(([, sources]) => sources.length > 0)
    .map(async ([technology, sources]) => {
      const units = technology.units
        ? await technology.units(sources, repository)
        : sources.map((source): Unit => ({ sources: [source], repository }));
      return units.map((unit) => ({ technology, unit }));
    });
  return (await Promise.all(grouped)).flat();
}

/** What a unit says, and what the sources nested in it say. */
async function extractNested(
  technology: Technology,
  unit: Unit,
  technologies: readonly Technology[],
  versions: Versions,
  depth: number,
): Promise<readonly Extraction[]> {
  const extraction = await extractSafely(technology, unit, versions);
  const nested = depth > 0 ? (extraction.nested ?? []) : [];
  if (nested.length === 0) return [extraction];
  const claimed = technologies.map(
    (candidate) => [candidate, nested.filter((source) => candidate.claims(nestedCandidate(source)))] as const,
  );
  const inner = (await unitsOf(claimed, unit.repository)).map((work) =>
    extractNested(work.technology, work.unit, technologies, versions, depth - 1),
  );
  return [extraction, ...(await Promise.all(inner)).flat()];
}

const nestedCandidate = (source: Source): Candidate => ({
  path: source.held?.name ?? source.path,
  hasWord: (word) => source.text.includes(word),
});

/** A technology that throws is a bug of ours: it is said, and costs no other file its findings. */
async function extractSafely(technology: Technology, unit: Unit, versions: Versions): Promise<Extraction> {
  try {
    return await technology.extract(unit, versions);
  } catch (error) {
    const [first] = unit.sources;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `tlslint failed to read this as ${technology.name} (${reason}); please report it with this file`;
    return { facts: [], diagnostics: [{ code: 'internal-error', message, span: spanOf(first, 0, 0) }] };
  }
}

const byPlace = (a: Fact, b: Fact): number =>
  compareText(a.self.file, b.self.file) ||
  a.self.start - b.self.start ||
  compareText(a.technology, b.technology) ||
  compareText(a.data.kind, b.data.kind) ||
  compareText(a.subject, b.subject);
