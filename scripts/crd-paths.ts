import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { kubernetesSections } from '../test/support/rows.ts';

/**
 * Compares the paths that rows of `test/kubernetes/` name with the schemas of real CRDs:
 * node --import tsx scripts/crd-paths.ts FOLDER_OR_FILE...
 * Reads every YAML file there that defines CRDs, and prints the paths that no served version has. Kinds that no file
 * defines are listed once. Exits 1 when a path is missing.
 */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}
interface CustomResourceDefinition {
  readonly kind?: string;
  readonly spec?: {
    readonly group: string;
    readonly names?: { readonly kind: string };
    readonly versions?: readonly { readonly schema?: { readonly openAPIV3Schema?: Schema } }[];
  };
}

const schemas = new Map<string, Schema[]>();
for (const path of process.argv.slice(2).flatMap(yamlFiles)) {
  const text = readFileSync(path, 'utf8');
  if (text.includes('CustomResourceDefinition')) for (const document of documentsOf(text)) note(document);
}

let missing = 0;
const unknownKinds = new Set<string>();
for (const { file, rows } of kubernetesSections()) {
  for (const { row, kind, paths = [] } of rows) {
    const known = kind === undefined ? undefined : schemas.get(kind);
    if (kind !== undefined && !known) unknownKinds.add(kind);
    for (const path of paths) {
      if (!known || known.some((schema) => has(schema, path.split('.')))) continue;
      missing++;
      process.stdout.write(`${file}: ${row}: ${kind} has no ${path}\n`);
    }
  }
}
process.stdout.write(`not defined here: ${[...unknownKinds].sort().join(', ') || 'none'}; ${missing} paths missing\n`);
process.exitCode = missing > 0 ? 1 : 0;

function yamlFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(path, name));
}

/** Templates of charts that are no YAML define nothing here. */
function documentsOf(text: string): readonly unknown[] {
  try {
    return loadAll(text);
  } catch {
    return [];
  }
}

function note(document: unknown): void {
  if (!isDefinition(document) || !document.spec) return;
  const { group, names, versions } = document.spec;
  if (!names) return;
  const found = (versions ?? []).flatMap(({ schema }) => schema?.openAPIV3Schema ?? []);
  schemas.set(`${group}/${names.kind}`, [...(schemas.get(`${group}/${names.kind}`) ?? []), ...found]);
}

function isDefinition(document: unknown): document is CustomResourceDefinition {
  return (
    typeof document === 'object' &&
    document !== null &&
    'kind' in document &&
    document.kind === 'CustomResourceDefinition'
  );
}

/** `listeners[].tls.mode`: brackets stand for the items of a list, a star for any key. */
function has(schema: Schema, [first = '', ...rest]: readonly string[]): boolean {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true && !schema.properties) return true;
  const name = first.replace(/(\[\])+$/, '');
  const { additionalProperties: any } = schema;
  const found = name === '*' ? (typeof any === 'object' ? any : undefined) : schema.properties?.[name];
  const inner = first.endsWith('[]') ? found?.items : found;
  return inner !== undefined && (rest.length === 0 || has(inner, rest));
}
