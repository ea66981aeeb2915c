import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../src/core/fact.ts';
import { parseLighttpd, type Statement } from '../../src/extract/lighttpd/grammar.ts';
import { lighttpd } from '../../src/extract/lighttpd/lighttpd.ts';
import { claims, extractText, placeOf } from '../support/extract-text.ts';
import { inMemory } from '../support/lint-files.ts';

const read = async (text: string, version = '1.4.69', files: Readonly<Record<string, string>> = {}) =>
  (await extractText(lighttpd, 'lighttpd/lighttpd.conf', text, { version, files })).facts;
const secure = async (text: string, version?: string): Promise<Fact | undefined> => {
  const found = (await read(text, version)).filter(({ data }) => data.kind === 'listener' && data.tls !== false);
  expect(found).toHaveLength(1);
  return found[0];
};
const plain = async (text: string): Promise<Fact | undefined> =>
  (await read(text)).find(({ data }) => data.kind === 'listener' && data.tls === false);

const main = 'server.document-root = "/srv/www"\n';
const socket = (settings: string) => `${main}$SERVER["socket"] == ":443" {\n  ssl.engine = "enable"\n${settings}\n}\n`;
const commands = (list: string) => socket(`  ssl.openssl.ssl-conf-cmd = (${list})`);
const from10 = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

