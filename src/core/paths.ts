/**
 * Where nothing is deployed from: tests, documentation, what was put away; and the defaults of a chart, which whoever
 * installs it may change. `file` is relative to the repository.
 */
export const isNowhereDeployed = (file: string): boolean =>
  /(?:^|\/)(?:tests?|testdata|__tests__|fixtures?|__fixtures__|e2e|docs?|documentation|_?archive[ds]?)\//.test(file) ||
  /(?:^|\/)charts?\/[^/]+\/values\.ya?ml$/.test(file);

/**
 * Whether what stands in one file tells of what another is for: what stands among tests and documentation tells of its own
 * folder only.
 */
export const tellsOf = (file: string, other: string): boolean =>
  !isNowhereDeployed(file) || folderOf(file) === folderOf(other);

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
