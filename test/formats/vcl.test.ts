import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseVcl } from '../../src/formats/vcl.ts';

const parse = (text: string) => parseVcl({ path: 'default.vcl', text });
const outline = (text: string) =>
  parse(text).backends.map(({ name, settings }) => [
    name,
    Object.fromEntries([...settings].map(([key, { text: value }]) => [key, value])),
  ]);

describe('backends of VCL', () => {
  test('settings, without those of a probe, whatever stands around', () => {
    const text = `vcl 4.1; /* backend old { .host = "x"; } */
backend api { // note
  .host = "api.example.com"; .port = "443";
  .probe = { .url = "/"; .interval = 5s; }
  .ssl = 1;
}
sub vcl_recv { synthetic({"backend fake { .host = "y"; }"}); set req.http.x = "}"; if (a) { return (pass); } }
backend b { .host = "b"; }`;
    expect(outline(text)).toEqual([
      ['api', { host: 'api.example.com', port: '443', ssl: '1' }],
      ['b', { host: 'b' }],
    ]);
  });

  test('a backend that is never closed is reported and read', () => {
    const { backends, diagnostics } = parse('backend api { .host = "a";');
    expect(backends).toHaveLength(1);
    expect(diagnostics.map(({ code }) => code)).toEqual(['parse-error']);
  });

  test('never throws; values stand where they say', () => {
    const pieces = fc.constantFrom(
      'backend a {',
      '.ssl = 1;',
      '.host = "x";',
      '}',
      '{',
      '{"',
      '"}',
      '"',
      '/*',
      '//',
      '\n',
      '{{ z }}',
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join('');
        for (const { settings } of parse(text).backends)
          for (const { text: value, range } of settings.values())
            expect(text.slice(range.start, range.end)).toBe(value);
      }),
    );
  });
});