describe('the handshake', () => {
  test('everything written', async () => {
    const text = socket(`  ssl.pemfile = "/etc/site.pem"
  ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1", "CipherString" => "ECDHE-RSA-AES128-GCM-SHA256:aNULL",
    "Ciphersuites" => "TLS_AES_128_GCM_SHA256", "Groups" => "X25519:P-256", "Options" => "-SessionTicket,ServerPreference")
  ssl.stapling-file = "/etc/staple.der"
  ssl.verifyclient.activate = "enable"
  ssl.verifyclient.ca-file = "/etc/ca.pem"`);
    const fact = await secure(text);
    expect(fact?.subject).toBe('socket :443');
    expect(fact?.data).toEqual({
      kind: 'listener',
      application: 'http',
      tls: true,
      ports: [443],
      exposure: 'external',
      protocols: from10,
      ciphers: ['ECDHE-RSA-AES128-GCM-SHA256'],
      suites13: ['TLS_AES_128_GCM_SHA256'],
      groups: ['x25519', 'secp256r1'],
      preferServerCiphers: true,
      sessionTickets: false,
      ocspStapling: true,
      certificates: [{ from: 'file', ref: '/etc/site.pem' }],
      clientAuth: { mode: 'required', ca: '/etc/ca.pem' },
      hsts: { maxAgeSeconds: 0 },
    });
    expect(
      ['protocols', 'ciphers/0', 'sessionTickets', 'groups/1', 'certificates', 'clientAuth', 'ports', ''].map(
        (pointer) => placeOf(text, fact, pointer),
      ),
    ).toEqual([
      'TLSv1',
      'ECDHE-RSA-AES128-GCM-SHA256',
      '-SessionTicket',
      'P-256',
      '/etc/site.pem',
      'enable',
      ':443',
      '$SERVER["socket"] == ":443',
    ]);
  });

  test.each([
    ['1.4.50', from10, 'DHE-RSA-AES128-SHA'],
    ['1.4.55', from10, 'AES128-SHA'],
    ['1.4.67', ['TLSv1.2', 'TLSv1.3'], 'AES128-SHA'],
    ['1.4.69', ['TLSv1.2', 'TLSv1.3'], 'ECDHE-RSA-AES128-GCM-SHA256'],
    ['1.4.77', ['TLSv1.3'], undefined],
  ])('nothing written: %s', async (version, protocols, suite) => {
    const fact = await secure(socket(''), version);
    expect(fact?.data).toMatchObject({ protocols, ciphers: suite ? expect.arrayContaining([suite]) : [] });
    expect(fact?.defaults.protocols).toEqual({ reason: `the default of lighttpd ${version}` });
    expect(fact?.defaults.ciphers).toEqual({ reason: `the default of lighttpd ${version}` });
  });

  test.each([
    ['"MinProtocol" => "None", "MaxProtocol" => "TLSv1.2"', '1.4.69', from10.slice(0, 3)],
    ['"MaxProtocol" => "TLSv1.2"', '1.4.69', ['TLSv1.2']],
    ['"Protocol" => "ALL, -SSLv2, -SSLv3"', '1.4.69', ['TLSv1.2', 'TLSv1.3']],
    ['"Protocol" => "-ALL, TLSv1.2"', '1.4.69', ['TLSv1.2']],
    ['"Protocol" => "TLSv1.2"', '1.4.69', ['TLSv1.2', 'TLSv1.3']],
    ['"Protocol" => "-ALL, TLSv1, TLSv1.2", "MinProtocol" => "TLSv1"', '1.4.69', ['TLSv1.0', 'TLSv1.2']],
    ['"Protocol" => "-ALL, TLSv1.1, TLSv1.2"', '1.4.53', ['TLSv1.1', 'TLSv1.2']],
  ])('%s on %s', async (list, version, protocols) => {
    expect((await secure(commands(list), version))?.data).toMatchObject({ protocols });
  });

  test('a version is shown where the list names it', async () => {
    const text = commands('"Protocol" => "-ALL, TLSv1.1, TLSv1.2"');
    expect(placeOf(text, await secure(text, '1.4.53'), 'protocols/0')).toBe('TLSv1.1');
  });

  test('the old key for a cipher list takes anonymous suites, CipherString does not', async () => {
    const old = await secure(socket('ssl.cipher-list = "AES128-SHA:aNULL"'));
    expect(old?.data).toMatchObject({ ciphers: expect.arrayContaining(['ADH-AES128-SHA']), preferServerCiphers: true });
    const blank = await secure(socket('ssl.cipher-list = ""'));
    expect(blank?.defaults.ciphers).toBeDefined();
    const level = await secure(commands('"CipherString" => "ALL", "SecurityLevel" => "3"'));
    expect(level?.data).not.toMatchObject({ ciphers: expect.arrayContaining(['AES128-SHA']) });
  });

  test('ssl.use-sslv3 counts before 1.4.68 only', async () => {
    const text = socket('ssl.use-sslv3 = "enable"');
    const fact = await secure(text, '1.4.53');
    expect(fact?.data).toMatchObject({ protocols: ['SSLv3', ...from10] });
    expect(placeOf(text, fact, 'protocols')).toBe('enable');
    expect((await secure(text, '1.4.69'))?.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'] });
  });

  test.each([
    ['', 'none'],
    ['ssl.verifyclient.activate = "disable"', 'none'],
    ['ssl.verifyclient.activate = "enable"', 'required'],
    ['ssl.verifyclient.activate = "enable"\nssl.verifyclient.enforce = "disable"', 'request'],
  ])('client certificates: %j', async (settings, mode) => {
    expect((await secure(socket(settings)))?.data).toMatchObject({ clientAuth: { mode } });
  });

  test('client certificates for some paths are not told of the socket', async () => {
    const text = socket('$HTTP["url"] =~ "^/admin" { ssl.verifyclient.activate = "enable" }');
    expect((await secure(text))?.unknown).toContain('clientAuth');
  });
});

describe('where settings come from', () => {
  test('global ones reach a socket; its own win; += adds', async () => {
    const text = `ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.1")\n`;
    expect((await secure(text + socket('')))?.data).toMatchObject({ protocols: from10.slice(1) });
    expect((await secure(text + commands('"CipherString" => "AES128-SHA"')))?.data).toMatchObject({
      protocols: ['TLSv1.2', 'TLSv1.3'],
      ciphers: ['AES128-SHA'],
    });
    const added = text + socket('ssl.openssl.ssl-conf-cmd += ("CipherString" => "AES128-SHA")');
    expect((await secure(added))?.data).toMatchObject({ protocols: from10.slice(1), ciphers: ['AES128-SHA'] });
  });

  test('ssl.engine at the top level is the default socket, and no socket without settings', async () => {
    const text = `${main}server.port = 8443\nserver.bind = "127.0.0.1"\nssl.engine = "enable"\n$SERVER["socket"] == ":444" { }\n$SERVER["socket"] == ":80" { ssl.engine = "disable" }\n`;
    expect((await read(text)).map(({ subject, data }) => [subject, data])).toMatchObject([
      ['the default socket', { ports: [8443], exposure: 'internal', tls: true }],
      ['socket :80', { ports: [80], tls: false }],
    ]);
  });

  test('several names, several certificates', async () => {
    const text = `${socket('ssl.pemfile = "/a.pem"\n$HTTP["host"] == "b" { ssl.pemfile = "/b.pem" }')}$HTTP["host"] == "c" { ssl.pemfile = "/c.pem" }\n`;
    expect((await secure(text))?.data).toMatchObject({
      certificates: [{ ref: '/a.pem' }, { ref: '/b.pem' }, { ref: '/c.pem' }],
    });
  });

  test('files of the repository are read where they are included', async () => {
    const files = { 'lighttpd/conf.d/tls.conf': '$SERVER["socket"] == ":443" { ssl.engine = "enable" }\n' };
    const [fact] = await read(`${main}include "/etc/lighttpd/conf.d/*.conf"\n`, '1.4.69', files);
    expect(fact).toMatchObject({
      self: { file: 'lighttpd/conf.d/tls.conf' },
      defaults: { protocols: expect.anything() },
    });
  });

  test('a file that another includes is no unit of its own; files in a circle are all read', async () => {
    const sources = (texts: Readonly<Record<string, string>>) =>
      Object.entries(texts).map(([path, text]) => ({ path, text }));
    const unitsOf = async (texts: Readonly<Record<string, string>>) =>
      ((await lighttpd.units?.(sources(texts), inMemory(texts).repository)) ?? []).map((unit) =>
        unit.sources.map(({ path }) => path),
      );
    expect(await unitsOf({ 'lighttpd.conf': 'include "tls.conf"', 'tls.conf': main, 'other.conf': main })).toEqual([
      ['lighttpd.conf', 'tls.conf'],
      ['other.conf'],
    ]);
    expect((await unitsOf({ 'a.conf': 'include "b.conf"', 'b.conf': 'include "a.conf"' })).flat()).toEqual(
      expect.arrayContaining(['a.conf', 'b.conf']),
    );
  });
});

describe('HSTS and redirects', () => {
  const header = 'setenv.add-response-header = ("Strict-Transport-Security" => "max-age=63072000; includeSubDomains")';

  test.each([
    ['in the socket', socket(header)],
    ['in the file', `${header}\n${socket('')}`],
    ['for https', `${socket('')}$HTTP["scheme"] == "https" { ${header} }`],
    ['for what is not http', `${socket('')}$HTTP["scheme"] == "http" { a = 1 } else { ${header} }`],
  ])('a header %s', async (_name, text) => {
    const fact = await secure(text);
    expect(fact?.data).toMatchObject({ hsts: { maxAgeSeconds: 63072000, includeSubDomains: true } });
    expect(placeOf(text, fact, 'hsts')).toContain('max-age=63072000');
  });

  test('unknown where some hosts send it, or a program may', async () => {
    for (const more of [
      `$HTTP["host"] == "a" { ${header} }`,
      'proxy.server = ("" => (("host" => "127.0.0.1")))',
      'setenv.add-response-header = var.headers',
    ])
      expect((await secure(`${socket('')}${more}\n`))?.unknown).toContain('hsts');
  });

  const redirect = 'url.redirect = ("^/(.*)" => "https://%1/$1")';
  test.each([
    ['nothing', '', false],
    ['for http', `$HTTP["scheme"] == "http" { ${redirect} }`, true],
    ['for http and any host', `$HTTP["scheme"] == "http" { $HTTP["host"] =~ ".*" { ${redirect} } }`, true],
    [
      'apart from challenges',
      `$HTTP["scheme"] == "http" { $HTTP["url"] !~ "^/.well-known/acme" { ${redirect} } }`,
      true,
    ],
    ['every path', 'url.redirect = ("" => "https://${url.authority}${url.path}${qsa}")', true],
    ['one host', `$HTTP["host"] == "a" { ${redirect} }`, undefined],
    ['one path', 'url.redirect = ("^/a" => "https://a")', undefined],
  ])('the default socket beside one with TLS: %s', async (_name, settings, expected) => {
    const fact = await plain(`${socket('')}server.port = 8080\n${settings}\n`);
    expect(fact?.data).toMatchObject({ tls: false, application: 'http', ports: [8080] });
    expect(fact?.data).toEqual(
      expected === undefined
        ? expect.not.objectContaining({ redirectsToHttps: expect.anything() })
        : expect.objectContaining({ redirectsToHttps: expected }),
    );
  });

  test('a socket of its own for port 80', async () => {
    const text = `${main}server.port = 81\n$SERVER["socket"] == ":80" { ${redirect} } else $SERVER["socket"] == ":443" { ssl.engine = "enable" }\n`;
    const facts = await read(text);
    expect(facts.find(({ subject }) => subject === 'socket :80')?.data).toMatchObject({ redirectsToHttps: true });
    expect(facts.find(({ subject }) => subject === 'socket :443')?.data).toMatchObject({ tls: true });
  });
});

describe('what stays silent', () => {
  test('a fragment leaves what it does not say unknown', async () => {
    const fact = await secure('$SERVER["socket"] == ":443" { ssl.engine = "enable" }');
    expect(fact?.unknown).toEqual(expect.arrayContaining(['protocols', 'ciphers', 'clientAuth', 'hsts']));
    const added = 'server.modules += ("mod_openssl")\n$SERVER["socket"] == ":443" { ssl.engine = "enable" }\n';
    const fragment = await extractText(lighttpd, 'lighttpd/conf-available/10-ssl.conf', added);
    expect(fragment.facts[0]?.unknown).toContain('protocols');
    const open = await secure(`${socket('')}include_shell "/usr/share/lighttpd/include-conf-enabled.pl"\n`);
    expect(open?.unknown).toEqual(expect.arrayContaining(['protocols', 'hsts']));
  });

  test('without TLS nothing is said of plain HTTP', async () => {
    expect(await read(`${main}server.port = 80\n$SERVER["socket"] == ":81" { }\n`)).toEqual([]);
  });

  test('variables and templates', async () => {
    expect((await secure(commands('"MinProtocol" => var.oldest')))?.unknown).toContain('protocols');
    const text = `${main}$SERVER["socket"] == ":{{ port }}" {\n ssl.engine = "enable"\n{% if old %}\n ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1")\n{% endif %}\n}\n`;
    const { facts, diagnostics } = await extractText(lighttpd, 'lighttpd.conf.j2', text, { version: '1.4.69' });
    expect(diagnostics).toEqual([]);
    expect(facts.map(({ unknown }) => unknown)).toEqual([
      expect.arrayContaining(['ports', 'exposure', 'protocols', 'ciphers']),
      [],
    ]);
  });

  test('files of others', () => {
    expect(claims(lighttpd, 'nginx/nginx.conf', 'include ssl.engine')).toBe(false);
    expect(claims(lighttpd, 'lighttpd/conf.d/tls.conf', 'ssl.engine')).toBe(true);
    expect(claims(lighttpd, 'docs/lighttpd.md', 'ssl.engine')).toBe(false);
  });
});

describe('the grammar', () => {
  test('a broken line is a diagnostic and hides nothing', async () => {
    const { facts, diagnostics } = await extractText(lighttpd, 'lighttpd.conf', `oops oops\n${socket('')}`);
    expect(facts[0]?.subject).toBe('socket :443');
    expect(diagnostics.map(({ code, span }) => [code, span.start])).toEqual([['parse-error', 0]]);
  });

  test('no text makes it throw; words stand where they say', () => {
    const pieces = fc.constantFrom(
      'a',
      '=',
      '"b"',
      '$SERVER["socket"] ==',
      ':1',
      '{',
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
      '{{ x }}',
      '{% if y %}',
    );
    const check = (text: string, statements: readonly Statement[]): void => {
      for (const statement of statements) {
        if (statement.kind === 'condition') check(text, statement.body);
        if (statement.kind !== 'assignment' || statement.value.kind !== 'word') continue;
        const { text: word, range, unknown } = statement.value.word;
        if (!unknown) expect(text.slice(range.start, range.end)).toBe(word);
      }
    };
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join(' ');
        check(text, parseLighttpd({ path: 'lighttpd.conf', text }).statements);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void parseLighttpd({ path: 'lighttpd.conf', text })));
  });
});
