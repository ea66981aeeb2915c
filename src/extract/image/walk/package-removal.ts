import { layoutNamed } from '../base-images.ts';
import type { Installed } from './ledger.ts';
import { anyPackage } from './ledger.ts';
import type { Manager, Option } from './package-managers.ts';
import type { TrustFiles } from './trust-files.ts';
import { either, withDoubt, without } from './trust-files.ts';

/**
 * Purging ca-certificates deletes the concatenated file; removing leaves it (its postrm script, Debian 12). Automatic
 * removal takes it when nothing that was installed by name depends on it or recommends it (apt.conf(5), APT::AutoRemove).
 */
export function removed(
  manager: Manager,
  action: string,
  named: readonly (string | undefined)[],
  options: readonly Option[],
  { files, ledger }: Installed,
): Installed {
  const names = named.map((word) => (word === undefined ? undefined : word.replace(/[:=].*$/, '')));
  const byName = names.some((name) => name !== undefined && /^ca-certificates(?:$|\*|-mozilla)/.test(name));
  if (manager.packages !== 'apt') {
    if (!byName && !names.some((name) => name === undefined || name.startsWith('.'))) return { files, ledger };
    // Its base system needs the package with the bundle, which `apk del` therefore leaves (Alpine from 3.12).
    if (manager.packages === 'apk' && files.links.has('/etc/ssl/cert.pem')) return { files, ledger };
    const gone = new Set(names.flatMap((name) => [name ?? '', ...(ledger.groups.get(name ?? '') ?? [])]));
    const holding = new Set([...ledger.holding].filter((name) => !gone.has(name)));
    const after = { ...ledger, holding, settled: false };
    // Nothing of what was added for it, or something else still needs it.
    if (
      !names.includes(undefined) &&
      !byName &&
      !gone.has(anyPackage) &&
      (holding.size > 0 || holding.size === ledger.holding.size)
    )
      return { files, ledger };
    return { files: doubted(files, layoutNamed(manager.layout).files), ledger: after };
  }
  const flags = new Set(options.map(({ name }) => name));
  const purges = action === 'purge' || action === 'autopurge' || flags.has('--purge');
  const automatic = action.startsWith('auto') || ['--auto-remove', '--autoremove'].some((flag) => flags.has(flag));
  const holding = new Set([...ledger.holding].filter((name) => !names.includes(name)));
  const perhapsHolding = new Set([...ledger.perhapsHolding].filter((name) => !names.includes(name)));
  const after = { ...ledger, holding, perhapsHolding };
  if (!purges)
    return byName ? { files: withoutRoots(files), ledger: { ...after, settled: false } } : { files, ledger: after };
  if (byName) {
    // What apt did not install, it does not remove.
    const left = ledger.settled ? dropped(files) : ledger.settled === undefined ? either(files, dropped(files)) : files;
    return { files: left, ledger: { ...after, settled: false, brought: false } };
  }
  const someUnknown = names.some((name) => name === undefined || name.includes('*'));
  if (ledger.brought === false || (!automatic && !someUnknown)) return { files, ledger: after };
  if (automatic && !someUnknown && !ledger.unclear) {
    if (holding.size > 0) return { files, ledger: after };
    if (perhapsHolding.size > 0 || ledger.brought === undefined)
      return { files: either(files, dropped(files)), ledger: { ...after, settled: undefined } };
    return { files: dropped(files), ledger: { ...after, settled: false, brought: false } };
  }
  return { files: doubted(files, layoutNamed('debian').files), ledger: after };
}

/** Purged: the bundle goes, and so do the roots beside it. */
function dropped(files: TrustFiles): TrustFiles {
  return withoutRoots(layoutNamed('debian').files.reduce((left, path) => without(left, path), files));
}

/** The links to single roots go with the package. */
const withoutRoots = (files: TrustFiles): TrustFiles => ({
  ...files,
  doubts: new Set([...files.doubts].filter((path) => !layoutNamed('debian').roots.includes(path))),
});
/** What lies at these paths may be gone. */
export const doubted = (files: TrustFiles, paths: readonly string[]): TrustFiles =>
  paths.reduce((left, path) => (files.bundles.has(path) ? withDoubt(without(left, path), path) : left), files);
