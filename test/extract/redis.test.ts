import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { redis } from '../../src/extract/redis/redis.ts';

async function extract(text: string) {
  const unit = { sources: [{ path: 'redis.conf', text }] as const, repository: { paths: [], read: () => undefined } };
  const { facts, diagnostics } = await redis.extract(unit, () => ({ version: '8.0', reason: '', guessed: true }));
  const slice = (fact: Fact | undefined, pointer: string) => {
    const span = fact?.spans[pointer];
    return span && text.slice(span.start, span.end);
  };
  return { facts, diagnostics, slice };
}

const tls = 'port 0\ntls-port 6380\n';

describe('listeners', () => {
  test('everything written', async () => {
    const { facts, slice } = await extract(
      `${tls}bind 127.0.0.1 -::1\nTLS-Protocols "TLSv1.1 TLSv1.2"\ntls-ciphers ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA\n` +
        'tls-ciphersuites TLS_AES_128_GCM_SHA256\ntls-prefer-server-ciphers yes\ntls-cert-file /tls/cert.pem\n' +
        'tls-ca-cert-file /tls/ca.pem\ntls-auth-clients optional\n',
    );
    expect(facts.map(({ data }) => data)).toEqual([
      {
        kind: 'listener',
        application: 'other',
        ports: [6380],
        exposure: 'internal',
        tls: true,
        protocols: ['TLSv1.1', 'TLSv1.2'],
        ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'],
        suites13: ['TLS_AES_128_GCM_SHA256'],
        preferServerCiphers: true,
        clientAuth: { mode: 'optional', ca: '/tls/ca.pem' },
        certificates: [{ from: 'file', ref: '/tls/cert.pem' }],
      },
    ]);
    expect(slice(facts[0], 'protocols/0')).toBe('TLSv1.1');
    expect(slice(facts[0], 'ciphers/1')).toBe('AES128-SHA');
  });

  test.each(['', 'tls-protocols ""\n'])('silent: the defaults, with %j', async (line) => {
    const { facts } = await extract(tls + line);
    expect(facts[0]?.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'], clientAuth: { mode: 'required' } });
    expect(Object.keys(facts[0]?.defaults ?? {})).toEqual(['protocols', 'clientAuth']);
  });

  test('silent: no TLS port, and a sample that is all comments', async () => {
    expect((await extract('port 6379\n#tls-port 6380\n#tls-protocols "TLSv1"\n')).facts).toEqual([]);
    expect((await extract('tls-port 0\ntls-protocols "TLSv1"\n')).facts).toEqual([]);
  });

  test('the port without TLS that stays open is a listener, too', async () => {
    const { facts } = await extract('tls-port 6380\nport 6379\n');
    expect(facts.map(({ subject, data }) => [subject, data])).toMatchObject([
      ['TLS port 6380', { tls: true }],
      ['port 6379', { ports: [6379], tls: false, application: 'other' }],
    ]);
  });

  test('what keeps the server from starting, an include or a template leaves it unknown', async () => {
    for (const line of [
      'tls-protocols TLSv1 TLSv1.2',
      'tls-protocols "TLSv1,TLSv1.2"',
      'include /etc/redis/tls.conf',
      'tls-protocols {{ .Values.protocols }}',
    ])
      expect((await extract(`${tls}${line}\n`)).facts[0]?.unknown).toContain('protocols');
  });

  test('the last directive of a name counts', async () => {
    const { facts } = await extract(`${tls}tls-protocols "TLSv1"\ntls-protocols "TLSv1.3"\ntls-ciphers RC4-SHA\n`);
    expect(facts[0]?.data).toMatchObject({ protocols: ['TLSv1.3'], ciphers: [] });
  });

  test('sentinel.conf', async () => {
    const { facts } = await extract(
      'port 0\ntls-port 26379\ntls-replication yes\nsentinel monitor m 10.0.0.1 6379 2\n',
    );
    expect(facts.map(({ data }) => data)).toMatchObject([{ ports: [26379], tls: true }]);
  });
});

describe('the master of a replica', () => {
  test('its certificate is checked where replication uses TLS', async () => {
    const { facts, slice } = await extract(
      'replicaof 10.0.0.1 6380\ntls-replication yes\ntls-ca-cert-file /tls/ca.pem\n',
    );
    expect(facts[0]?.data).toEqual({
      kind: 'upstream',
      target: '10.0.0.1',
      exposure: 'private',
      tls: true,
      verify: { chain: true },
      ca: '/tls/ca.pem',
    });
    expect(slice(facts[0], 'tls')).toBe('yes');
  });

  test('silent: replication in the clear, or none', async () => {
    expect((await extract('slaveof redis-0 6379\ntls-replication no\n')).facts[0]?.data).toMatchObject({ tls: false });
    expect((await extract('replicaof redis-0 6379\n')).facts).toEqual([]);
    expect((await extract('replicaof no one\ntls-replication yes\n')).facts).toEqual([]);
  });
});

test('which files are claimed', () => {
  const claims = (path: string, text: string) => redis.claims({ path, hasWord: (word) => text.includes(word) });
  for (const path of ['redis.conf', 'charts/redis/files/tls.conf', 'valkey.conf.j2', 'sentinel.conf'])
    expect(claims(path, 'tls-port 1')).toBe(true);
  expect(claims('redis.conf', 'port 1')).toBe(false);
  expect(claims('docs/redis.md', 'tls-port 1')).toBe(false);
});

test('a broken line is a diagnostic and hides nothing', async () => {
  const { facts, diagnostics } = await extract(`requirepass "x\n${tls}`);
  expect([facts.length, diagnostics.map(({ code }) => code)]).toEqual([1, ['parse-error']]);
});
