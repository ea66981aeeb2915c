import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spanOf } from '../../src/core/source.ts';
import { parseDockerfile } from '../../src/formats/dockerfile.ts';

const parse = (text: string, path = 'Dockerfile') => parseDockerfile({ path, text });
const only = (text: string) => {
  const instruction = parse(text).instructions.at(-1);
  if (!instruction) throw new Error('no instruction');
  return instruction;
};
const values = (text: string) => only(text).words.map(({ value }) => value);

describe('words', () => {
  test('flags, words and their places', () => {
    const text = 'FROM --platform=$BUILDPLATFORM golang:1.25 AS build\n';
    const { keyword, flags, words, range } = only(text);
    expect(keyword).toBe('FROM');
    expect(flags).toEqual([{ name: 'platform', value: '$BUILDPLATFORM', range: { start: 5, end: 30 } }]);
    expect(words).toEqual([
      { value: 'golang:1.25', range: { start: 31, end: 42 } },
      { value: 'AS', range: { start: 43, end: 45 } },
      { value: 'build', range: { start: 46, end: 51 } },
    ]);
    expect(text.slice(range.start, range.end)).toBe('FROM --platform=$BUILDPLATFORM golang:1.25 AS build');
  });
  test('keywords ignore case', () => expect(only('FROM a\nrun b').keyword).toBe('RUN'));
  test('the exec form is decoded', () => {
    const { words, exec } = only('FROM a\nCMD ["/bin/x", "say \\"hi\\"", "a b"]');
    expect(exec).toBe(true);
    expect(words.map(({ value }) => value)).toEqual(['/bin/x', 'say "hi"', 'a b']);
    expect(words[2]?.range).toEqual({ start: 37, end: 40 });
  });
  test('what is no valid JSON is shell form', () => expect(only("FROM a\nCMD ['x', 'y']").exec).toBe(false));
  test('a copy with blanks in its names', () =>
    expect(values('FROM a\nCOPY --from=b --chown=1:1 ["a b", "/x/"]')).toEqual(['a b', '/x/']));
  test('quotes keep blanks and come off', () => expect(values('FROM a\nLABEL a="b c"')).toEqual(['a=b c']));
  test('a template expression stays one word', () =>
    expect(values('FROM {{ base | default("x y") }}:{{ tag }} AS b')[0]).toBe('{{ base | default(x y) }}:{{ tag }}'));
});

describe('pairs', () => {
  const pairs = (text: string) => only(text).pairs.map(({ name, value }) => [name.value, value?.value]);
  test('several', () =>
    expect(pairs('FROM a\nENV A=1 B="two words" C=')).toEqual([
      ['A', '1'],
      ['B', 'two words'],
      ['C', ''],
    ]));
  test('the old form', () => expect(pairs('FROM a\nENV A the rest of it')).toEqual([['A', 'the rest of it']]));
  test('an argument without a default', () =>
    expect(pairs('ARG A B=1')).toEqual([
      ['A', undefined],
      ['B', '1'],
    ]));
  test('places', () => {
    const text = 'FROM a\nENV A=1 \\\n  B="x"';
    const [, second] = only(text).pairs;
    expect(text.slice(second?.value?.range.start, second?.value?.range.end)).toBe('"x"');
  });
});

describe('scripts', () => {
  test('continuations, and comments between them, are left out', () => {
    const text = 'FROM a\nRUN apt-get update \\\n  # a comment \\\n\n  && apt-get install -y curl\nUSER x';
    const script = parse(text).instructions[1]?.script;
    expect(script?.text).toBe('apt-get update   && apt-get install -y curl');
    const at = script?.text.indexOf('curl') ?? 0;
    const span = script && spanOf(script, at, at + 4);
    expect(text.slice(span?.start, span?.end)).toBe('curl');
  });
  test('a here-document is the script', () => {
    const text = 'FROM a\r\nRUN <<EOF\r\nset -e\r\ncurl x\r\nEOF\r\nRUN y';
    const [, run, next] = parse(text).instructions;
    expect(run?.script?.text).toBe('set -e\ncurl x\n');
    expect(run?.script && spanOf(run.script, 7, 11)).toEqual({ file: 'Dockerfile', start: 27, end: 31 });
    expect(next?.script?.text).toBe('y');
  });
  test('one that a command reads stays beside it', () =>
    expect(only('FROM a\nRUN cat <<EOF > /x \\\n && y\nhi\nEOF').script?.text).toBe('cat <<EOF > /x  && y\nhi\nEOF'));
  test('one with a descriptor', () => {
    const { instructions, diagnostics } = parse('FROM a\nRUN 3<<EOF cat\nFOO\nEOF\nRUN b');
    expect(instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'RUN', 'RUN']);
    expect(diagnostics).toEqual([]);
  });
  test('none inside quotes', () =>
    expect(parse('FROM a\nRUN sh -c "cat <<EOF"\nRUN b').instructions.map(({ script }) => script?.text)).toEqual([
      undefined,
      'sh -c "cat <<EOF"',
      'b',
    ]));
  test('tabs are stripped for <<-', () => expect(only('FROM a\nRUN <<-"EOF"\n\tx\n\tEOF').script?.text).toBe('x\n'));
  test('a here-document for another interpreter is no shell script', () =>
    expect(only('FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nprint()\nEOF').script).toBeUndefined());
  test('sh -c in exec form', () =>
    expect(only('FROM a\nCMD ["sh", "-c", "echo \\"a\\" && b"]').script?.text).toBe('echo "a" && b'));
  test('the command of a health check', () =>
    expect(only('FROM a\nHEALTHCHECK --interval=3s CMD curl -k https://x').script?.text).toBe('curl -k https://x'));
  test('PowerShell is not read', () =>
    expect(only('FROM a\nSHELL ["powershell", "-c"]\nRUN x').script).toBeUndefined());
  test('the escape directive', () => {
    const { instructions } = parse('# escape=`\nFROM a\nRUN b `\n  c\\\nRUN d');
    expect(instructions.map(({ script }) => script?.text)).toEqual([undefined, 'b   c\\', 'd']);
  });
});

