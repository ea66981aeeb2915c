import type { Image } from '../../../core/fact.ts';
import type { Source, Span } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import type { ShellCommand } from '../../../formats/shell.ts';
import { parseShell } from '../../../formats/shell.ts';
import { bundleFolders } from '../walk/client-places.ts';
import { expand, knownWord, type Variables } from '../walk/expand.ts';
import { lineageOf } from '../walk/lineage.ts';
import type { Stage } from '../walk/stages.ts';
import { isWithin, join, nameOf } from '../walk/trust-files.ts';
import { ownFolders, writtenBy } from './own-authority-steps.ts';

type Unproven = NonNullable<NonNullable<Image['authorities']>['unproven']>[number];

/** An authority that a build fetched without knowing from whom, and trusts, and where the Dockerfile says so. */
export interface UnprovenAuthority {
  readonly authority: Unproven;
  readonly span: Span;
}

/**
 * Authorities that the build takes from the network and makes trusted without a proof: over plain HTTP, with verification
 * off, or from a server's own handshake. Silent where a digest or fingerprint is looked at.
 */
export function unprovenAuthorities(stage: Stage, source: Source): readonly UnprovenAuthority[] {
  const all = lineageOf(stage).flatMap((owner) => {
    const variables = owner.variables;
    return owner.instructions
      .filter(({ onbuild, keyword }) => !onbuild && (keyword === 'ADD' || keyword === 'RUN'))
      .map((instruction) => ({ instruction, variables, folder: owner.folder ?? '/' }));
  });
  return all
    .flatMap((one, index) => {
      if (one.instruction.keyword === 'ADD') return added(one.instruction, one.variables, source);
      const { script } = one.instruction;
      // The text is looked at first: few steps fetch anything in such a way.
      if (!script || !fetches.test(script.text) || proves.test(script.text)) return [];
      const later = all.slice(index + 1, index + 1 + mostLater).flatMap(({ instruction }) => instruction.script ?? []);
      return fetchedBy(script, later, one.folder, one.variables);
    })
    .slice(0, mostFound);
}

/** Steps behind one that fetches which are looked through for what becomes of the file. */
const mostLater = 100;
const mostFound = 20;
const mostCommands = 300;

const fetches = /s_client|http:|\s-\w*k|--insecure|--no-check-certificate/i;

/** What shows that somebody compares: digests, fingerprints, signatures. */
const proves =
  /sha(?:1|224|256|384|512)|shasum|b2sum|md5sum|-fingerprint|\bgpgv?\b|cosign|minisign|openssl verify|verify_return_error/;

const isTrusted = (place: string): boolean =>
  [...ownFolders, ...bundleFolders].some((folder) => isWithin(place, folder)) || /\/cacerts$/.test(place);

function added(
  { words, flags }: DockerfileInstruction,
  variables: Variables,
  source: Source,
): readonly UnprovenAuthority[] {
  const to = join('/', expand(words.at(-1)?.value ?? '', variables));
  if (!isTrusted(to) || flags.some(({ name }) => name === 'checksum')) return [];
  return words.slice(0, -1).flatMap(({ value, range }) => {
    if (!isPlain(expand(value, variables))) return [];
    return [{ authority: { how: 'plaintext', what: value }, span: spanOf(source, range.start, range.end) } as const];
  });
}

const isPlain = (url: string): boolean =>
  /^http:\/\//i.test(url) && !/^http:\/\/(?:localhost|127\.|\[::1\]|host\.docker\.internal|0\.0\.0\.0)/i.test(url);

