import { data as names } from '../../data/host-names.yaml';

/** Folders whose children are one environment each. */
const parents = new Set([
  'overlays',
  'overlay',
  'clusters',
  'cluster',
  'environments',
  'environment',
  'envs',
  'env',
  'stages',
  'regions',
  'sites',
  'tenants',
  'variants',
]);
/** Folders that are one environment, or what others are made of. */
const environments = new Set(['base', 'bases', 'prod', 'production', 'live', ...names.testWords]);
const samples = new Set(['test', 'tests', 'e2e', 'templates', ...names.samplePathWords]);

/**
 * The part of a path that says to which environment a file belongs: `clusters/prod`, `shop/overlays/staging`, `base`; empty
 * where nothing says so. Files of two environments never meet in one cluster, and each file among tests, samples and a
 * chart's templates stands for itself.
 */
export function worldOf(file: string): string {
  const folders = file.toLowerCase().split('/').slice(0, -1);
  if (folders.some((folder) => samples.has(folder))) return file;
  const last = folders.findLastIndex(
    (folder, index) => environments.has(folder) || parents.has(folders[index - 1] ?? ''),
  );
  return folders.slice(0, last + 1).join('/');
}
