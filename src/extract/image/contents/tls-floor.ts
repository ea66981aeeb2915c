import type { Source, Span } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import type { ShellCommand, ShellWord } from '../../../formats/shell.ts';
import { parseShell } from '../../../formats/shell.ts';
import { heredocsWritten } from '../../dialects/verification-files.ts';
import { lineageOf, rootOf } from '../walk/lineage.ts';
import type { Stage } from '../walk/stages.ts';
import { nameOf } from '../walk/trust-files.ts';

/** One way in which the floor of TLS is lowered, and where. */
export interface Lowered {
  readonly how: string;
  readonly span: Span;
}

/**
 * What an image's steps do to the lowest protocol version and key strength that its TLS libraries accept.
 * Sources: OpenSSL, config(5) and SSL_CONF_cmd(3), MinProtocol, CipherString and Options; SSL_CTX_set_security_level(3);
 * update-crypto-policies(8); java.security, jdk.tls.disabledAlgorithms.
 */
export function loweredFloor(stage: Stage, file: Source): readonly Lowered[] {
  const base = rootOf(stage);
  const found = lineageOf(stage).flatMap(({ instructions }) =>
    instructions.flatMap((instruction) => {
      if (instruction.onbuild) return [];
      switch (instruction.keyword) {
        case 'RUN':
          return instruction.script ? byScript(instruction.script) : [];
        case 'COPY':
          return byHeredoc(instruction);
        case 'ENV':
          return hasOwnFloor(base) ? byVariable(instruction, file) : [];
        default:
          return [];
      }
    }),
  );
  // `sed` on both places of the same file says one thing twice.
  return found.filter(({ how }, index) => found.findIndex((other) => other.how === how) === index);
}

/**
 * Bases whose own file raises the floor above that of the library: Debian 10 and 11 (MinProtocol and CipherString in
 * openssl.cnf) and the family of Red Hat (crypto-policies). In Debian 12 the library is built with it: there, an empty
 * configuration changes nothing (tried with OpenSSL 3.0.19).
 */
const hasOwnFloor = ({ base, root }: Stage): boolean =>
  /buster|bullseye|^debian:1[01]\b/.test(base) || /dnf|yum/.test(root.packageManager ?? '');

function byVariable({ pairs }: DockerfileInstruction, file: Source): readonly Lowered[] {
  return pairs.flatMap(({ name, value }) => {
    if (name.value !== 'OPENSSL_CONF' || !value || !/^(?:\/dev\/null|\/etc\/ssl\/?|\/)$/.test(value.value)) return [];
    return [{ how: `OPENSSL_CONF=${value.value}`, span: spanOf(file, name.range.start, value.range.end) }];
  });
}

/** Settings that accept what the library's own default refuses: OpenSSL 3 has TLS 1.2 and security level 1 or 2. */
const lowerings =
  /MinProtocol\s*=\s*(?:None|SSLv3|TLSv1(?:\.[01])?)(?![\w.])|(?:DEFAULT|ALL)?:?@SECLEVEL=[01](?!\d)|SECLEVEL=[01](?!\d)|UnsafeLegacyRenegotiation|UnsafeLegacyServerConnect/i;

const isConfiguration = (text: string): boolean => /openssl[\w.-]*\.cnf|opensslcnf|crypto-polic/i.test(text);

function byHeredoc({ words, heredocs }: DockerfileInstruction): readonly Lowered[] {
  if (!isConfiguration(words.at(-1)?.value ?? '')) return [];
  return heredocs.flatMap(({ content }) => loweringIn(content.text, content, 0));
}

