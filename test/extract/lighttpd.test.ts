import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseLighttpd } from '../../src/extract/lighttpd/grammar.ts';
import { lighttpd } from '../../src/extract/lighttpd/lighttpd.ts';

const version = (number: string) => () => ({ version: number, reason: `lighttpd ${number}`, guessed: false });

async function extract(text: string, number = '1.4.69') {
  const unit = {
    sources: [{ path: 'lighttpd.conf', text }] as const,
    repository: { paths: [], read: () => undefined },
  };
  return lighttpd.extract(unit, version(number));
}
const only = async (text: string, number?: string) => {
  const { facts } = await extract(text, number);
  expect(facts).toHaveLength(1);
  return facts[0];
};

const socket = (settings: string) =>
  `server.document-root = "/srv/www"\n$SERVER["socket"] == ":443" {\n  ssl.engine = "enable"\n${settings}\n}\n`;

describe('lighttpd', () => {
  test('a socket with everything written', async () => {
    const text = socket(
      '  ssl.pemfile = "/etc/site.pem"\n  ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1", "CipherString" => "ECDHE-RSA-AES128-GCM-SHA256")',
    );
    const fact = await only(text);
    expect(fact?.subject).toBe('socket :443');
    expect(fact?.data).toMatchObject({
      kind: 'listener',
      tls: true,
      ports: [443],
      protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      ciphers: ['ECDHE-RSA-AES128-GCM-SHA256'],
      certificates: [{ from: 'file', ref: '/etc/site.pem' }],
      clientAuth: { mode: 'none' },
    });
    const span = fact?.spans.protocols;
    expect(text.slice(span?.start, span?.end)).toBe('TLSv1');
    const cipher = fact?.spans['ciphers/0'];
    expect(text.slice(cipher?.start, cipher?.end)).toBe('ECDHE-RSA-AES128-GCM-SHA256');
  });

  test.each([
    ['1.4.50', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['1.4.69', ['TLSv1.2', 'TLSv1.3']],
    ['1.4.77', ['TLSv1.3']],
  ])('the default protocols of %s', async (number, protocols) => {
    const fact = await only(socket(''), number);
    expect(fact?.data).toMatchObject({ protocols });
    expect(fact?.defaults.protocols).toEqual({ reason: `the default of lighttpd ${number}` });
  });

  test('a fragment leaves what it does not say unknown', async () => {
    const fact = await only('$SERVER["socket"] == ":443" { ssl.engine = "enable" }');
    expect(fact?.unknown).toEqual(expect.arrayContaining(['protocols', 'clientAuth', 'hsts']));
  });

  test('global settings reach a socket; its own win', async () => {
    const fact = await only(`ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.1")\n${socket('')}`);
    expect(fact?.data).toMatchObject({ protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
  });

  test('ssl.engine at the top level is the default socket', async () => {
    const fact = await only('server.document-root = "/srv"\nserver.port = 8443\nssl.engine = "enable"\n');
    expect(fact?.data).toMatchObject({ ports: [8443], tls: true });
  });

  test('client certificates: enforced unless told otherwise', async () => {
    expect((await only(socket('ssl.verifyclient.activate = "enable"')))?.data).toMatchObject({
      clientAuth: { mode: 'required' },
    });
    const lax = socket('ssl.verifyclient.activate = "enable"\nssl.verifyclient.enforce = "disable"');
    expect((await only(lax))?.data).toMatchObject({ clientAuth: { mode: 'optional' } });
  });

  test('a variable is unknown; a socket without TLS says nothing', async () => {
    const fact = await only(socket('ssl.openssl.ssl-conf-cmd = ("MinProtocol" => var.oldest)'));
    expect(fact?.unknown).toContain('protocols');
    expect((await extract('$SERVER["socket"] == ":80" { }')).facts).toEqual([]);
  });

  test('a broken line is a diagnostic and hides nothing', async () => {
    const { facts, diagnostics } = await extract(`oops oops\n${socket('')}`);
    expect(facts).toHaveLength(1);
    expect(diagnostics.map(({ code, span }) => [code, span.start])).toEqual([['parse-error', 0]]);
  });

  test('no text makes the parser throw', () => {
    const pieces = fc.constantFrom(
      'a = "b"',
      '$SERVER["socket"] == ":1" {',
      '}',
      '(',
      ')',
      '"',
      '=>',
      'else',
      'include "x"',
      '+',
      '\n',
      '#',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join(' ')),
        ),
        (text) => {
          expect(() => parseLighttpd({ path: 'lighttpd.conf', text })).not.toThrow();
        },
      ),
    );
  });
});
