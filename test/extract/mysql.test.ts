import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import type { VersionEvidence } from '../../src/core/technology.ts';
import { mysql } from '../../src/extract/mysql/mysql.ts';

const stable: Readonly<Record<string, string>> = { mysql: '9.7.2', mariadb: '12.3.2' };

/** `found`: the versions that the repository shows. */
async function extract(text: string, found: Readonly<Record<string, string>> = {}, path = 'my.cnf') {
  const unit = { sources: [{ path, text }] as const, repository: { paths: [], read: () => undefined } };
  const { facts, diagnostics } = await mysql.extract(unit, (product): VersionEvidence => {
    const version = found[product] ?? stable[product] ?? '';
    return { version, reason: `${product} ${version}`, guessed: !found[product] };
  });
  const slice = (fact: Fact | undefined, pointer: string) => {
    const span = fact?.spans[pointer];
    return span && text.slice(span.start, span.end);
  };
  return { facts, diagnostics, slice };
}

describe('the server', () => {
  test('everything written', async () => {
    const { facts, slice } = await extract(
      '[mysqld]\nport = 3307\nbind-address = 0.0.0.0\nrequire_secure_transport = ON\nloose-tls_version = TLSv1.1,TLSv1.2 # old clients\n' +
        'ssl_cipher = "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA"\nssl-cert=/etc/tls/cert.pem\nssl-ca=/etc/tls/ca.pem\ntls_ciphersuites = TLS_AES_128_GCM_SHA256\n',
    );
    expect(facts.map(({ subject, data }) => [subject, data])).toEqual([
      [
        'MySQL',
        {
          kind: 'listener',
          application: 'other',
          ports: [3307],
          exposure: 'external',
          tls: true,
          protocols: ['TLSv1.1', 'TLSv1.2'],
          ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'],
          suites13: ['TLS_AES_128_GCM_SHA256'],
          clientAuth: { mode: 'optional', ca: '/etc/tls/ca.pem' },
          certificates: [{ from: 'file', ref: '/etc/tls/cert.pem' }],
        },
      ],
    ]);
    expect(slice(facts[0], 'protocols/0')).toBe('TLSv1.1');
    expect(slice(facts[0], 'ciphers/1')).toBe('AES128-SHA');
  });

  test.each([
    [{ mysql: '8.0.28' }, ['TLSv1.2', 'TLSv1.3']],
    [{ mysql: '8.0' }, ['TLSv1.2', 'TLSv1.3']],
    [{ mysql: '8.0.20' }, ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    [{ mysql: '5.7' }, ['TLSv1.0', 'TLSv1.1', 'TLSv1.2']],
    [{ mariadb: '10.3' }, ['TLSv1.0', 'TLSv1.1', 'TLSv1.2']],
    [{ mariadb: '11.4' }, ['TLSv1.2', 'TLSv1.3']],
  ])('the default versions of %j', async (found, protocols) => {
    const { facts } = await extract('[mysqld]\nssl-cert = /cert.pem\n', found);
    expect(facts[0]?.data).toMatchObject({ protocols });
    expect(facts[0]?.defaults.protocols?.reason).toMatch(/^the default of (mysql|mariadb) /);
  });

  test('the default of a MariaDB that may or may not have TLS 1.1 is unknown', async () => {
    const { facts } = await extract('[mariadb]\nssl-cert = /cert.pem\n', { mariadb: '10.6' });
    expect([facts[0]?.subject, facts[0]?.unknown]).toEqual(['MariaDB', ['protocols']]);
  });

  test.each(['skip-ssl', 'ssl = 0', 'disable_ssl', 'tls_version ='])(
    'silent: with %j nothing else has an effect',
    async (line) => {
      const { facts } = await extract(`[mysqld]\nssl_cipher = RC4-SHA\n${line}\n`);
      expect(facts[0]?.data).toEqual({ kind: 'listener', application: 'other', tls: false });
    },
  );

  test('silent: a server that says nothing of TLS, a section of one release, another program', async () => {
    expect((await extract('[mysqld]\nport = 3306\n')).facts).toEqual([]);
    expect((await extract('[mysqld-5.7]\ntls_version = TLSv1\n')).facts).toEqual([]);
    expect(await extract('[req]\nssl = x\n???\n')).toMatchObject({ facts: [], diagnostics: [] });
  });

  test('what an included file, a branch or a variable may set is unknown', async () => {
    for (const text of [
      '[mysqld]\nssl-cert = /c.pem\n!includedir /etc/mysql/conf.d/\n',
      '[mysqld]\nssl-cert = /c.pem\n{% if x %}\nport = 1\n{% endif %}\n',
      '[mysqld]\ntls_version = ${TLS_VERSION}\n',
      '[mysqld]\ntls_version = TLSv9\n',
    ])
      expect((await extract(text)).facts[0]?.unknown).toContain('protocols');
  });

  test('a name that MariaDB does not know keeps it from starting', async () => {
    expect((await extract('[mariadb]\ntls_version = TLSv1,TLSv1.2\n')).facts[0]?.unknown).toContain('protocols');
    const own = (await extract('[mariadb]\ntls_version = TLSv1.0,TLSv1.2\n')).facts[0];
    expect(own?.data).toMatchObject({ protocols: ['TLSv1.0', 'TLSv1.2'] });
  });
});

describe('clients', () => {
  const client = (text: string) => extract(`[client]\nhost = db.example.com\n${text}\n`);

  test.each([
    ['ssl-mode = REQUIRED', false, false, 'REQUIRED'],
    ['ssl_mode = verify_ca', true, false, 'verify_ca'],
    ['ssl-mode = VERIFY_IDENTITY', true, true, 'VERIFY_IDENTITY'],
    ['ssl-verify-server-cert = OFF', false, false, 'OFF'],
    ['disable-ssl-verify-server-cert', false, false, 'disable-ssl-verify-server-cert'],
    ['ssl_verify_server_cert', true, true, 'ssl_verify_server_cert'],
  ])('%s', async (line, chain, hostname, place) => {
    const { facts, slice } = await client(line);
    expect(facts[0]?.data).toMatchObject({
      kind: 'upstream',
      target: 'db.example.com',
      exposure: 'external',
      tls: true,
      verify: { chain, hostname },
    });
    expect(slice(facts[0], 'verify/chain')).toBe(place);
  });

  test('silent: the default, no TLS at all, and a client that is told its host elsewhere', async () => {
    expect((await client('ssl-mode = PREFERRED')).facts[0]?.data).not.toHaveProperty('verify');
    expect((await client('skip-ssl')).facts[0]?.data).toMatchObject({ tls: false });
    expect((await client('user = x')).facts).toEqual([]);
    expect((await extract('[client]\nssl-mode = REQUIRED\n')).facts).toEqual([]);
  });

  test('each section is a client of its own', async () => {
    const { facts } = await extract(
      '[client]\nhost = a.example\nssl-ca = /ca.pem\n[mysqldump]\nhost = localhost\nssl-mode = REQUIRED\n',
    );
    expect(facts.map(({ data }) => data)).toMatchObject([
      { target: 'a.example', ca: '/ca.pem' },
      { target: 'localhost', exposure: 'internal' },
    ]);
  });
});

test('which files are claimed', () => {
  const claims = (path: string, text: string) => mysql.claims({ path, hasWord: (word) => text.includes(word) });
  expect(claims('conf.d/my.cnf', '[mysqld]\nssl-ca')).toBe(true);
  expect(claims('galera.cnf.j2', '[mysqld]\ntls_version')).toBe(true);
  expect(claims('openssl.cnf', '[ req ]\n[ server_cert ]\nssl')).toBe(false);
  expect(claims('my.cnf', '[mysqld]\nport = 1')).toBe(false);
});
