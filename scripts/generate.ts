import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { factSchema } from './fact-schema.ts';

// First: the rules are checked against it as they are read.
writeFileSync('schemas/fact.schema.json', factSchema());
const { generatedFiles } = await import('./generated-files.ts');
for (const [path, text] of Object.entries(generatedFiles())) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
