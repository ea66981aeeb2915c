import { data } from '../../../../data/packages-with-roots.yaml';
import type { AptPackage } from './apt-packages.ts';
import { aptPackage, mayRecommend } from './apt-packages.ts';
import type { Ledger } from './ledger.ts';
import { anyPackage } from './ledger.ts';
import type { Manager, Option } from './package-managers.ts';

/** What packages that are installed together do about the bundle. */
export interface Effect {
  /** Names of those that certainly bring it, and keep it in place. */
  readonly holding: readonly string[];
  /** Names of others that may bring it; `anyPackage` for one whose name only the build knows. */
  readonly doubtful: readonly string[];
  /** As in `Ledger`. */
  readonly bare: boolean;
}

/** The effect of installing packages; `undefined` for a word that only the build knows. */
export function effectOf(
  words: readonly (string | undefined)[],
  action: string,
  options: readonly Option[],
  manager: Manager,
  ledger: Ledger,
): Effect {
  if (manager.packages === 'apt') return effectOfApt(words, action, options, ledger);
  const lists = data[manager.packages];
  const holding: string[] = [];
  const doubtful: string[] = [];
  for (const word of words) {
    const name = word === undefined ? undefined : packageName(word);
    if (name !== undefined && lists?.requires.includes(name)) holding.push(name);
    else if (name === undefined || !lists?.lacks.includes(name)) doubtful.push(name ?? anyPackage);
  }
  return { holding, doubtful, bare: ledger.bare };
}

/** These install nothing that was not there: apt-get(8), aptitude(8). */
const idle =
  /^(?:-[a-zA-Z]*[sd][a-zA-Z]*|--(?:simulate|just-print|dry-run|recon|no-act|download-only|print-uris|only-upgrade))$/;

function effectOfApt(
  words: readonly (string | undefined)[],
  action: string,
  options: readonly Option[],
  ledger: Ledger,
): Effect {
  if (options.some(({ name }) => idle.test(name))) return { holding: [], doubtful: [], bare: ledger.bare };
  // What a source package is built with, and what a line of dependencies asks for, are other packages.
  if (action === 'build-dep' || action === 'satisfy')
    return { holding: [], doubtful: words.length > 0 ? [anyPackage] : [], bare: words.length > 0 || ledger.bare };
  const recommends = withRecommends(options, ledger);
  const how = {
    recommends,
    suggests: options.some(
      ({ name, value }) =>
        name === '--install-suggests' || /^=?APT::Install-Suggests=["']?(?!0|false|no|off)/i.test(value ?? ''),
    ),
    otherSuite: options.some(({ name }) => /^(?:-t|--target-release|--default-release)$/.test(name)),
  };
  const packages = words.map((word) => (word === undefined ? undefined : aptPackage(word, how, ledger)));
  return {
    // With `ca-certificates-` nothing brings it.
    holding: packages.some(isKeptOut) ? [] : packages.flatMap((one) => (one?.brings ? [one.name] : [])),
    doubtful: packages.flatMap((one) => (one?.brings === undefined ? [one?.name ?? anyPackage] : [])),
    bare: ledger.bare || (recommends !== true && packages.some((one) => one === undefined || mayRecommend(one.name))),
  };
}

const isKeptOut = (one: AptPackage | undefined): boolean => one?.name === 'ca-certificates' && one.brings === undefined;

/** `curl~=8`, `curl<9`, `curl.x86_64`: `curl`. A file, a pattern or a group is `undefined`. */
function packageName(word: string): string | undefined {
  const name = word
    .replace(/[=<>~].*$/, '')
    .replace(/\.(?:x86_64|aarch64|i686|noarch)$/, '')
    .replace(/@[a-z-]+$/, '');
  return name === '' || /[*?^[\]]|\.(?:rpm|apk)$|^[./@]/.test(name) ? undefined : name;
}

function withRecommends(options: readonly Option[], ledger: Ledger): boolean | undefined {
  let { recommends } = ledger;
  for (const { name, value } of options) {
    if (name === '--no-install-recommends' || name === '-R' || name === '--without-recommends') recommends = false;
    if (name === '--install-recommends' || name === '-r') recommends = true;
    const written = /^=?APT::Install-Recommends=["']?(\w+)/i.exec(value ?? '')?.[1];
    if (written) recommends = !/^(?:0|false|no|off)$/i.test(written);
  }
  return recommends;
}
