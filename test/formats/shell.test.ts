import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Source, spanOf } from '../../src/core/source.ts';
import { parseShell, type ShellCommand } from '../../src/formats/shell.ts';

const source = (text: string): Source => ({ path: 'run.sh', text });
const commandsIn = (text: string): readonly ShellCommand[] => parseShell(source(text));

/** The commands as lists of values; `?` and the text as written where the value is unknown. */
const read = (text: string): readonly (readonly string[])[] =>
  commandsIn(text)
    .filter(({ words }) => words.length > 0)
    .map(({ words }) => words.map(({ value, raw }) => value ?? `?${raw}`));

/** What each word of a command looks like in the file. */
const written = (text: string): readonly (readonly string[])[] =>
  commandsIn(text).map(({ words, source: inner }) =>
    words.map(({ range }) => {
      const { start, end } = spanOf(inner, range.start, range.end);
      return text.slice(start, end);
    }),
  );

describe('words', () => {
  test.each([
    ['quotes come off', `curl 'a b' "c d" e\\ f`, ['curl', 'a b', 'c d', 'e f']],
    ['quotes inside a word join it', `--data='x'"y"z`, ['--data=xyz']],
    ['double quotes keep other backslashes', String.raw`echo "a\n\$b\"c"`, ['echo', String.raw`a\n$b"c`]],
    ["$'…' knows escapes", String.raw`echo $'a\tb\'c'`, ['echo', "a\tb'c"]],
    ['an empty word is a word', `curl ''`, ['curl', '']],
    ['a line goes on after a backslash', 'curl \\\n  -k \\\r\n  x', ['curl', '-k', 'x']],
    ['a hash inside a word is no comment', 'curl x#k # curl -k', ['curl', 'x#k']],
    ['an expansion makes the word unknown', 'curl "https://$HOST/x"', ['curl', '?"https://$HOST/x"']],
    ['redirections are no words', 'curl -k x > out 2>&1 < in 3>>log &>all', ['curl', '-k', 'x']],
    ['a here-string is no word', 'cat <<< "curl -k"', ['cat']],
    ['a group in a pattern stays in its word', 'ls @(a|b)', ['ls', '?@(a|b)']],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toEqual([expected]);
  });

  test('a quote that is never closed leaves the rest unknown', () => {
    expect(read('wget a\necho "curl -k\nwget b')).toEqual([
      ['wget', 'a'],
      ['echo', '?"curl -k\nwget b'],
    ]);
  });
});

