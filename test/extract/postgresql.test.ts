import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { postgresql } from '../../src/extract/postgresql/postgresql.ts';

async function extract(text: string, version = '15.4', path = 'postgresql.conf') {
  const unit = { sources: [{ path, text }] as const, repository: { paths: [], read: () => undefined } };
  const reason = `postgresql ${version}`;
  const { facts, diagnostics } = await postgresql.extract(unit, () => ({ version, reason, guessed: false }));
  const slice = (fact: Fact | undefined, pointer: string) => {
    const span = fact?.spans[pointer];
    return span && text.slice(span.start, span.end);
  };
  return { facts, diagnostics, slice };
}

const main = "listen_addresses = '*'\nmax_connections = 100\n";

describe('the server', () => {
  test('everything written', async () => {
    const { facts, slice } = await extract(
      `${main}port = 5433\nssl = on\nssl_min_protocol_version = 'TLSv1.1' # why\nSSL_Max_Protocol_Version = tlsv1.2\n` +
        "ssl_ciphers = 'ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA'\nssl_prefer_server_ciphers = on\nssl_ecdh_curve = 'prime256v1'\n" +
        "ssl_cert_file = '/etc/tls/cert.pem'\nssl_ca_file = '/etc/tls/ca.pem'\n",
    );
    expect(facts.map(({ data }) => data)).toEqual([
      {
        kind: 'listener',
        application: 'other',
        ports: [5433],
        exposure: 'external',
        tls: true,
        protocols: ['TLSv1.1', 'TLSv1.2'],
        ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'],
        groups: ['secp256r1'],
        preferServerCiphers: true,
        clientAuth: { mode: 'optional', ca: '/etc/tls/ca.pem' },
        certificates: [{ from: 'file', ref: '/etc/tls/cert.pem' }],
      },
    ]);
    expect(slice(facts[0], 'protocols')).toBe('TLSv1.1');
    expect(slice(facts[0], 'ciphers/1')).toBe('AES128-SHA');
  });

  test.each([
    ['12.3', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['13.0', ['TLSv1.2', 'TLSv1.3']],
  ])('the default versions of %s', async (version, protocols) => {
    const { facts } = await extract(`${main}ssl = on\n`, version);
    expect(facts[0]?.data).toMatchObject({ tls: true, protocols, clientAuth: { mode: 'none' } });
    expect(facts[0]?.defaults.protocols).toEqual({ reason: `the default of postgresql ${version}` });
  });

  test('a fragment says what it says; the rest is unknown', async () => {
    const { facts } = await extract("ssl_min_protocol_version = 'TLSv1'\n");
    expect(facts[0]?.data).toMatchObject({ protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
    expect(facts[0]?.unknown).toEqual(['tls', 'ciphers', 'clientAuth']);
  });

  test.each(['ssl = off', 'ssl = false', "ssl = 'n'"])('silent: with %s nothing else has an effect', async (text) => {
    const { facts } = await extract(`${main}${text}\nssl_min_protocol_version = 'TLSv1'\n`);
    expect(facts[0]?.data).toEqual({ kind: 'listener', application: 'other', exposure: 'external', tls: false });
  });

  test('silent: without a word on ssl it is off; a sample is all comments', async () => {
    const { facts } = await extract(`${main}ssl_min_protocol_version = 'TLSv1'\n`);
    expect(facts[0]?.data).not.toHaveProperty('protocols');
    expect(facts[0]?.defaults.tls).toBeDefined();
    expect(await extract("#ssl = off\n#ssl_min_protocol_version = 'TLSv1'\n")).toMatchObject({
      facts: [],
      diagnostics: [],
    });
  });

  test('the last of a name counts; of branches of a template none does', async () => {
    const twice = "ssl = on\nssl_min_protocol_version = 'TLSv1'\nssl_min_protocol_version = 'TLSv1.2'\n";
    expect((await extract(twice)).facts[0]?.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'] });
    const branches = twice.replaceAll(/^ssl_min.*$/gm, '{% if old %}\n$&\n{% endif %}');
    expect((await extract(branches)).facts[0]?.unknown).toContain('protocols');
    const filled = "ssl = on\nssl_min_protocol_version = '{{ oldest }}'\n";
    expect((await extract(filled)).facts[0]?.unknown).toContain('protocols');
  });

  test('a broken line is a diagnostic and hides nothing', async () => {
    const { facts, diagnostics } = await extract('???\nssl = on\n');
    expect([facts.length, diagnostics.map(({ code }) => code)]).toEqual([1, ['parse-error']]);
  });
});

describe('the primary of a standby', () => {
  const following = (parameters: string) => extract(`primary_conninfo = 'host=db.example.com user=r ${parameters}'\n`);

  test('sslmode=require checks nothing, unless there are roots', async () => {
    const { facts, slice } = await following('sslmode=require');
    expect(facts[0]?.data).toEqual({
      kind: 'upstream',
      target: 'db.example.com',
      exposure: 'external',
      tls: true,
      verify: { chain: false, hostname: false },
    });
    expect(slice(facts[0], 'verify/chain')).toBe('require');
    expect((await following('sslmode=require sslrootcert=/ca.pem')).facts[0]?.data).toMatchObject({
      ca: '/ca.pem',
      verify: { chain: true, hostname: false },
    });
  });

  test.each([
    ['sslmode=verify-ca', { chain: true, hostname: false }],
    ["sslmode = 'verify-full'", { chain: true, hostname: true }],
  ])('%s', async (parameters, verify) => {
    const written = parameters.replaceAll("'", "''");
    expect((await following(written)).facts[0]?.data).toMatchObject({ tls: true, verify });
  });

  test('silent: prefer, which pg_basebackup writes, and nothing at all', async () => {
    for (const parameters of ['sslmode=prefer', '']) {
      const [fact] = (await following(parameters)).facts;
      expect(fact?.data).toEqual({ kind: 'upstream', target: 'db.example.com', exposure: 'external' });
    }
  });

  test('a URI', async () => {
    const { facts, slice } = await extract("primary_conninfo = 'postgresql://r:x@10.0.0.5:5432/?sslmode=require'\n");
    expect(facts[0]?.data).toMatchObject({ target: '10.0.0.5', exposure: 'private', verify: { chain: false } });
    expect(slice(facts[0], 'target')).toBe('10.0.0.5');
  });
});

describe('pg_hba.conf', () => {
  test('hostssl with client certificates, and hostnossl', async () => {
    const text =
      '# TYPE DATABASE USER ADDRESS METHOD\nlocal all all peer\nhost all all 0.0.0.0/0 scram-sha-256\n' +
      'hostssl all all 0.0.0.0/0 scram-sha-256 clientcert=verify-full\nhostnossl all "a b" 127.0.0.1/32 md5\nhostnossl all all all reject\n';
    const { facts, slice } = await extract(text, '15.4', 'pg_hba.conf');
    expect(facts.map(({ subject, data }) => [subject, data])).toEqual([
      [
        'hostssl all all 0.0.0.0/0',
        { kind: 'listener', application: 'other', exposure: 'external', tls: true, clientAuth: { mode: 'required' } },
      ],
      ['hostnossl all a b 127.0.0.1/32', { kind: 'listener', application: 'other', exposure: 'internal', tls: false }],
    ]);
    expect(slice(facts[0], 'clientAuth')).toBe('clientcert=verify-full');
  });
});

test('which files are claimed', async () => {
  const claims = (path: string) => postgresql.claims({ path, hasWord: () => true });
  for (const path of ['postgresql.conf', 'postgres/conf.d/tls.conf', 'custom-postgres.conf.j2', 'pg_hba.conf'])
    expect(claims(path)).toBe(true);
  for (const path of ['nginx.conf', 'postgres/init.sql', 'postgres.yaml']) expect(claims(path)).toBe(false);
  const nginx = 'server { listen 443 ssl; ssl_ciphers HIGH; }\n';
  expect(await extract(nginx, '15.4', 'postgres/nginx.conf')).toMatchObject({ facts: [], diagnostics: [] });
});
