import { type Fact, spanAt } from '../../src/core/fact.ts';
import type { Candidate, Extraction, Technology, Unit } from '../../src/core/technology.ts';
import { lineStarts, locate } from '../../src/core/text.ts';
import { inMemory } from './lint-files.ts';

/** What a technology says about one text, with the other files of its repository and the product's version. */
export async function extractText(
  technology: Technology,
  path: string,
  text: string,
  { version = '0', files = {}, guessed = false }: TextOptions = {},
): Promise<Extraction> {
  const { repository } = inMemory({ ...files, [path]: text });
  const alone = { sources: [{ path, text }] as const, repository };
  const [unit = alone] = (await technology.units?.([{ path, text }], repository)) ?? [];
  return technology.extract(unit, (product) => ({ version, reason: `${product} ${version}`, guessed }));
}

interface TextOptions {
  readonly version?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly guessed?: boolean;
}

/** What a technology says about those files of a repository that it claims, with the product's version. */
export async function extractFiles(
  technology: Technology,
  files: Readonly<Record<string, string>>,
  { version = '0', guessed = false }: Omit<TextOptions, 'files'> = {},
): Promise<Pick<Extraction, 'facts' | 'diagnostics'> & { readonly units: readonly Unit[] }> {
  const { candidates, repository } = inMemory(files);
  const claimed = candidates
    .filter((candidate) => technology.claims(candidate))
    .flatMap(({ path }) => repository.read(path) ?? []);
  const units =
    (await technology.units?.(claimed, repository)) ??
    claimed.map((source): Unit => ({ sources: [source], repository }));
  const versions = (product: string) => ({ version, reason: `${product} ${version}`, guessed });
  const extractions = await Promise.all(units.map((unit) => technology.extract(unit, versions)));
  return {
    units,
    facts: extractions.flatMap(({ facts }) => facts),
    diagnostics: extractions.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** The one fact. */
export function onlyFact(facts: readonly Fact[]): Fact {
  const [fact, ...others] = facts;
  if (!fact || others.length > 0) throw new Error(`not one fact: ${facts.map(({ subject }) => subject).join(', ')}`);
  return fact;
}

/** The fact about `subject`. */
export function factAbout(facts: readonly Fact[], subject: string): Fact {
  const fact = facts.find((candidate) => candidate.subject === subject);
  if (!fact) throw new Error(`no ${subject} among ${facts.map((candidate) => candidate.subject).join(', ')}`);
  return fact;
}

/** `line:column text` of the place of a pointer, `self` for the construct's head. */
export function linePlaceOf(text: string, fact: Fact | undefined, pointer: string): string {
  const span = pointer === 'self' ? fact?.self : fact?.spans[pointer];
  if (!span) return 'nowhere';
  const { line, column } = locate(lineStarts(text), span.start);
  return `${line}:${column} ${text.slice(span.start, span.end)}`;
}

/** The text at the exact place of a pointer; empty where it has none. */
export const textAt = (text: string, fact: Fact | undefined, pointer: string): string => {
  const span = fact?.spans[pointer];
  return span ? text.slice(span.start, span.end) : '';
};

/** The text that a pointer of a fact stands for. */
export function placeOf(text: string, fact: Fact | undefined, pointer: string): string | undefined {
  if (!fact) return undefined;
  const { start, end } = spanAt(fact, pointer);
  return text.slice(start, end);
}

/** A file that holds this text, as technologies are asked about it. */
export const candidateOf = (path: string, text: string): Candidate => ({
  path,
  hasWord: (word) => text.includes(word),
});

/** Whether a technology wants a file that holds this text. */
export const claims = ({ claims: wants }: Technology, path: string, text: string): boolean =>
  wants(candidateOf(path, text));
