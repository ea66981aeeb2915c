import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { dovecot } from '../../src/extract/dovecot/dovecot.ts';

async function extract(text: string, version?: string, path = 'dovecot.conf') {
  const unit = { sources: [{ path, text }] as const, repository: { paths: [], read: () => undefined } };
  const { facts, diagnostics } = await dovecot.extract(unit, () =>
    version
      ? { version, reason: `dovecot ${version}`, guessed: false }
      : { version: '2.4.4', reason: 'dovecot 2.4.4, a guess', guessed: true },
  );
  const slice = (fact: Fact | undefined, pointer: string) => {
    const span = fact?.spans[pointer];
    return span && text.slice(span.start, span.end);
  };
  return { facts, diagnostics, slice };
}

const main = 'protocols = imap\n';
const old = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const sound = ['TLSv1.2', 'TLSv1.3'];

describe('listeners', () => {
  test('everything written, in the words of 2.3', async () => {
    const { facts, slice } = await extract(
      `${main}ssl = required\nssl_cert = </etc/tls/cert.pem\nssl_key = </etc/tls/key.pem\nssl_min_protocol = TLSv1.1\n` +
        'ssl_cipher_list = ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA\nssl_prefer_server_ciphers = yes\nssl_curve_list = P-256\n' +
        'ssl_verify_client_cert = yes\nauth_ssl_require_client_cert = yes\nssl_ca = </etc/tls/ca.pem\n',
    );
    expect(facts.map(({ data }) => data)).toEqual([
      {
        kind: 'listener',
        application: 'other',
        exposure: 'external',
        tls: true,
        protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
        ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'],
        groups: ['secp256r1'],
        preferServerCiphers: true,
        clientAuth: { mode: 'required', ca: '/etc/tls/ca.pem' },
        certificates: [{ from: 'file', ref: '/etc/tls/cert.pem' }],
      },
    ]);
    expect(slice(facts[0], 'protocols')).toBe('TLSv1.1');
    expect(slice(facts[0], 'ciphers/1')).toBe('AES128-SHA');
    expect(slice(facts[0], 'certificates/0')).toBe('/etc/tls/cert.pem');
  });

  test('silent: sound settings in the words of 2.4', async () => {
    const { facts } = await extract(
      'dovecot_config_version = 2.4.1\nssl_server_cert_file = /etc/tls/cert.pem\nssl_server {\n  request_client_cert = any-cert\n}\n' +
        'ssl_server_prefer_ciphers = server\n',
    );
    expect(facts[0]?.data).toMatchObject({
      protocols: sound,
      clientAuth: { mode: 'request' },
      preferServerCiphers: true,
      certificates: [{ from: 'file', ref: '/etc/tls/cert.pem' }],
    });
    expect(facts[0]?.defaults.protocols?.reason).toContain('2.4.1 (dovecot_config_version)');
  });

  test.each([
    ['ANY', old],
    ['tlsv1', old],
    ['TLSv1.2#x', sound],
    ['LATEST', ['TLSv1.3']],
  ])('ssl_min_protocol = %s', async (name, protocols) => {
    expect((await extract(`ssl_min_protocol = ${name}\n`)).facts[0]?.data).toMatchObject({ protocols });
  });

  test.each([
    ['!SSLv2 !SSLv3', '2.2.36', old],
    ['!SSLv2 !SSLv3', undefined, old],
    ['!SSLv2 !SSLv3', '2.3.19', sound],
    ['!SSLv3 !TLSv1', '2.3.19', ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['TLSv1.2 TLSv1.1', '2.3.19', ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['TLSv1.2 TLSv1.1', '2.2.36', ['TLSv1.1', 'TLSv1.2']],
  ])('ssl_protocols = %s with %s', async (list, version, protocols) => {
    expect((await extract(`${main}ssl_protocols = ${list}\n`, version)).facts[0]?.data).toMatchObject({ protocols });
  });

  test('of ssl_min_protocol and ssl_protocols the later one counts', async () => {
    const { facts, slice } = await extract('ssl_min_protocol = TLSv1\nssl_protocols = TLSv1.2\n');
    expect(facts[0]?.data).toMatchObject({ protocols: sound });
    expect(slice(facts[0], 'protocols')).toBe('TLSv1.2');
  });

  test.each([
    ['2.3.14', old],
    ['2.3.19', sound],
    ['2.3', sound],
  ])('the default versions of %s', async (version, protocols) => {
    const { facts } = await extract(`${main}ssl = yes\n`, version);
    expect(facts[0]?.data).toMatchObject({ protocols });
    expect(facts[0]?.defaults.protocols).toEqual({ reason: `the default of dovecot ${version}` });
  });

  test('a block that differs is a listener of its own, and inherits the rest', async () => {
    const { facts } = await extract(
      'ssl_min_protocol = TLSv1.2\nlocal 192.0.2.1 {\n  ssl_cert = </etc/b.pem\n}\nprotocol imap {\n  mail_max = 1\n}\n',
    );
    expect(facts.map(({ subject, data }) => [subject, data])).toMatchObject([
      ['Dovecot', { protocols: sound }],
      ['local 192.0.2.1', { protocols: sound, certificates: [{ ref: '/etc/b.pem' }] }],
    ]);
  });

  test('silent: without TLS nothing else has an effect', async () => {
    const { facts } = await extract('ssl = no\nssl_min_protocol = TLSv1\n');
    expect(facts[0]?.data).toEqual({ kind: 'listener', application: 'other', exposure: 'external', tls: false });
  });

  test('what another file may set is unknown, and so is a variable', async () => {
    const { facts } = await extract('ssl_cert = </etc/a.pem\n!include_try local.conf\n');
    expect(facts[0]?.unknown).toEqual(['protocols', 'ciphers', 'clientAuth']);
    expect((await extract('ssl_min_protocol = $SET:oldest\n')).facts[0]?.unknown).toContain('protocols');
    expect((await extract('ssl_min_protocol = {{ oldest }}\n')).facts[0]?.unknown).toContain('protocols');
  });
});

describe('upstreams', () => {
  test.each(['ssl_client_require_valid_cert', 'imapc_ssl_verify'])('imapc with %s = no', async (name) => {
    const { facts, slice } = await extract(`imapc_host = imap.example.com\nimapc_ssl = imaps\n${name} = no\n`);
    expect(facts[0]?.data).toMatchObject({
      kind: 'upstream',
      target: 'imap.example.com',
      exposure: 'external',
      tls: true,
      verify: { chain: false },
    });
    expect(slice(facts[0], 'verify/chain')).toBe('no');
  });

  test('silent: verified by default, and not at all without TLS', async () => {
    const { facts } = await extract(
      `${main}submission_relay_host = smtp.example.com\nsubmission_relay_ssl = starttls\n`,
    );
    expect(facts[0]?.data).toMatchObject({ tls: true, verify: { chain: true, hostname: true } });
    expect((await extract(`${main}imapc_host = a.example\n`)).facts[0]?.data).toMatchObject({ tls: false });
  });

  test('LDAP that takes any certificate', async () => {
    const { facts, slice } = await extract(
      'uris = ldaps://ldap.example.com\ntls_require_cert = never\n',
      undefined,
      'dovecot-ldap.conf.ext',
    );
    expect(facts[0]?.data).toMatchObject({ tls: true, exposure: 'external', verify: { chain: false } });
    expect(slice(facts[0], 'verify/chain')).toBe('never');
    const plain = await extract('uris = ldap://127.0.0.1\ntls_require_cert = never\n');
    expect(plain.facts[0]?.data).toMatchObject({ tls: false, exposure: 'internal' });
    expect(plain.facts[0]?.data).not.toHaveProperty('verify');
  });
});

test('which files are claimed', () => {
  const claims = (path: string) => dovecot.claims({ path, hasWord: () => true });
  for (const path of ['dovecot.conf', 'etc/dovecot/conf.d/10-ssl.conf', '10-ssl.conf.j2', 'dovecot-ldap.conf.ext'])
    expect(claims(path)).toBe(true);
  for (const path of ['nginx.conf', 'docs/dovecot.md', 'dovecot.service']) expect(claims(path)).toBe(false);
});

test('a broken line is a diagnostic and hides nothing', async () => {
  const { facts, diagnostics } = await extract('oops\nssl = required\n');
  expect([facts.length, diagnostics.map(({ code }) => code)]).toEqual([1, ['parse-error']]);
  const other = '[program:dovecot]\ncommand = dovecot -F\nssl\n';
  expect(await extract(other, undefined, 'dovecot/supervisord.conf')).toMatchObject({ facts: [], diagnostics: [] });
});