function byScript(script: Source): readonly Lowered[] {
  const writesConfiguration = /(?:>>?|\btee\b(?:\s+-\w+)*)\s*["']?\S*openssl[\w.-]*\.cnf/i.test(script.text);
  const writesPolicy = />\s*["']?\/etc\/crypto-policies\/config/.test(script.text);
  const byHeredocs = heredocsWritten(script).flatMap(({ path, text, start }) =>
    isConfiguration(path) ? loweringIn(text, script, start) : [],
  );
  const byCommands = parseShell(script).flatMap((command): readonly Lowered[] => {
    const [program, ...rest] = command.words;
    switch (nameOf(program?.value ?? '')) {
      case 'sed':
        if (rest.some(({ raw }) => /java\.security/.test(raw)))
          return rest.flatMap((word) => byJavaEdit(word, command));
        if (isPutBack(command, script.text)) return [];
        return rest.some(({ raw }) => isConfiguration(raw) || /\$\{?\w*(?:OPENSSL|SSL)\w*(?:CNF|CONF)/i.test(raw))
          ? rest.flatMap((word) => byEdit(word, command))
          : [];
      case 'echo':
      case 'printf':
      case 'cat':
      case 'tee':
        return writesConfiguration
          ? inWords(command)
          : writesPolicy
            ? rest.flatMap((word) => byPolicy(word, command))
            : [];
      case 'update-crypto-policies':
        return rest.flatMap((word) => byPolicy(word, command));
      default:
        return [];
    }
  });
  return [...byCommands, ...byHeredocs];
}

/** `sed -i.bak … file`, and later `mv file.bak file`: for the steps between. */
function isPutBack({ words }: ShellCommand, script: string): boolean {
  const suffix = words.flatMap(({ value }) => /^(?:-i|--in-place=)(\.?[\w.]+)$/.exec(value ?? '')?.[1] ?? [])[0];
  const path = words.at(-1)?.value;
  return suffix !== undefined && path !== undefined && script.includes(`${path}${suffix} ${path}`);
}

/** What a sed expression puts in: the second half of `s/a/b/`, the text of `a`, `i` and `c`. */
function byEdit(word: ShellCommand['words'][number], { source }: ShellCommand): readonly Lowered[] {
  const text = word.value ?? word.raw.replace(/^["']|["']$/g, '');
  const inserted: string[] = [];
  for (const match of text.matchAll(
    /(?:^|[;\s{}/\d$])s([/|#,!@~:])((?:\\.|(?!\1)[^\\\n])*)\1((?:\\.|(?!\1)[^\\\n])*)\1/g,
  ))
    inserted.push(replaced(match[2] ?? '', match[3] ?? ''));
  if (inserted.length === 0)
    inserted.push(...(/(?:^|\s|[/\d$])[aic](?:\\\s*|\s+)?([\s\S]*)$/.exec(text)?.slice(1) ?? []));
  const found = inserted.flatMap((one) => (lowerings.exec(one) ?? []).slice(0, 1));
  // `s/\(MinProtocol *= *\).*/\1TLSv1/` names the setting on its first side.
  const kept =
    /MinProtocol/.test(text) && inserted.some((one) => /\\1\s*(?:None|SSLv3|TLSv1(?:\.[01])?)(?![\w.])/.test(one));
  const gone =
    /(?:MinProtocol|CipherString)[^;]{0,200}\/d\b/.test(text) ||
    (/MinProtocol|CipherString/.test(text) && inserted.some((one) => /^#/.test(one)));
  const [how] = [...found, ...(kept ? ['MinProtocol below TLSv1.2'] : gone ? ['no MinProtocol or CipherString'] : [])];
  return how === undefined ? [] : [{ how, span: spanOf(source, word.range.start, word.range.end) }];
}

/** The second half of a substitution; of a version alone, as a setting: `s/TLSv1.2/TLSv1/` edits MinProtocol. */
function replaced(from: string, to: string): string {
  const plain = to.replace(/\\([.=@])/g, '$1');
  const versions = /^\W*TLSv1\\?\.[23]\W*$/.test(from) && /^\W*(?:TLSv1(?:\.[01])?|SSLv3|None)\W*$/.test(plain);
  return versions ? `MinProtocol = ${plain.trim()}` : plain;
}

function inWords({ words, source }: ShellCommand): readonly Lowered[] {
  return words.flatMap(({ raw, range }) => {
    const [how] = lowerings.exec(raw) ?? [];
    return how === undefined ? [] : [{ how, span: spanOf(source, range.start, range.end) }];
  });
}

function loweringIn(text: string, source: Source, start: number): readonly Lowered[] {
  const found = lowerings.exec(text);
  if (!found) return [];
  return [{ how: found[0], span: spanOf(source, start + found.index, start + found.index + found[0].length) }];
}

/** `LEGACY`, and a policy that takes SHA-1 signatures back in. Source: update-crypto-policies(8), crypto-policies(7). */
function byPolicy({ value, range }: ShellWord, { source }: ShellCommand): readonly Lowered[] {
  if (!/^(?:LEGACY(?::[\w:-]+)?|[A-Z]+(?::[\w-]+)*:SHA1(?::[\w-]+)*)$/.test(value ?? '')) return [];
  return [{ how: value ?? '', span: spanOf(source, range.start, range.end) }];
}

/** An edit of `java.security` that takes TLS 1.0 off the list of what is disabled, or the list away. */
function byJavaEdit(word: ShellWord, { source }: ShellCommand): readonly Lowered[] {
  const text = word.value ?? word.raw.replace(/^["']|["']$/g, '');
  const removed = /jdk\\?\.tls\\?\.disabledAlgorithms[^;]{0,200}\/d\b/.test(text);
  const [, , from = '', to = ''] =
    /(?:^|[;\s{}/\d$])s([/|#,!@~:])((?:\\.|(?!\1)[^\\\n])*)\1((?:\\.|(?!\1)[^\\\n])*)\1/.exec(text) ?? [];
  const names = /disabledAlgorithms/.test(from) && !/certpath|jar/.test(from);
  // What the pattern does not match stays on the line.
  const whole = names && /\.\*\$?$/.test(from) && !/\\[1-9]|&/.test(to);
  const gone = (version: RegExp): boolean => (whole || version.test(from)) && !version.test(to);
  const dropped = gone(/TLSv1(?!\\?\.)/) || gone(/TLSv1\\?\.1/);
  const commented = names && /^\\?#/.test(to);
  if (!removed && !dropped && !commented) return [];
  return [{ how: 'jdk.tls.disabledAlgorithms without TLSv1', span: spanOf(source, word.range.start, word.range.end) }];
}