function fetchedBy(
  script: Source,
  later: readonly Source[],
  start: string,
  variables: Variables,
): readonly UnprovenAuthority[] {
  const commands = parseShell(script).slice(0, mostCommands);
  let behind: readonly ShellCommand[] | undefined;
  let folder: string | undefined = start;
  return commands.flatMap((command, index) => {
    const values = command.words.map((word) => knownWord(word, variables));
    if (values[0] === 'cd') {
      folder = values[1] === undefined || folder === undefined ? undefined : join(folder, values[1]);
      return [];
    }
    const how = fetching(command, values);
    if (!how) return [];
    const rest = pipelineBehind(command);
    const places = [
      ...writtenBy(command, values, folder, variables),
      ...[...rest.matchAll(/(?:-out\s+|>>?\s*|\btee\s+(?:-a\s+)?)["']?(\/?[\w./${}-]+)/g)].flatMap(([, path = '']) =>
        path === '/dev/null' ? [] : [join(folder ?? '/', expand(path, variables))],
      ),
      ...remoteName(values, folder),
    ];
    const names = places.map(nameOf).filter((name) => name !== '');
    if (later.some(({ text }) => proves.test(text) && names.some((name) => text.includes(name)))) return [];
    behind ??= later.flatMap((one) => parseShell(one)).slice(0, mostCommands);
    const following = [...commands.slice(index + 1), ...behind];
    const trusted =
      places.some(isTrusted) ||
      (/\|[^|]*\bkeytool\b/.test(rest) && /-import/.test(rest)) ||
      names.some((name) => following.some((one) => makesTrusted(one, name, variables)));
    if (!trusted) return [];
    const first = command.words[0]?.range.start ?? 0;
    const span = spanOf(command.source, first, command.words.at(-1)?.range.end ?? first);
    return [{ authority: how, span }];
  });
}

/** How a command fetches without a proof; `undefined` for one that does not. */
function fetching({ words }: ShellCommand, all: readonly (string | undefined)[]): Unproven | undefined {
  const skipped = /^(?:sudo|exec|env|timeout)$/.test(all[0] ?? '') ? 1 : 0;
  const values = all.slice(skipped).filter((value, index) => skipped === 0 || index > 0 || !/^\d+$/.test(value ?? ''));
  const program = nameOf(values[0] ?? '');
  if (program === 'openssl' && values[1] === 's_client') {
    const at = values.findIndex((value) => value === '-connect' || value === '-host');
    const raw = words[at + skipped + 1]?.raw.replace(/["']/g, '');
    const target = at < 0 ? undefined : (values[at + 1] ?? raw);
    if (target === undefined || /^(?:localhost|127\.|\[?::1)/.test(target)) return undefined;
    return { how: 'first-use', what: `openssl s_client -connect ${target}` };
  }
  if (program !== 'curl' && program !== 'wget') return undefined;
  const plain = words.map(({ raw, value }) => value ?? raw.replace(/["']/g, '')).find(isPlain);
  if (plain !== undefined) return { how: 'plaintext', what: plain };
  const off =
    program === 'curl'
      ? values.some((value) => value !== undefined && (value === '--insecure' || /^-[a-zA-Z]*k/.test(value)))
      : values.includes('--no-check-certificate');
  const url = words
    .map(({ raw, value }) => value ?? raw.replace(/["']/g, ''))
    .find((word) => /^(?:https:|\$)/i.test(word));
  return off && url !== undefined ? { how: 'unverified', what: url } : undefined;
}

/** `curl -O`, and wget without `-O`: the file is called as in the address. */
function remoteName(values: readonly (string | undefined)[], folder: string | undefined): readonly string[] {
  const named = values.some(
    (value) => value !== undefined && /^(?:-[a-zA-Z]*o|--output|-O|--output-document)$/.test(value),
  );
  const remote = values.some((value) => value !== undefined && /^(?:-[a-zA-Z]*O[a-zA-Z]*|--remote-name)$/.test(value));
  const program = values[0];
  const url = values.find((value) => value !== undefined && /^https?:/i.test(value));
  if (url === undefined || !(program === 'wget' ? !named : remote)) return [];
  const at = values.findIndex((value) => value === '-P' || value === '--directory-prefix');
  return [join((at < 0 ? folder : values[at + 1]) ?? '/', nameOf(url))];
}

/** What reads a command's output, as text, up to the end of its list's entry. */
function pipelineBehind({ words, source }: ShellCommand): string {
  const end = words.at(-1)?.range.end ?? 0;
  return /^(?:>&\d?|\|(?!\|)|[^;&\n|])*/.exec(source.text.slice(end, end + 2000))?.[0] ?? '';
}

/** Whether a later command lays the file where it is trusted, or puts it into a store. */
function makesTrusted(command: ShellCommand, name: string, variables: Variables): boolean {
  if (!command.words.some(({ raw }) => raw.includes(name))) return false;
  const values = command.words.map((word) => knownWord(word, variables));
  const program = nameOf(values.find((value) => value !== 'sudo') ?? '');
  if (program === 'keytool') return values.some((value) => value !== undefined && /^-import(?:cert)?$/.test(value));
  if (program === 'trust') return values.includes('anchor');
  if (!/^(?:cp|mv|install|ln|cat|tee|openssl)$/.test(program)) return false;
  return writtenBy(command, values, '/', variables).some(isTrusted);
}
