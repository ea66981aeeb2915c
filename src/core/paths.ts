/**
 * Where nothing is deployed from: tests, documentation, what was put away; and the defaults of a chart, which whoever
 * installs it may change. `file` is relative to the repository.
 */
export const isNowhereDeployed = (file: string): boolean =>
  /(?:^|\/)(?:tests?|testdata|__tests__|fixtures?|__fixtures__|e2e|docs?|documentation|_?archive[ds]?)\//.test(file) ||
  /(?:^|\/)charts?\/[^/]+\/values\.ya?ml$/.test(file);