describe('commands', () => {
  test.each([
    ['lists and pipelines', 'a && b || c; d | e & f', [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]],
    ['if', 'if a; then b; elif ! c; then d; else e; fi', [['a'], ['b'], ['c'], ['d'], ['e']]],
    ['loops', 'for i in x y; do a; done; while b; do c; done', [['a'], ['b'], ['c']]],
    [
      'case, whose patterns are no commands',
      'case "$1" in x|y) a;; (z) b ;; *) c; esac; d',
      [['a'], ['b'], ['c'], ['d']],
    ],
    ['functions', 'f() { a; }; function g { b; }; f x', [['a'], ['b'], ['f', 'x']]],
    ['subshells and groups', '(a; (b)) && { c; }', [['a'], ['b'], ['c']]],
    ['tests', '[[ -n $a && b < c ]] && d; [ -f e ]', [['d'], ['[', '-f', 'e', ']']]],
    ['arithmetic', '(( a > 1 )) && b; c=$(( 1 + (2) )) d', [['b'], ['d']]],
    ['comments', '# curl -k\na # b\n  # c\nd', [['a'], ['d']]],
    [
      'substitutions after the command they stand in',
      'a $(b "$(c)") `d`',
      [['a', '?$(b "$(c)")', '?`d`'], ['b', '?"$(c)"'], ['c'], ['d']],
    ],
    ['process substitutions', 'a <(b) >(c)', [['a', '?<(b)', '?>(c)'], ['b'], ['c']]],
    ['substitutions in a default', 'a "${X:-$(b)}"', [['a', '?"${X:-$(b)}"'], ['b']]],
    ['arrays', 'a=(1 $(b)) c', [['c'], ['b']]],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    [
      'a template action that holds parentheses',
      'echo {{ a (b "c") }}\ncurl -k',
      [
        ['echo', '{{', 'a', 'b', 'c', '}}'],
        ['curl', '-k'],
      ],
    ],
    ['closers of nothing', 'a; ) b; }\nfi; c', [['a'], ['b'], ['c']]],
    ['operators without commands', 'a && && b\n| c; ; d', [['a'], ['b'], ['c'], ['d']]],
    ['compounds that never end', 'if a; then (b; while c; do d', [['a'], ['b'], ['c'], ['d']]],
  ])('a broken script is read on: %s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('in arithmetic', () => {
    expect(read('a=$(( $(b) - $(c) )); (( $(d) ))')).toEqual([['b'], ['c'], ['d']]);
  });

  test('assignments stand before the words', () => {
    const [command] = commandsIn('A=1 B="$x" env C=2');
    expect(command?.assignments.map(({ name, value }) => [name, value.value, value.raw])).toEqual([
      ['A', '1', '1'],
      ['B', undefined, '"$x"'],
    ]);
    expect(command?.words.map(({ value }) => value)).toEqual(['env', 'C=2']);
  });

  test('the consumer of its output is told', () => {
    const consumers = (text: string) => commandsIn(text).map(({ consumer }) => consumer?.map(({ value }) => value));
    expect(consumers('curl x | sudo bash -s')).toEqual([['sudo', 'bash', '-s'], undefined]);
    expect(consumers('bash <(curl x)')).toEqual([undefined, ['bash', undefined]]);
    expect(consumers('echo $(curl x)')).toEqual([undefined, undefined]);
    expect(consumers('{ curl x; } | (sh)')).toEqual([['sh'], undefined]);
  });
});

describe('here-documents', () => {
  test('their lines are no commands, what they substitute is', () => {
    expect(read('cat <<EOF > f\ncurl -k $(a)\nEOF\nb')).toEqual([['cat'], ['a'], ['b']]);
    expect(read("cat <<'EOF'\n$(a)\nEOF\nb")).toEqual([['cat'], ['b']]);
    expect(read('cat <<-EOF\n\ta\n\tEOF\nb')).toEqual([['cat'], ['b']]);
  });
  test('two on a line', () => {
    expect(read('cat <<A <<B\n1\nA\n2\nB\nc')).toEqual([['cat'], ['c']]);
  });
  test('a shell runs its own', () => {
    expect(read('bash <<EOF\ncurl -k x\nEOF')).toEqual([['bash'], ['curl', '-k', 'x']]);
  });
});

