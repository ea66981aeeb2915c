import type { TrustFiles } from './trust-files.ts';

/** What a package manager has done in a stage, as far as it decides about the bundle. */
export interface Ledger {
  /** Whether apt installs what is recommended; `undefined` when a configuration file may have changed it. */
  readonly recommends: boolean | undefined;
  /** Packages installed by name that keep ca-certificates in place. */
  readonly holding: ReadonlySet<string>;
  /** Others, of which that is not known. */
  readonly perhapsHolding: ReadonlySet<string>;
  /** `holding` when a script noted the packages marked as manual. */
  readonly saved: ReadonlySet<string>;
  /** ca-certificates came by apt in this stage, so that apt can take it away again; `undefined` where the base may have had it. */
  readonly brought: boolean | undefined;
  /**
   * It is installed: another installation of it changes nothing, also where its files have been deleted since.
   * `undefined` where a branch decides.
   */
  readonly settled: boolean | undefined;
  /** Since it may have come, files of a bundle may have been deleted: another installation does not bring them back. */
  readonly deleted: boolean;
  /** A file may lie where the package has a folder: then its installation fails. */
  readonly blocked: boolean;
  /** Virtual packages of apk, with what of theirs keeps ca-certificates in place. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Packages were marked in a way that is not followed. */
  readonly unclear: boolean;
  /** The distribution and its release, as `data/apt-packages-with-roots.yaml` calls it: `debian-12`; or the distribution alone. */
  readonly release: string | undefined;
  /** apt also installs from sources that the distribution's index does not show. */
  readonly foreign: boolean;
  /** Packages came without what they recommend: for others that need them, the same is not recommended again. */
  readonly bare: boolean;
}

export const freshLedger: Ledger = {
  recommends: true,
  holding: new Set(),
  perhapsHolding: new Set(),
  saved: new Set(),
  brought: false,
  settled: false,
  deleted: false,
  blocked: false,
  groups: new Map(),
  unclear: false,
  release: undefined,
  foreign: false,
  bare: false,
};

export interface Installed {
  readonly files: TrustFiles;
  readonly ledger: Ledger;
}

/** Stands for a package that may keep ca-certificates in place. */
export const anyPackage = '*';

/** `apt-mark showmanual` notes, `auto` forgets, `manual` brings back what was noted. */
export function marked(words: readonly (string | undefined)[], ledger: Ledger, throughXargs: boolean): Ledger {
  const [, action, ...named] = words.filter((word) => word === undefined || !word.startsWith('-'));
  switch (action) {
    case 'showmanual':
      return { ...ledger, saved: ledger.holding };
    case 'auto':
      return named.some((name) => name === '.*' || name === undefined)
        ? { ...ledger, holding: new Set(), perhapsHolding: new Set() }
        : { ...ledger, holding: new Set([...ledger.holding].filter((name) => !named.includes(name))) };
    case 'manual':
      if (throughXargs) return { ...ledger, unclear: true };
      return {
        ...ledger,
        holding: new Set([
          ...ledger.holding,
          ...named.flatMap((name) =>
            name === undefined ? [...ledger.saved] : name === 'ca-certificates' ? [name] : [],
          ),
        ]),
      };
    default:
      return ledger;
  }
}
