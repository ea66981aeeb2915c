import { describe, expect, test } from '@jest/globals';
import { varnish } from '../../src/extract/varnish/varnish.ts';
import { claims, extractText, placeOf } from '../support/extract-text.ts';

const read = async (text: string) => (await extractText(varnish, 'default.vcl', text)).facts;
const backend = (settings: string) => `vcl 4.1;\nbackend api {\n  .host = "api.example.com";\n${settings}\n}\n`;

describe('backends of Varnish Enterprise', () => {
  test('verified by default, though not by name', async () => {
    const text = backend('.ssl = 1;');
    const [fact] = await read(text);
    expect(fact).toMatchObject({
      subject: 'backend api',
      data: {
        kind: 'upstream',
        target: 'api.example.com:443',
        tls: true,
        exposure: 'external',
        verify: { chain: true, hostname: false },
      },
    });
    expect(['', 'tls', 'target'].map((pointer) => placeOf(text, fact, pointer))).toEqual([
      'api',
      '1',
      'api.example.com',
    ]);
    expect(Object.keys(fact?.defaults ?? {})).toEqual(['verify/chain', 'verify/hostname']);
  });

  test('switched off, and on', async () => {
    const text = backend('.ssl = true; .port = "8443"; .ssl_verify_peer = 0; .ssl_verify_host = 1;');
    const [fact] = await read(text);
    expect(fact?.data).toMatchObject({ target: 'api.example.com:8443', verify: { chain: false, hostname: true } });
    expect(placeOf(text, fact, 'verify/chain')).toBe('0');
  });

  test('on this machine nobody stands in between', async () => {
    const [fact] = await read('backend a { .host = "127.0.0.1"; .ssl = 1; .ssl_verify_peer = 0; }');
    expect(fact?.data).toMatchObject({ exposure: 'internal' });
  });

  test('silent: plain backends, also through another one', async () => {
    expect(await read(backend('.port = "80"; .via = tunnel;'))).toEqual([]);
    expect(await read(backend('.ssl = 0; .ssl_verify_peer = 0;'))).toEqual([]);
  });

  test('silent: templates', async () => {
    const [fact] = await read('backend a { .host = "{{ host }}"; .ssl = 1; .ssl_verify_peer = ${VERIFY}; }');
    expect(fact?.unknown).toEqual(expect.arrayContaining(['target', 'exposure', 'verify/chain']));
  });

  test('claims', () => {
    expect(claims(varnish, 'varnish/default.vcl', 'backend a { .ssl = 1; }')).toBe(true);
    expect(claims(varnish, 'varnish/default.vcl', 'backend a { .port = "80"; }')).toBe(false);
    expect(claims(varnish, 'src/main.c', 'backend .ssl')).toBe(false);
  });
});
