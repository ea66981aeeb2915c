import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Source } from '../../src/core/source.ts';
import {
  type CaddyBlock,
  type CaddyDirective,
  parseCaddyDirectives,
  parseCaddyfile,
} from '../../src/formats/caddyfile.ts';
import { tokenizeCaddyfile } from '../../src/formats/caddyfile-tokens.ts';
import { spanOfWord, type Word } from '../../src/formats/word.ts';

const source = (text: string, path = 'Caddyfile'): Source => ({ path, text });
const parse = (text: string, files: Readonly<Record<string, string>> = {}) =>
  parseCaddyfile(source(text), (pattern) => {
    const found = files[pattern];
    return found === undefined ? undefined : [source(found, pattern)];
  });

/** A block as words, to be read at a glance. */
type Shown = readonly (readonly [string, Shown?])[];
const shown = ({ directives }: CaddyBlock): Shown =>
  directives.map(({ name, arguments: words, block }: CaddyDirective) => {
    const line = [name, ...words].map(({ text }) => text).join(' ');
    return block ? [line, shown(block)] : [line];
  });
const texts = (words: readonly Word[] | undefined) => words?.map(({ text }) => text);

describe('tokens', () => {
  test.each([
    ['a "b c" `d "e"` f', ['a', 'b c', 'd "e"', 'f']],
    ['say "a \\"quote\\" and \\n"', ['say', 'a "quote" and \\n']],
    ['a#b #comment\nc', ['a#b', 'c']],
    ['a b \\\n  c\\\r\n d', ['a', 'b', 'c', 'd']],
    ['"a"b', ['a', 'b']],
    ['respond <<END\n    two\n      lines\n    END 200', ['respond', 'two\n  lines', '200']],
    ['a << b \\<<c', ['a', '<<', 'b', '<<c']],
    ['{$HOST:a b}:{$PORT} x', ['{$HOST:a b}:{$PORT}', 'x']],
    ['\uFEFFa\tb\r\nc', ['a', 'b', 'c']],
  ])('%j', (text, expected) => {
    expect(texts(tokenizeCaddyfile(source(text)).tokens)).toEqual(expected);
  });

  test('what the environment or a template sets is unknown; placeholders that Caddy fills in are not', () => {
    const { tokens } = tokenizeCaddyfile(source('{$A} x{$B:c} {{ d }} ${E} @@FQDN@@ {env.G} {host} plain @matcher'));
    expect(tokens.map(({ unknown }) => unknown)).toEqual([true, true, true, true, true, false, false, false, false]);
  });

  test('a quote that is never closed costs the rest of its line', () => {
    const { tokens, diagnostics } = tokenizeCaddyfile(source('a "b c\nd'));
    expect(texts(tokens)).toEqual(['a', 'b c', 'd']);
    expect(diagnostics).toEqual([
      {
        code: 'parse-error',
        message: 'this quote is never closed: expected "',
        span: { file: 'Caddyfile', start: 2, end: 6 },
      },
    ]);
  });

  test('spans slice back to the text', () => {
    const text = 'tls "/etc/a b.pem" `k` {$X}\n\theader X <<E\n\tä😀\n\tE\n';
    const { tokens } = tokenizeCaddyfile(source(text));
    expect(tokens.map(({ range }) => text.slice(range.start, range.end))).toEqual([
      'tls',
      '/etc/a b.pem',
      'k',
      '{$X}',
      'header',
      'X',
      '\tä😀',
    ]);
  });
});

describe('structure', () => {
  test('options, several addresses, nested blocks', () => {
    const file = parse(
      '# c\n{\n\temail a@b.c\n}\na.com, b.com:81,\nc.com {\n\thandle /x* {\n\t\trespond "}"\n\t}\n\ttls internal\n}\n:80 {\n}\n',
    );
    expect(shown(file.options)).toEqual([['email a@b.c']]);
    expect(file.sites.map(({ addresses }) => texts(addresses))).toEqual([['a.com', 'b.com:81', 'c.com'], [':80']]);
    expect(file.sites.map(({ block }) => shown(block))).toEqual([
      [['handle /x*', [['respond }']]], ['tls internal']],
      [],
    ]);
    expect(file.diagnostics).toEqual([]);
  });

  test('one site without braces', () => {
    const { sites } = parse('a.com, b.com\n\nreverse_proxy x:80 {\n\tto y:81\n}\nfile_server\n');
    expect(sites).toHaveLength(1);
    expect(texts(sites[0]?.addresses)).toEqual(['a.com', 'b.com']);
    expect(sites.map(({ block }) => shown(block))).toEqual([[['reverse_proxy x:80', [['to y:81']]], ['file_server']]]);
  });

  test('named routes', () => {
    const { routes, sites } = parse('&(app) {\n\treverse_proxy x\n}\na.com {\n\tinvoke app\n}\n');
    expect([...routes.keys()]).toEqual(['app']);
    expect(sites).toHaveLength(1);
  });
});

