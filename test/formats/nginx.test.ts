import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type NginxDirective, parseNginx, spanOfArgument } from '../../src/formats/nginx.ts';

const parse = (text: string) => parseNginx({ path: 'nginx.conf', text });

/** The tree as text: `name(argument, argument)[children]`. */
const shape = (directives: readonly NginxDirective[]): string =>
  directives
    .map(({ name, arguments: words, block }) => {
      const values = words.map(({ value, templated }) => (templated ? `?${value}` : value)).join(', ');
      return `${name}(${values})${block ? `[${shape(block.directives)}]` : ''}`;
    })
    .join(' ');
const shapeOf = (text: string) => shape(parse(text).directives);

/** What is said about a text: the diagnostics with their lines. */
const problems = (text: string) =>
  parse(text).diagnostics.map(
    ({ message, span }) => `${text.slice(0, span.start).split(/\r\n|\n/).length}: ${message}`,
  );

function all(directives: readonly NginxDirective[]): readonly NginxDirective[] {
  return directives.flatMap((directive) => [directive, ...all(directive.block?.directives ?? [])]);
}

describe('reading nginx configuration', () => {
  test.each([
    ['simple directives and blocks', 'http { server { listen 443 ssl; } }', 'http()[server()[listen(443, ssl)]]'],
    ['arguments over several lines', 'server_name a.example\n  b.example;', 'server_name(a.example, b.example)'],
    ['quotes and escapes', `add_header A "b; \\"c\\" {d}" 'e f';`, 'add_header(A, b; "c" {d}, e f)'],
    ['an unknown escape stays', 'location ~ \\.php$ { }', 'location(~, \\.php$)[]'],
    ['# inside a word is no comment', 'return 301 /a#b; # c;\nroot /x;', 'return(301, /a#b) root(/x)'],
    ['braces of a variable belong to the word', 'root /srv/${host}/x;', 'root(/srv/${host}/x)'],
    ['a brace ends a bare word', 'location /a{ deny all; }', 'location(/a)[deny(all)]'],
    ['a closing brace inside a word', 'rewrite ^/a{1,2}} /b;', 'rewrite(^/a)[1,2}}(/b)]'],
    ['an `if` with its parentheses', 'if ($a = "b") { return 403; }', 'if(($a, =, b, ))[return(403)]'],
    [
      'Lua is skipped, braces in strings and comments and all',
      'a_by_lua_block { x = "}" --[[ } ]] local t = { [[}]] } } root /x;',
      'a_by_lua_block()[] root(/x)',
    ],
    ['a byte order mark and CRLF', '\uFEFFhttp {\r\n  root /x;\r\n}\r\n', 'http()[root(/x)]'],
    ['data lines', 'map $a $b { default 0; ~^/x 1; include y; }', 'map($a, $b)[default(0) ~^/x(1) include(y)]'],
  ])('%s', (_name, text, expected) => {
    expect(shapeOf(text)).toBe(expected);
  });

  test('a value knows its place, also inside quotes', () => {
    const text = 'ssl_ciphers "AES128-SHA:AES256-SHA";';
    const [directive] = parse(text).directives;
    const argument = directive?.arguments[0];
    if (!directive || !argument) throw new Error('no directive');
    const { start, end } = spanOfArgument(directive, argument, { start: 11, end: 21 });
    expect(text.slice(start, end)).toBe('AES256-SHA');
  });

  test('comments are kept with their places', () => {
    const text = 'root /x; # one\n# two\r\n';
    expect(parse(text).comments.map(({ start, end }) => text.slice(start, end))).toEqual(['# one', '# two']);
  });
});

describe('broken input hides nothing else', () => {
  test.each([
    [
      'a missing semicolon',
      'server {\n listen 443 ssl\n ssl_protocols TLSv1;\n}',
      'server()[listen(443, ssl) ssl_protocols(TLSv1)]',
      ['2: expected ";" after "ssl"'],
    ],
    [
      'one before a closing brace',
      'server {\n root /x\n}\nroot /y;',
      'server()[root(/x)] root(/y)',
      ['2: expected ";" after "/x"'],
    ],
    ['one at the end', 'root /x', 'root(/x)', ['1: expected ";" or "{" after "/x"']],
    [
      'a stray closing brace',
      'server { }\n}\nroot /x;',
      'server()[] root(/x)',
      ['2: unexpected "}": no block is open here'],
    ],
    [
      'a block that is not closed',
      'http {\n server { root /x; }\n',
      'http()[server()[root(/x)]]',
      ['1: this "http" block is never closed: expected "}"'],
    ],
    [
      'a server inside a server',
      'http {\n server {\n  location / { root /x;\n }\n server {\n  listen 1;\n }\n}',
      'http()[server()[location(/)[root(/x)]] server()[listen(1)]]',
      ['2: this "server" block is not closed before the next "server" block'],
    ],
    [
      'a quote that is not closed',
      'ssl_ciphers "A:B;\nssl_protocols TLSv1;',
      'ssl_ciphers(A:B) ssl_protocols(TLSv1)',
      ['1: this quote is never closed'],
    ],
    [
      'a quote that runs into the next',
      'root "/x;\nindex "y";',
      'root(/x) index(y)',
      ['1: this quote is never closed'],
    ],
    ['nothing before a semicolon', ';root /x;', 'root(/x)', ['1: unexpected ";": no directive stands before it']],
    ['a block without a name', '{ root /x; }', 'root(/x)', ['1: unexpected "{": a block needs a name before it']],
  ])('%s', (_name, text, expected, said) => {
    expect(shapeOf(text)).toBe(expected);
    expect(problems(text)).toEqual(said);
  });

  test('blocks nested too deep are said to be left out', () => {
    const text = `${'a {'.repeat(200)}${'}'.repeat(200)} root /x;`;
    expect(problems(text)).toEqual(['1: blocks are nested deeper than 50: what is inside is not read']);
    expect(parse(text).directives.at(-1)?.name).toBe('root');
  });
});

