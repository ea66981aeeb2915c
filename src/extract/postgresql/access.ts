import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Source } from '../../core/source.ts';
import type { Extraction } from '../../core/technology.ts';
import { holdsTemplate, linesOf } from '../../formats/key-values.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';

/**
 * pg_hba.conf: `TYPE DATABASE USER ADDRESS [MASK] METHOD [OPTIONS]`. `hostssl` asks for TLS, `hostnossl` refuses it, `host`
 * leaves it to the client and says nothing here. `local` is a unix socket.
 */
export function readAccess(source: Source): Extraction {
  const records = [...linesOf(source.text)].map(({ text, start }) => wordsOf(source, text, start));
  return { facts: records.flatMap((words) => listenerOf(words) ?? []), diagnostics: [] };
}

function listenerOf(words: readonly Word[]): Fact<Listener> | undefined {
  const [type, , , address] = words;
  if (!type || !address || !/^host(?:no)?ssl$/i.test(type.text)) return undefined;
  if (words.some(({ text }) => text === 'reject')) return undefined;
  const loopback = /^(?:127\.|::1|localhost$|samehost$)/i.test(address.text) || reachOf(address.text) === 'internal';
  return buildFact<Listener>(
    {
      technology: 'postgresql',
      subject: words
        .slice(0, 4)
        .map(({ text }) => text)
        .join(' '),
      self: spanOfWord(type),
    },
    { kind: 'listener', application: 'other', exposure: loopback ? 'internal' : 'external' },
    { tls: written(!/^hostnossl$/i.test(type.text), spanOfWord(type)), clientAuth: clientAuthOf(words) },
  );
}

/** Method `cert`, or `clientcert=verify-ca|verify-full` (`1` before 12) with another method. */
function clientAuthOf(words: readonly Word[]): Field<NonNullable<Listener['clientAuth']>> | undefined {
  const option = words.slice(4).find(({ text }) => /^(?:cert$|clientcert=)/.test(text));
  if (!option) return undefined;
  if (option.unknown) return unknown;
  return written({ mode: /=(?:0|no-verify)$/.test(option.text) ? 'none' : 'required' }, spanOfWord(option));
}

/** Words between blanks, in double quotes where need be; `#` begins a comment. */
const wordsOf = (source: Source, line: string, start: number): readonly Word[] =>
  [...line.replace(/(?:^|\s)#.*$/, '').matchAll(/"([^"]*)"|\S+/g)].map(({ 0: whole, 1: inside, index }): Word => {
    const text = inside ?? whole;
    const from = start + index + (inside === undefined ? 0 : 1);
    return { text, source, range: { start: from, end: from + text.length }, unknown: holdsTemplate(text) };
  });