describe('scripts in words', () => {
  test.each([
    [
      "sh -c 'curl -k x'",
      [
        ['sh', '-c', 'curl -k x'],
        ['curl', '-k', 'x'],
      ],
    ],
    ['sudo /bin/bash -o pipefail -lc "a | b"', [['sudo', '/bin/bash', '-o', 'pipefail', '-lc', 'a | b'], ['a'], ['b']]],
    ['su app -c "a"', [['su', 'app', '-c', 'a'], ['a']]],
    [
      'eval "a b"',
      [
        ['eval', 'a b'],
        ['a', 'b'],
      ],
    ],
    ['bash run.sh -c "a"', [['bash', 'run.sh', '-c', 'a']]],
    [`sh -c "sh -c 'a'"`, [['sh', '-c', "sh -c 'a'"], ['sh', '-c', 'a'], ['a']]],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('their words are placed in the file', () => {
    expect(written(String.raw`sh -c "curl -k \"$URL\""`)).toEqual([
      ['sh', '-c', String.raw`"curl -k \"$URL\""`],
      ['curl', '-k', String.raw`\"$URL\"`],
    ]);
    expect(written('a `d \\\\"e\\\\" \\`f\\``').slice(1)).toEqual([['d', '\\\\"e\\\\"', '\\`f\\`'], ['f']]);
    expect(written('a \\\r\n  b\r\nsh <<E\r\nc -d\r\nE\r\n')).toEqual([['a', 'b'], ['sh'], ['c', '-d']]);
  });
});

describe('variables of the script', () => {
  test.each([
    [
      'a literal is known from there on',
      'echo $A; A=x; echo $A',
      [
        ['echo', '?$A'],
        ['echo', 'x'],
      ],
    ],
    ['an unquoted one splits', 'C="curl -k"; $C https://a', [['curl', '-k', 'https://a']]],
    ['a quoted one does not', 'A="b c"; echo "$A"', [['echo', 'b c']]],
    [
      'an exported one counts',
      'export A=x; echo ${A}/y',
      [
        ['export', 'A=x'],
        ['echo', 'x/y'],
      ],
    ],
    ['one made of others counts', 'A=x; B="$A/y"; echo $B', [['echo', 'x/y']]],
    ['two values are none', 'A=x; A=y; echo $A', [['echo', '?$A']]],
    ['a condition leaves it unknown', 'if a; then A=x; fi; echo $A', [['a'], ['echo', '?$A']]],
    [
      'so does a test before it',
      '[ -n "$B" ] && A=x; echo $A',
      [
        ['[', '-n', '?"$B"', ']'],
        ['echo', '?$A'],
      ],
    ],
    [
      'so does reading it',
      'A=x; read A; echo $A',
      [
        ['read', 'A'],
        ['echo', '?$A'],
      ],
    ],
    ['so does a default', 'A=${A:-x}; echo $A', [['echo', '?$A']]],
    ['one for a single command is not the script’s', 'A=x a; echo $A', [['a'], ['echo', '?$A']]],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

const pieces = fc.constantFrom(
  ...[
    'curl',
    '-k',
    ' ',
    '\n',
    '\r\n',
    '\t',
    '"',
    "'",
    '`',
    '\\',
    '$',
    '${',
    '}',
    '$(',
    '$((',
    '(',
    '((',
    ')',
    '))',
    ';',
    ';;',
  ],
  ...[
    '|',
    '||',
    '&',
    '&&',
    '<',
    '<<',
    '<<-E',
    'E',
    '<<<',
    '>',
    '<(',
    '#',
    'if',
    'then',
    'fi',
    'case',
    'in',
    'esac',
    'for',
    'do',
  ],
  ...[
    'done',
    '{',
    '[[',
    ']]',
    'sh',
    '-c',
    'A=',
    '$A',
    '${A:-',
    'eval',
    '=',
    '@(',
    "$'",
    '😀',
    '\uFEFF',
    '\u00A0',
    '\0',
  ],
);
const script = fc.oneof(
  fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

test('variables made of variables do not grow without end', () => {
  const doubling = Array.from({ length: 60 }, (_, index) => `A${index + 1}=$A${index}$A${index}\n`).join('');
  expect(read(`A0=x\n${doubling}echo $A3 $A60`)).toEqual([['echo', 'xxxxxxxx', '?$A60']]);
});

describe('any text', () => {
  test('is read without an exception, and words slice back to what they are', () => {
    fc.assert(
      fc.property(script, (text) => {
        for (const { words, assignments, source: inner } of commandsIn(text)) {
          for (const { range, raw } of [...words, ...assignments.map(({ value }) => value)]) {
            expect(inner.text.slice(range.start, range.end)).toBe(raw);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '$(',
    '`',
    '"',
    '(',
    '((',
    '$((',
    '{ ',
    '<<E\n',
    'cat <<E\n$(\nE\n',
    'bash <<E\nx\nE\n',
    '`cat <<E\n$(\nE\n',
    '"$(`',
    'case a in b) ',
    '${a:-',
    'sh -c "',
    '<(',
    'if ',
    '|',
    '@(',
    'f() ',
    'bash $(a) ',
  ])('of many %s takes time in proportion to its length', (piece) => {
    const start = Date.now();
    commandsIn(piece.repeat(20_000));
    expect(Date.now() - start).toBeLessThan(2000);
  });
});
