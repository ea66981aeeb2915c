import type { Fact } from '../../../src/core/fact.ts';
import type { Diagnostic } from '../../../src/core/finding.ts';
import { extractAll } from '../../../src/extract/extract-all.ts';
import { link } from '../../../src/link/link.ts';
import { inMemory } from '../../support/lint-files.ts';
import type { Installed, RealServer } from './real-server.ts';

/** What tlslint reads from the files and links, told the version of the server that is installed. */
export async function factsOf(
  { technology, product, name }: RealServer,
  { version, description }: Installed,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly facts: readonly Fact[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { candidates, repository } = inMemory(files);
  const sources = candidates
    .filter((candidate) => technology.claims(candidate))
    .flatMap(({ path }) => repository.read(path) ?? []);
  if (sources.length === 0) throw new Error(`${name} claims none of ${Object.keys(files).join(', ')}`);
  const { facts, diagnostics } = await extractAll([[technology, sources]], repository, (asked) => {
    if (asked !== product) throw new Error(`${name} asks for the version of ${asked}, not of ${product}`);
    return { version, reason: description, guessed: false };
  });
  return { facts: link(facts), diagnostics };
}
