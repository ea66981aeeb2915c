import { data as commands } from '../../../../data/image-commands.yaml';
import { data } from '../../../../data/own-authorities.yaml';
import type { Repository } from '../../../core/technology.ts';
import { managers } from '../walk/package-managers.ts';
import { nameOf } from '../walk/trust-files.ts';

/**
 * Whether a command takes up what lies in the folders for authorities of one's own. `tool`: what the lists name and what
 * the folder holds · `package`: an installation may run the tool, and may put more into its list · `script`: something
 * that is not read here may do that, and may rename the files before.
 */
export type TakingUp = 'tool' | 'package' | 'script' | 'no';

const tools: ReadonlySet<string> = new Set([
  ...data.stores.flatMap((store) => store.tools),
  'trust',
  'dpkg-reconfigure',
]);
const wrappers: ReadonlySet<string> = new Set(commands.wrappers);
const interpreters = new RegExp(`^(?:${data.interpreters.join('|')})$`);

/** What would take them up, or reads them where they lie. */
const takesUp = /update-ca-(?:certificates|trust)|ca-certificates|ca-trust|\btrust anchor\b|dpkg-reconfigure/;

/**
 * `hasTool`: the package with the tool is installed before. Then another installation of it runs nothing; without it, its
 * first one does (its postinst script on Debian 12: tried; the package's trigger on Alpine: main/ca-certificates/APKBUILD).
 * Debian's trigger is an explicit one: no other package's installation fires it (`interest update-ca-certificates`).
 */
export function takingUpBy(words: readonly (string | undefined)[], hasTool: boolean, repository: Repository): TakingUp {
  const start = words.findIndex((word) => word === undefined || !(wrappers.has(word) || /^\w+=/.test(word)));
  const own = start < 0 ? [] : words.slice(start);
  const [first] = own;
  if (own.length === 0) return 'no';
  if (first === undefined) return 'script';
  const program = nameOf(first);
  // It asks debconf, and takes up what no list names; so does `--default`.
  if (
    program === 'dpkg-reconfigure' ||
    (tools.has(program) && own.some((word) => /^(?:-d|--default)$/.test(word ?? '')))
  )
    return 'package';
  if (tools.has(program)) return 'tool';
  if (managers[program]) return installs(program, own.slice(1), hasTool) ? 'package' : 'no';
  if (program === 'dpkg' || program === 'rpm')
    return own.some((word) => word === undefined || /ca-cert|\*/.test(word)) ? 'package' : 'no';
  if (interpreters.test(program)) return runsText(own.slice(1), repository) ? 'script' : 'no';
  const system = /^(?:\/usr(?:\/local)?)?\/s?bin\/[^/]+$/.test(first);
  if (first.includes('/') && !system) return mayTakeUp(first, repository) ? 'script' : 'no';
  if (/\.(?:sh|bash|py|pl|rb)$/.test(program)) return mayTakeUp(program, repository) ? 'script' : 'no';
  return /cert|trust/.test(program) && !/^(?:certtool|certutil)$/.test(program) ? 'script' : 'no';
}

function installs(program: string, words: readonly (string | undefined)[], hasTool: boolean): boolean {
  const manager = managers[program];
  const action = words.find((word) => word !== undefined && manager?.installs.test(word));
  if (action === undefined && !words.includes(undefined)) return false;
  if (!hasTool || program === 'apk' || program === 'zypper') return true;
  return words.some(
    (word) =>
      word === undefined ||
      /^(?:upgrade|dist-upgrade|full-upgrade|update|reinstall|--reinstall)$|ca-cert|p11-kit|java|jre|jdk|[*$]/.test(
        word,
      ),
  );
}

/** What an interpreter is given; the text behind `-c` is read as commands of its own. */
function runsText(words: readonly (string | undefined)[], repository: Repository): boolean {
  const [first] = words;
  if (first === '-c' || first === '-m' || /^-[a-z]+c$/.test(first ?? ''))
    return words[1] === undefined || takesUp.test(words[1]);
  const operands = words.filter((word) => word === undefined || !/^[-+]/.test(word));
  return operands.length === 0 || operands.some((word) => mayTakeUp(word, repository));
}

/** Whether a script may: one of the repository is read, any other may do anything. */
function mayTakeUp(word: string | undefined, repository: Repository): boolean {
  if (word === undefined) return true;
  if (/^[-+]/.test(word)) return false;
  const name = nameOf(word);
  const found = pathsNamed(name, repository);
  if (found.length === 0) return true;
  return found.some((path) => {
    const text = repository.read(path)?.text ?? 'ca-certificates';
    return takesUp.test(text) || /\b(?:apt|apt-get|apk|dnf|yum|microdnf|zypper)\b|\.sh\b|\|\s*(?:ba)?sh\b/.test(text);
  });
}

const byName = new WeakMap<Repository, ReadonlyMap<string, readonly string[]>>();

/** The files of the repository with a name, not more than a few. */
function pathsNamed(name: string, repository: Repository): readonly string[] {
  let known = byName.get(repository);
  if (!known) {
    const paths = new Map<string, string[]>();
    for (const path of repository.paths) {
      const same = paths.get(nameOf(path));
      if (!same) paths.set(nameOf(path), [path]);
      else if (same.length < 20) same.push(path);
    }
    known = paths;
    byName.set(repository, known);
  }
  return known.get(name) ?? [];
}

const mostFiles = 5000;
const cache = new WeakMap<Repository, boolean>();
const passedOver =
  /\.(?:md|mdx|rst|adoc|txt|html?|svg|png|jpe?g|gif|lock|sum|map|min\.js|css)$|(?:^|\/)(?:node_modules|vendor|docs?)\//i;
const containerFile = /(?:^|\/)(?:(?:Docker|Container)file[\w.-]*|[\w.-]*\.(?:docker|container)file)$/i;

const reads =
  /update-ca-(?:certificates|trust)|(?:local\/share|usr\/share)\/ca-certificates|ca-trust\/source|pki\/trust\/anchors|USE_SYSTEM_CA_CERTS/;

/**
 * Whether something of the repository beside its Dockerfiles may take such files up when a container starts, or reads them
 * where they lie: an entry script, a manifest's command, a program's settings. `names`: what settings would call the files.
 */
export function isTakenUpElsewhere(names: readonly string[], repository: Repository): boolean {
  const paths = repository.paths.filter((path) => !passedOver.test(path) && !containerFile.test(path));
  if (paths.length > mostFiles) return true;
  const any = cache.get(repository) ?? paths.some((path) => reads.test(repository.read(path)?.text ?? ''));
  cache.set(repository, any);
  return any || paths.some((path) => names.some((name) => repository.read(path)?.text.includes(name)));
}