describe('templates', () => {
  test.each([
    ['an expression as an argument', 'ssl_protocols {{ versions }};', 'ssl_protocols(?{{ versions }})'],
    [
      'part of an argument',
      'ssl_certificate /etc/{{ name | default("a;b") }}.pem;',
      'ssl_certificate(?/etc/{{ name | default("a;b") }}.pem)',
    ],
    ['inside quotes', 'root "{{ .Values.root | default "/x" }}";', 'root(?{{ .Values.root | default "/x" }})'],
    ['an argument that is there in one branch', 'listen 443{% if tls %} ssl{% endif %};', 'listen(443, ?ssl)'],
    ['ERB', 'listen <%= @port %>;', 'listen(?<%= @port %>)'],
    ['Jinja comments', '{# root /y; #}\nroot /x;', 'root(/x)'],
    ['Go comments and assignments', '{{/* root /y; */}}{{ $x := 1 }}\nroot /x;', 'root(/x)'],
  ])('%s', (_name, text, expected) => {
    expect(shapeOf(text)).toBe(expected);
    expect(problems(text)).toEqual([]);
  });

  test('branches make directives conditional', () => {
    const { directives } = parse(
      '{% if old %}\nssl_protocols TLSv1;\n{% else %}\nssl_protocols TLSv1.3;\n{% endif %}\nroot /x;',
    );
    expect(directives.map(({ name, conditional }) => [name, conditional])).toEqual([
      ['ssl_protocols', true],
      ['ssl_protocols', true],
      ['root', false],
    ]);
  });

  test.each([
    ['an expression alone on its line', 'server {\n  {{ extra | indent(2) }}\n  root /x;\n}'],
    ['an included template', 'server {\n  {% include "tls.j2" %}\n  root /x;\n}'],
    ['a placeholder for envsubst', 'server {\n  ${EXTRA}\n  root /x;\n}'],
    ['a Go template', 'server {\n  {{ template "tls" . }}\n  root /x;\n}'],
  ])('%s leaves the block open', (_name, text) => {
    const [server] = parse(text).directives;
    expect(server?.block?.open).toBe(true);
    expect(shape(server?.block?.directives ?? [])).toBe('root(/x)');
    expect(problems(text)).toEqual([]);
  });

  test('blocks that open in two branches are no problem', () => {
    const text = '{% if a %}\nserver {\n listen 1;\n{% else %}\nserver {\n listen 2;\n{% endif %}\n root /x;\n}';
    expect(problems(text)).toEqual([]);
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    'http {',
    'server {',
    '}',
    '{',
    ';',
    'listen 443 ssl;',
    'root /x',
    '"',
    "'",
    '\\',
    '#',
    '\n',
    '\r\n',
    '${',
    '{{',
    '}}',
    '{% if %}',
    '{% endif %}',
    '<%',
    '%>',
    'a_by_lua_block {',
    '[[',
    ']]',
    '--',
    '\uFEFF',
    '😀',
    '\0',
    'include x;',
    'ssl_protocols TLSv1',
    '{#',
    '#}',
    '\t',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(' ')),
    fc.array(pieces).map((parts) => parts.join('')),
  );

  test('never throws, and every place holds what the tree says', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { directives, diagnostics } = parse(text);
        for (const { nameRange, start, end, name, arguments: words } of all(directives)) {
          expect(start).toBeLessThan(end);
          if (!/[\\"']/.test(text.slice(nameRange.start, nameRange.end)))
            expect(text.slice(nameRange.start, nameRange.end)).toBe(name);
          for (const { value, content } of words) {
            const written = text.slice(content.start, content.end);
            if (!written.includes('\\')) expect(written).toBe(value);
          }
        }
        for (const { span } of diagnostics) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });

  test.each(['{', '{{', '"', "'", 'a{', 'server{', 'x_by_lua_block {[[', '${', '{%', '}', 'a "b\n', '\\'])(
    'time is bounded for %j repeated',
    (piece) => {
      const started = performance.now();
      parse(piece.repeat(20_000));
      expect(performance.now() - started).toBeLessThan(1500);
    },
  );
});
