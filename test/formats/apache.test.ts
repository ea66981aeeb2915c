import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Source } from '../../src/core/source.ts';
import { type ApacheDirective, type ApacheEntry, parseApache } from '../../src/formats/apache.ts';
import { spanOfWord } from '../../src/formats/word.ts';

const parse = (text: string) => {
  const source: Source = { path: 'httpd.conf', text };
  const { entries, diagnostics } = parseApache(source);
  return { entries, diagnostics, text };
};

/** Names and words, as nested arrays; `?` for a hole. */
const shape = (entries: readonly ApacheEntry[]): readonly unknown[] =>
  entries.map((entry) => {
    if (entry.kind === 'hole') return '?';
    const line = [entry.name, ...entry.words.map(({ text }) => text)].join(' ');
    return entry.body ? [line, ...shape(entry.body)] : line;
  });

const directives = (entries: readonly ApacheEntry[]): readonly ApacheDirective[] =>
  entries.flatMap((entry) => (entry.kind === 'hole' ? [] : [entry, ...directives(entry.body ?? [])]));

describe('apache configuration', () => {
  test('sections, quotes, comments and case', () => {
    const { entries, diagnostics } = parse(
      [
        '# a comment',
        'Listen 443 https',
        '<VirtualHost *:443 [::1]:443>',
        "  servername 'example.com'",
        '  SSLCipherSuite "HIGH:!aNULL MEDIUM" # no comment here',
        '  <Location "/a > b">',
        '    Require all granted',
        '  </Location>',
        '</VIRTUALHOST>',
      ].join('\r\n'),
    );
    expect(diagnostics).toEqual([]);
    expect(shape(entries)).toEqual([
      'listen 443 https',
      [
        'virtualhost *:443 [::1]:443',
        'servername example.com',
        'sslciphersuite HIGH:!aNULL MEDIUM # no comment here',
        ['location /a > b', 'require all granted'],
      ],
    ]);
  });

  test('escapes inside quotes', () => {
    const { entries } = parse(String.raw`Header set X "a \"b\" 'c' \\ \d" plain\\path`);
    expect(shape(entries)).toEqual([String.raw`header set X a "b" 'c' \ \d plain\path`]);
  });

  test('continued lines keep the place of each part', () => {
    const { entries, text } = parse(
      'SSLProtocol all \\\r\n  -SSLv3 \\\n  -TLSv1\nSSLCipherSuite "ECDHE:\\\nAES128"\n# off \\\nSSLEngine on\n',
    );
    expect(shape(entries)).toEqual(['sslprotocol all -SSLv3 -TLSv1', 'sslciphersuite ECDHE:AES128']);
    const [protocol, cipher] = directives(entries);
    const spans = protocol?.words.map((word) => spanOfWord(word)) ?? [];
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['all', '-SSLv3', '-TLSv1']);
    const [list] = cipher?.words ?? [];
    const part = list && spanOfWord(list, { start: 6, end: 12 });
    expect(text.slice(part?.start, part?.end)).toBe('AES128');
  });

  test('templates make values unknown and leave holes', () => {
    const { entries, diagnostics } = parse(
      [
        '{{ global_settings }}',
        '{% for host in hosts %}',
        '<VirtualHost {{ ip }}:443>',
        '  SSLProtocol {{ protocols | join(" ") }}',
        '{% if host.chain %}',
        '  SSLCertificateChainFile <%= @chain %>',
        '{% endif %}',
        '  ${EXTRA}',
        '  @MORE@',
        '  ServerName @NAME@',
        '</VirtualHost>',
        '{% endfor %}',
      ].join('\n'),
    );
    expect(diagnostics).toEqual([]);
    expect(shape(entries)).toEqual([
      '?',
      [
        'virtualhost {{ ip }}:443',
        'sslprotocol {{ protocols | join(" ") }}',
        'sslcertificatechainfile <%= @chain %>',
        '?',
        '?',
        'servername @NAME@',
      ],
    ]);
    const all = directives(entries);
    expect(all.map(({ words }) => words.some(({ unknown }) => unknown))).toEqual([true, true, true, true]);
    expect(all.map(({ conditional }) => conditional)).toEqual([true, false, true, false]);
  });

  test('a section whose name a template makes up', () => {
    const { entries, diagnostics } = parse('<<%= kind %> "/srv">\n  Options None\n</<%= kind %>>\nListen 80\n');
    expect(diagnostics).toEqual([]);
    expect(shape(entries)).toEqual(['?', 'options None', '?', 'listen 80']);
  });

  test.each([
    ['<VirtualHost *:443>\nSSLEngine on\n', '<VirtualHost> is never closed: expected </VirtualHost>', 'VirtualHost'],
    ['</IfModule>\n', 'no <IfModule> is open here that this could close', '</IfModule'],
    [
      '<VirtualHost *>\n<Directory />\n</VirtualHost>\n',
      '<Directory> is not closed before </VirtualHost>',
      'Directory',
    ],
    ['<VirtualHost *:443\n</VirtualHost>', 'expected ">" at the end of <VirtualHost', 'VirtualHost'],
    ['ServerName "a b\nSSLEngine on\n', 'this quote is never closed', '"a b'],
    ['< >\n', 'expected the name of a section after "<"', '<'],
  ])('%j is reported, and the rest is read', (text, message, place) => {
    const { diagnostics } = parse(text);
    expect(diagnostics.map((diagnostic) => diagnostic.message)).toEqual([message]);
    const [{ span } = { span: { start: 0, end: 0 } }] = diagnostics;
    expect(text.slice(span.start, span.end)).toBe(place);
    expect(shape(parse(`${text}\nListen 1\n`).entries).flat(9)).toContain('listen 1');
  });

  const lines = fc.constantFrom(
    '<VirtualHost *:443>',
    '</VirtualHost>',
    '<IfModule a>',
    '</IfModule>',
    'SSLProtocol all "-SSLv3 x" \\',
    "Define A 'b",
    '# c \\',
    '{% if x %}',
    '{% endif %}',
    '{{ x }}',
    '<%= y %>',
    '<',
    '</',
    '"',
    '\\',
    '\uFEFF',
    '😀 é',
    '${A}',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(lines).chain((parts) => fc.constantFrom('\n', '\r\n', ' ').map((end) => parts.join(end))),
  );

  test('no text makes it throw, and plain words slice back to what they say', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { entries, diagnostics } = parse(text);
        for (const directive of directives(entries)) {
          for (const word of directive.words) {
            const { start, end } = spanOfWord(word);
            const written = text.slice(start, end);
            if (!written.includes('\\')) expect(written).toBe(word.text);
          }
        }
        for (const { span } of diagnostics) expect(span.start).toBeLessThanOrEqual(span.end);
      }),
    );
  });

  test('a long or deep text is read in little time', () => {
    const deep = '<IfModule a>\n'.repeat(20_000);
    const closing = '</IfModule>\n</Other>\n'.repeat(20_000);
    const long = `SSLCipherSuite ${'A:\\\n'.repeat(20_000)}`;
    const start = Date.now();
    for (const text of [deep, closing, deep + closing, long, '{{'.repeat(40_000), '"\\'.repeat(40_000)]) parse(text);
    expect(Date.now() - start).toBeLessThan(2000);
  });
});
