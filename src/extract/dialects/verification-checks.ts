import type { ShellCommand } from '../../formats/shell.ts';

/** What checks the content of a file, in a script. */
interface Check {
  /** For people: `sha256sum`. */
  readonly name: string;
  readonly signature: boolean;
  /** Its own words and those that it reads, as written. */
  readonly text: string;
}

/**
 * Says of unverified downloads of one script what checks their content afterwards: a digest, a signature, a commit. A digest
 * that came over the same unverified way proves nothing, and neither does a signature whose key did.
 */
export function checksOf(
  commands: readonly ShellCommand[],
  downloads: readonly ShellCommand[],
): ReadonlyMap<ShellCommand, string> {
  if (downloads.length === 0) return new Map();
  const names = new Map(downloads.map((download) => [download, namesIn(download)] as const));
  const arrived = [...names.values()].flat();
  const known = new Set(arrived);
  const keysArrive =
    downloads.some(({ consumer }) => isImport(consumer ?? [])) ||
    commands.some(({ words }) => isImport(words) && words.some(({ value, raw }) => known.has(lastPart(value ?? raw))));
  const checks = commands.flatMap((command) => {
    const check = checkIn(command, commands, downloads, arrived);
    return check && !(check.signature && keysArrive) ? [check] : [];
  });
  // A check may be of another file, which came verified.
  const others = commands.flatMap((command) =>
    names.has(command) || !isDownloader(command.words) ? [] : namesIn(command),
  );
  const single = downloads.length === 1 ? checks.filter(({ text }) => !others.some((name) => text.includes(name))) : [];
  const result = new Map<ShellCommand, string>();
  for (const download of downloads) {
    const byContent = isDownloader(download.words) && checkFor(names.get(download) ?? [], checks, single);
    const found = ownCheck(download, commands) ?? (byContent || undefined);
    if (found !== undefined) result.set(download, found);
  }
  return result;
}

function checkFor(names: readonly string[], checks: readonly Check[], single: readonly Check[]): string | undefined {
  const named = checks.find(({ text }) => names.some((name) => text.includes(name)));
  if (named) return named.name;
  const signed = checks.find(({ signature }) => signature);
  if (signed && names.some((name) => /\.(?:asc|sig|sign|minisig)$/.test(name))) return signed.name;
  return single[0]?.name;
}

/** `pip install --require-hashes`, and `git clone` followed by the checkout of a commit. */
function ownCheck({ words }: ShellCommand, commands: readonly ShellCommand[]): string | undefined {
  if (words.some(({ value }) => value === '--require-hashes')) return '--require-hashes';
  if (programOf(words) !== 'git') return undefined;
  const pinned = commands.some(
    (other) =>
      programOf(other.words) === 'git' &&
      other.words.some(({ value }) => /^(?:checkout|reset|switch)$/.test(value ?? '')) &&
      other.words.some(({ value }) => /^[\da-f]{40}$/.test(value ?? '')),
  );
  return pinned ? 'the commit' : undefined;
}

function checkIn(
  command: ShellCommand,
  commands: readonly ShellCommand[],
  downloads: readonly ShellCommand[],
  arrived: readonly string[],
): Check | undefined {
  const name = programOf(command.words);
  const rest = command.words.slice(1).map(({ value, raw }) => value ?? raw.replace(/["']/g, ''));
  const producers = commands.filter(({ consumer }) => consumer === command.words);
  const text = [...producers.flatMap(({ words }) => words), ...command.words].map(({ raw }) => raw).join(' ');
  if (/^(?:gpg2?|gpgv|cosign|minisign|signify|slsa-verifier)$/.test(name)) {
    return rest.some((word) => /verif|^-V/.test(word)) || name === 'gpgv' ? { name, signature: true, text } : undefined;
  }
  if (name === 'openssl' && rest[0] === 'dgst' && rest.includes('-verify')) return { name, signature: true, text };
  if (!/^(?:(?:sha(?:1|224|256|384|512)?|b2|md5)sum|shasum|digest)$/.test(name)) return undefined;
  if (!rest.some((word) => /^-[a-z0-9]*c|^--check/.test(word))) {
    // `sha256sum file | grep 5f2c…`, `test "$(sha256sum file)" = "5f2c…  file"`
    const compared = command.consumer?.map(({ raw }) => raw).join(' ') ?? '';
    return /[\da-f]{40}/i.test(compared) ? { name, signature: false, text } : undefined;
  }
  const fetched =
    producers.some((producer) => downloads.includes(producer) || /\$\(\s*(?:curl|wget)|`\s*(?:curl|wget)/.test(text)) ||
    rest.some((word) => !word.startsWith('-') && arrived.some((one) => isNamed(one, lastPart(word))));
  return fetched ? undefined : { name, signature: false, text: text + behind(command) };
}

/** `*.sha256` names what ends so. */
const isNamed = (name: string, written: string): boolean =>
  written.includes('*') ? name.endsWith(written.slice(written.lastIndexOf('*') + 1)) : name === written;

/** A here-document that the command reads, or a here-string. */
function behind({ words, source }: ShellCommand): string {
  const end = words.at(-1)?.range.end ?? 0;
  const after = source.text.slice(end, end + 2000);
  return /^[^\n;&|]*<</.test(after) ? after : '';
}

/** What a download's file is called: by an option, a redirection, or its URL. */
function namesIn({ words, source }: ShellCommand): readonly string[] {
  const raws = words.map(({ value, raw }) => value ?? raw.replace(/["']/g, ''));
  const given = raws.flatMap((raw, index) => {
    const attached = /^(?:--output|--output-document|--out)=(.+)$/.exec(raw)?.[1];
    if (attached !== undefined) return [attached];
    return /^-[a-zA-Z]*[oO]$|^--(?:output|output-document|out)$/.test(raws[index - 1] ?? '') ? [raw] : [];
  });
  const end = words.at(-1)?.range.end ?? 0;
  const redirected = /^[^;&|\n>]*>\s*["']?([^\s"';&|]+)/.exec(source.text.slice(end, end + 500))?.[1];
  const urls = raws.filter((raw) => /^\w+:\/\//.test(raw)).map((raw) => raw.replace(/[?#].*$/, ''));
  return [...given, ...(redirected === undefined ? [] : [redirected]), ...urls]
    .map(lastPart)
    .filter((name) => name.length > 1);
}

const isImport = (words: ShellCommand['words']): boolean =>
  /^(?:gpg2?|apt-key|rpm)$/.test(programOf(words)) && words.some(({ value }) => /^(?:--import|add)$/.test(value ?? ''));

const isDownloader = (words: ShellCommand['words']): boolean => /^(?:curl|wget2?|aria2c|fetch)$/.test(programOf(words));

const programOf = (words: ShellCommand['words']): string =>
  lastPart(words.find(({ value }) => value !== 'sudo')?.value ?? '');
const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
