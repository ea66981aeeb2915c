import type { Source, Span } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import type { DockerfileInstruction } from '../../formats/dockerfile.ts';
import type { ShellCommand } from '../../formats/shell.ts';
import { parseShell } from '../../formats/shell.ts';
import { chainOf } from './image-keys.ts';
import type { Stage } from './stages.ts';
import { nameOf } from './trust-files.ts';

/** One way in which the floor of TLS is lowered, and where. */
export interface Lowered {
  readonly how: string;
  readonly span: Span;
}

/**
 * What an image's steps do to the lowest protocol version and key strength that its TLS libraries accept.
 * Sources: OpenSSL, config(5) and SSL_CONF_cmd(3), MinProtocol, CipherString and Options; SSL_CTX_set_security_level(3);
 * update-crypto-policies(8).
 */
export function loweredFloor(stage: Stage): readonly Lowered[] {
  const found = chainOf(stage).flatMap(({ instructions }) =>
    instructions.flatMap((instruction) => {
      if (instruction.onbuild) return [];
      if (instruction.keyword === 'RUN' && instruction.script) return byScript(instruction.script);
      if (instruction.keyword === 'COPY') return byHeredoc(instruction);
      return [];
    }),
  );
  // `sed` on both places of the same file says one thing twice.
  return found.filter(({ how }, index) => found.findIndex((other) => other.how === how) === index);
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
  return parseShell(script).flatMap((command) => {
    const [program, ...rest] = command.words;
    switch (nameOf(program?.value ?? '')) {
      case 'sed':
        return rest.some(({ raw }) => isConfiguration(raw) || /\$\{?\w*(?:OPENSSL|SSL)\w*(?:CNF|CONF)/i.test(raw))
          ? rest.flatMap((word) => byEdit(word, command))
          : [];
      case 'echo':
      case 'printf':
      case 'cat':
      case 'tee':
        return writesConfiguration ? inWords(command) : [];
      case 'update-crypto-policies':
        return rest.some(({ value }) => /^LEGACY(?::|$)/.test(value ?? '')) ? [whole(command, 'LEGACY')] : [];
      default:
        return [];
    }
  });
}

/** What a sed expression puts in: the second half of `s/a/b/`, the text of `a`, `i` and `c`. */
function byEdit(word: ShellCommand['words'][number], { source }: ShellCommand): readonly Lowered[] {
  const text = word.value ?? word.raw.replace(/^["']|["']$/g, '');
  const inserted: string[] = [];
  for (const match of text.matchAll(
    /(?:^|[;\s{}/\d$])s([/|#,!@~:])((?:\\.|(?!\1)[^\\\n])*)\1((?:\\.|(?!\1)[^\\\n])*)\1/g,
  ))
    inserted.push((match[3] ?? '').replace(/\\([.=@])/g, '$1'));
  if (inserted.length === 0)
    inserted.push(...(/(?:^|\s|[/\d$])[aic](?:\\\s*|\s+)?([\s\S]*)$/.exec(text)?.slice(1) ?? []));
  const found = inserted.flatMap((one) => (lowerings.exec(one) ?? []).slice(0, 1));
  // `s/\(MinProtocol *= *\).*/\1TLSv1/` names the setting on its first side.
  const kept =
    /MinProtocol/.test(text) && inserted.some((one) => /\\1\s*(?:None|SSLv3|TLSv1(?:\.[01])?)(?![\w.])/.test(one));
  const [how] = [...found, ...(kept ? ['MinProtocol below TLSv1.2'] : [])];
  return how === undefined ? [] : [{ how, span: spanOf(source, word.range.start, word.range.end) }];
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

function whole({ words, source }: ShellCommand, how: string): Lowered {
  const start = words[0]?.range.start ?? 0;
  return { how, span: spanOf(source, start, words.at(-1)?.range.end ?? start) };
}