describe('import', () => {
  test('a snippet with arguments: a whole argument keeps the place where it was given', () => {
    const text =
      '(secure) {\n\ttls {\n\t\tprotocols {args[0]} {args.1}\n\t\tciphers {args[2:]}\n\t\tca https://{args[0]}/x\n\t}\n}\na.com {\n\timport secure tls1.2 tls1.3 A B\n}\n';
    const [site] = parse(text).sites;
    expect(site && shown(site.block)).toEqual([
      ['tls', [['protocols tls1.2 tls1.3'], ['ciphers A B'], ['ca https://tls1.2/x']]],
    ]);
    const [protocols, , directory] = site?.block.directives[0]?.block?.directives ?? [];
    const places = [...(protocols?.arguments ?? []), ...(directory?.arguments ?? [])].map((word) => {
      const { start, end } = spanOfWord(word);
      return text.slice(start, end);
    });
    expect(places).toEqual(['tls1.2', 'tls1.3', 'https://{args[0]}/x']);
    expect(
      spanOfWord(
        protocols?.arguments[0] ?? { text: '', source: source(''), range: { start: 0, end: 0 }, unknown: true },
      ).start,
    ).toBe(text.indexOf('tls1.2'));
  });

  test('blocks that an import is given', () => {
    const text =
      '(proxy) {\n\treverse_proxy {args[0]} {\n\t\t{block}\n\t}\n}\n(two) {\n\ttls {\n\t\t{blocks.tls}\n\t}\n}\na.com {\n\timport proxy x:1 {\n\t\theader_up A b\n\t}\n\timport two {\n\t\ttls {\n\t\t\tprotocols tls1.3\n\t\t}\n\t}\n}\n';
    expect(parse(text).sites.map(({ block }) => shown(block))).toEqual([
      [
        ['reverse_proxy x:1', [['header_up A b']]],
        ['tls', [['protocols tls1.3']]],
      ],
    ]);
  });

  test('files: sites, snippets and directives; values stand in their own file', () => {
    const files = { snippets: '(s) {\n\tencode gzip\n}\n', site: 'b.com {\n\timport s\n}\n', lines: 'tls internal' };
    const { sites, open } = parse('import snippets\nimport site\na.com {\n\timport lines\n\troot /x\n}\n', files);
    expect(sites.map(({ addresses, block }) => [texts(addresses), shown(block)])).toEqual([
      [['b.com'], [['encode gzip']]],
      [['a.com'], [['tls internal'], ['root /x']]],
    ]);
    expect(sites[1]?.block.directives[0]?.name.source.path).toBe('lines');
    expect(open).toBe(false);
  });

  test('what is not there leaves its block open', () => {
    const file = parse('import sites/*\na.com {\n\timport missing\n}\nb.com {\n\t{$EXTRA}\n}\nc.com {\n}\n');
    expect([file.open, ...file.sites.map(({ block }) => block.open)]).toEqual([true, true, true, false]);
  });

  test('a circle of imports ends', () => {
    expect(() =>
      parse('(a) {\n\timport b\n\timport b\n}\n(b) {\n\timport a\n\timport a\n}\nx.com {\n\timport a\n}\n'),
    ).not.toThrow();
    expect(() => parse('import self', { self: 'import self\nimport self\n' })).not.toThrow();
  });
});

describe('broken and templated files', () => {
  test('what is broken is told, the rest is read', () => {
    const { sites, diagnostics } = parse('a.com{\n\ttls internal\n}\nb.com {\n\troot /x\n');
    expect(sites.map(({ addresses }) => texts(addresses))).toEqual([['a.com'], ['b.com']]);
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['parse-error', 'expected a blank before {'],
      ['parse-error', 'this block is never closed: expected }'],
    ]);
  });

  test('statements of a template are no errors, and leave the block open', () => {
    const text =
      '{{ managed }}\n{% for d in domains %}\n{{ d }} {\n{% if tls %}\n\ttls internal\n{% endif %}\n\troot /x\n}\n{% endfor %}\n';
    const { sites, diagnostics, open } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(open).toBe(true);
    expect(sites.map(({ addresses, block }) => [texts(addresses), block.open, shown(block)])).toEqual([
      [['{{ d }}'], true, [['tls internal'], ['root /x']]],
    ]);
  });
});

const pieces = fc.constantFrom(
  'a.com',
  ',',
  '{',
  '}',
  '{}',
  '\n',
  '\n',
  ' ',
  '"',
  '`',
  '\\',
  '#',
  '<<E',
  'E',
  'import',
  '(s)',
  's',
  '&(r)',
  'tls',
  '{args[0]}',
  '{args[:]}',
  '{block}',
  '{blocks.a}',
  '{$X}',
  '{{ if x }}',
  '{% end %}',
  '{#',
  '@m',
  'ä😀',
  '\r\n',
);
const anyText = fc.oneof(
  fc.string(),
  fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(' ')),
);

describe('any text', () => {
  test('never throws, not even importing itself', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        parseCaddyfile(source(text), () => [source(text)]);
        parseCaddyDirectives(source(text));
      }),
    );
  });

  test('every bare token is what stands at its place', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const { range, quoted, text: value } of tokenizeCaddyfile(source(text)).tokens) {
          expect(range.start).toBeLessThanOrEqual(range.end);
          if (!quoted) expect(text.slice(range.start, range.end).replace(/^\\</, '<')).toBe(value);
        }
      }),
    );
  });

  test.each(['{ ', '{{', '"\\"', '<<E\n', '{$', 'import s\n', '(s) {\n', '<%'])(
    'long runs of %j take no time to speak of',
    (piece) => {
      const started = Date.now();
      parse(piece.repeat(8_000));
      expect(Date.now() - started).toBeLessThan(2000);
    },
  );
});
