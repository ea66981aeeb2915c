import { data as names } from '../../data/host-names.yaml';
import type { Fact } from '../core/fact.ts';

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
  if (standsAlone(file)) return file;
  const last = folders.findLastIndex(
    (folder, index) => environments.has(folder) || parents.has(folders[index - 1] ?? ''),
  );
  return folders.slice(0, last + 1).join('/');
}

/** Whether a file is a test, a sample or a chart's template, which nobody deploys together with its neighbours as they are. */
const standsAlone = (file: string): boolean =>
  file
    .toLowerCase()
    .split('/')
    .slice(0, -1)
    .some((folder) => samples.has(folder));

/**
 * The environment of a fact. What a template made of values is written in both files, and it is the template that stands for
 * itself.
 */
export function worldOfFact({ self, spans }: Fact): string {
  const alone = standsAlone(self.file) ? self : Object.values(spans).find(({ file }) => standsAlone(file));
  return alone ? alone.file : worldOf(self.file);
}

/** Whether it may be deployed as it is: no test, no sample, and not what the values of a chart decide. */
export const isDeployed = ({ self, spans }: Fact): boolean =>
  ![self, ...Object.values(spans)].some(({ file }) => standsAlone(file) || /values[^/]*\.ya?ml$/i.test(file));

/** Whether a template of a chart made it. */
export const isTemplated = ({ self, spans }: Fact): boolean =>
  [self, ...Object.values(spans)].some(({ file }) => /(^|\/)templates\//.test(file));
