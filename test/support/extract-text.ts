import { type Fact, spanAt } from '../../src/core/fact.ts';
import type { Extraction, Technology } from '../../src/core/technology.ts';
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

/** The text that a pointer of a fact stands for. */
export function placeOf(text: string, fact: Fact | undefined, pointer: string): string | undefined {
  if (!fact) return undefined;
  const { start, end } = spanAt(fact, pointer);
  return text.slice(start, end);
}

/** Whether a technology wants a file that holds this text. */
export const claims = ({ claims: wants }: Technology, path: string, text: string): boolean =>
  wants({ path, hasWord: (word) => text.includes(word) });
