import { createGenerator } from 'ts-json-schema-generator';

/** The JSON Schema of the fact vocabulary, derived from its types in `src/core/fact.ts`. */
export function factSchema(): string {
  const generator = createGenerator({
    path: 'src/core/fact.ts',
    type: 'FactData',
    tsconfig: 'tsconfig.json',
    skipTypeCheck: true,
  });
  return `${JSON.stringify(generator.createSchema('FactData'), undefined, 2)}\n`;
}