test('here-documents of COPY', () => {
  const { heredocs, words } = only('FROM a\nCOPY <<A <<"B" /x/\n1\nA\n2\nB\n');
  expect(heredocs.map(({ name, content }) => [name, content.text])).toEqual([
    ['A', '1\n'],
    ['B', '2\n'],
  ]);
  expect(words.at(-1)?.value).toBe('/x/');
});

test('a trigger is an instruction of its own', () => {
  const trigger = only('FROM a\nONBUILD COPY x /y');
  expect([trigger.keyword, trigger.onbuild, trigger.words.map(({ value }) => value)]).toEqual([
    'COPY',
    true,
    ['x', '/y'],
  ]);
});

test('a byte order mark', () => expect(only('\uFEFFFROM a').keywordRange).toEqual({ start: 1, end: 5 }));

describe('diagnostics', () => {
  const said = (text: string, path?: string) =>
    parse(text, path).diagnostics.map(({ message, span }) => [text.slice(span.start, span.end), message]);
  test('an unknown instruction', () =>
    expect(said('FROM a\nFOO x')).toEqual([['FOO', '`FOO` is not a Dockerfile instruction']]));
  test('instructions that lack something', () => {
    expect(said('FROM a\nRUN')).toEqual([['RUN', 'RUN says nothing']]);
    expect(said('FROM a\nCOPY x')).toEqual([['COPY', 'COPY needs a source and a destination']]);
    expect(said('FROM a b')).toEqual([['FROM', 'FROM takes one image, and may name its stage: `FROM image AS name`']]);
  });
  test('an open here-document', () =>
    expect(said('FROM a\nRUN <<EOF\nx')).toEqual([['<<EOF', 'this here-document has no line `EOF` that ends it']]));
  test('a file without FROM', () =>
    expect(said('hello world\nsecond line')).toEqual([
      ['hello', 'this is not a Dockerfile that can be built: it has no FROM instruction'],
    ]));
  test('an empty list of arguments is fine', () => expect(said('FROM a\nCMD []')).toEqual([]));
  test('a template is tolerated', () => {
    expect(said('{% if x %}\nFROM {{ a }}\n{% endif %}\nINCLUDE+ x')).toEqual([]);
    expect(said('FROM a\nCERTS', 'Dockerfile.tmpl')).toEqual([]);
  });
});

test('parsed once', () => {
  const source = { path: 'Dockerfile', text: 'FROM a' };
  expect(parseDockerfile(source)).toBe(parseDockerfile(source));
});

describe('any text', () => {
  const piece = fc.constantFrom(
    'FROM a',
    'RUN x',
    'COPY <<E /x',
    'RUN <<-E',
    'E',
    '\n',
    '\r\n',
    '\\\n',
    '\\ \n',
    '# c',
    '# escape=`\n',
    ' ',
    '\t',
    '"',
    "'",
    '[',
    ']',
    '{{',
    '}}',
    'ENV A=',
    '$',
    '`',
    'ONBUILD ',
    '3<<',
    '\u0000',
    '😀',
    'HEALTHCHECK CMD ',
    '["a", "\\u00e9"]',
    '--from=',
    '=',
    '\uFEFF',
  ); // prettier-ignore
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
  );
  test('never throws, and ranges lie in the text in order', () => {
    fc.assert(
      fc.property(text, (input) => {
        const { instructions } = parse(input);
        let last = 0;
        for (const { range, keyword, keywordRange, words, onbuild, exec, script } of instructions) {
          expect(range.start).toBeGreaterThanOrEqual(last);
          last = range.end;
          const head = input.slice(keywordRange.start, keywordRange.end).replace(/[\\`][ \t]*\r?\n[ \t]*/g, '');
          if (!onbuild && /^\w+$/.test(head)) expect(head.toUpperCase()).toBe(keyword);
          for (const word of words) {
            expect(word.range.start).toBeGreaterThanOrEqual(range.start);
            expect(word.range.end).toBeLessThanOrEqual(range.end);
            if (!exec && /^\w+$/.test(word.value))
              expect(input.slice(word.range.start, word.range.end)).toContain(word.value.charAt(0));
          }
          if (script) {
            const { start, end } = spanOf(script, 0, script.text.length);
            expect(start).toBeGreaterThanOrEqual(range.start);
            expect(end).toBeLessThanOrEqual(range.end);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
