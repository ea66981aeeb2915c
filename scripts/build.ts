import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AnySchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build, type Plugin } from 'esbuild';
import { conditionCompiler, conditionsOf, headOf } from '../src/judge/compile.ts';
import { dataModule } from './data-module.js';
import { builtinRuleFiles } from './rule-files.ts';

/** Bundles both entry points into `dist/`: self-contained, byte for byte the same from the same sources. */
const outputFolder = process.argv[2] ?? 'dist';

/** YAML and TSV files become modules, as jest sees them. */
const dataFiles: Plugin = {
  name: 'data-files',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.(yaml|tsv)$/ }, ({ path }) => ({
      contents: dataModule(path, readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/** `tlslint:rules`: the built-in rules with their conditions compiled, so that no run compiles them again. */
const builtinRules: Plugin = {
  name: 'builtin-rules',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^tlslint:rules$/ }, () => ({ path: 'rules', namespace: 'builtin-rules' }));
    onLoad({ filter: /.*/, namespace: 'builtin-rules' }, () => ({
      contents: rulesModule(),
      loader: 'js',
      resolveDir: process.cwd(),
    }));
  },
};

function rulesModule(): string {
  const ajv = conditionCompiler({ source: true, esm: true });
  const names: Record<string, string> = {};
  const rules = builtinRuleFiles().map((rule, index) => {
    const conditions = Object.entries(conditionsOf(rule)).map(([name, schema]) => {
      const identifier = `rule${index}_${name}`;
      ajv.addSchema(schema as AnySchemaObject, identifier);
      names[identifier] = identifier;
      return `${name}: ${identifier}`;
    });
    const lower = rule.lower.map(({ to, message }) => ({ to, message }));
    return `assemble(${JSON.stringify(headOf(rule))}, ${JSON.stringify(lower)}, (name) => ({ ${conditions.join(', ')} })[name])`;
  });
  return [
    standalone.default(ajv, names).replace(/export const (\w+) = /g, 'const $1 = '),
    `import { assemble } from './src/judge/assemble.ts';`,
    `export const builtinRules = [\n${rules.join(',\n')}\n];`,
  ].join('\n');
}

/** A bundled package's name, version, licence and licence text, for those who pass the bundle on. */
function licenseOf(name: string): string {
  const folder = `node_modules/${name}`;
  const { version: packageVersion, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(`${folder}/${file}`, 'utf8').replace(/\r\n/g, '\n').trim() : '';
  return `${name} ${packageVersion}, ${license}\n\n${text}\n`;
}

rmSync(outputFolder, { recursive: true, force: true });
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const packages = new Set<string>();
// One build for each entry: chunks that both share would be many and small, and each file costs a start its time.
for (const entry of ['cli', 'action']) {
  const { metafile } = await build({
    metafile: true,
    entryPoints: [`src/${entry}.ts`],
    outdir: outputFolder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    chunkNames: `${entry}/[name]-[hash]`,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    define: { TLSLINT_VERSION: JSON.stringify(version) },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    plugins: [dataFiles, builtinRules],
    logLevel: 'warning',
  });
  for (const input of Object.keys(metafile.inputs)) {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
    if (name) packages.add(name);
  }
}
writeFileSync(`${outputFolder}/licenses.txt`, [...packages].sort().map(licenseOf).join('\n'));
writeFileSync(`${outputFolder}/package.json`, '{ "type": "module" }\n');
