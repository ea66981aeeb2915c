import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { nomad } from '../../src/extract/nomad/nomad.ts';
import { textAt } from '../support/extract-text.ts';

const newest = () => ({ version: '0', reason: 'nomad', guessed: true });

async function extract(text: string, path = 'nomad.hcl') {
  const unit = { sources: [{ path, text }] as const, repository: { paths: [], read: () => undefined } };
  return nomad.extract(unit, newest);
}
const named = async (text: string, subject: string): Promise<Fact> => {
  const fact = (await extract(text)).facts.find((candidate) => candidate.subject === subject);
  if (!fact) throw new Error(`no ${subject}`);
  return fact;
};

const agent = (tls: string, rest = '') =>
  `data_dir = "/opt/nomad"\nbind_addr = "0.0.0.0"\ntls {\n  ca_file = "ca.pem"\n  cert_file = "tls.pem"\n  ${tls}\n}\n${rest}`;

describe('Nomad', () => {
  test('the HTTP API with everything written', async () => {
    const text = agent(
      'http = true\n tls_min_version = "tls11"\n tls_cipher_suites = "TLS_RSA_WITH_AES_128_CBC_SHA"\n verify_https_client = true',
      'ports { http = 4000 }',
    );
    const fact = await named(text, 'the HTTP API');
    expect(fact.data).toEqual({
      kind: 'listener',
      application: 'http',
      ports: [4000],
      exposure: 'external',
      tls: true,
      protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      ciphers: ['TLS_RSA_WITH_AES_128_CBC_SHA'],
      clientAuth: { mode: 'required', ca: 'ca.pem' },
      certificates: [{ from: 'file', ref: 'tls.pem' }],
    });
    expect(textAt(text, fact, 'protocols')).toBe('tls11');
  });

  test('defaults: TLS 1.2, no client certificate for HTTP, always one for RPC', async () => {
    const text = agent('http = true\n rpc = true');
    expect((await named(text, 'the HTTP API')).data).toMatchObject({
      protocols: ['TLSv1.2', 'TLSv1.3'],
      clientAuth: { mode: 'none' },
    });
    expect((await named(text, 'RPC')).data).toMatchObject({
      ports: [4647],
      tls: true,
      clientAuth: { mode: 'required' },
    });
  });

  test('RPC with and without TLS while a cluster is upgraded', async () => {
    const fact = await named(agent('rpc = true\n rpc_upgrade_mode = true'), 'RPC');
    expect(fact.unknown).toContain('tls');
  });

  test('the other agents: chain always, name when told', async () => {
    const lax = await named(agent('rpc = true'), 'the other Nomad agents');
    expect(lax.data).toMatchObject({ verify: { chain: true, hostname: false }, ca: 'ca.pem' });
    const text = agent('rpc = true\n verify_server_hostname = true');
    const strict = await named(text, 'the other Nomad agents');
    expect(strict.data).toMatchObject({ verify: { chain: true, hostname: true } });
  });

  test('Consul and Vault, not verified', async () => {
    const text = agent(
      'rpc = false',
      'consul {\n ssl = true\n verify_ssl = false\n address = "consul.example.com:8501"\n}\nvault {\n address = "https://vault.service.consul:8200"\n tls_skip_verify = true\n}',
    );
    const consul = await named(text, 'Consul');
    expect(consul.data).toMatchObject({ tls: true, verify: { chain: false }, exposure: 'external' });
    expect(textAt(text, consul, 'verify/chain')).toBe('false');
    expect((await named(text, 'Vault')).data).toMatchObject({ verify: { chain: false } });
  });

  test('JSON', async () => {
    const text = '{"datacenter": "a", "tls": {"http": true, "tls_min_version": "tls10", "ca_file": "x"}}';
    const [fact] = (await extract(text, 'nomad.json')).facts;
    expect(fact?.data).toMatchObject({ protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], exposure: 'external' });
  });

  test.each([
    ['TLS switched off', agent('http = false')],
    ['plain Consul on this machine', 'data_dir = "/x"\nconsul {\n address = "127.0.0.1:8500"\n verify_ssl = false\n}'],
    ['a job', 'job "web" {\n group "g" { task "t" { driver = "docker" } }\n}'],
    [
      'Consul',
      'data_dir = "/x"\ntls {\n defaults { verify_incoming = true }\n internal_rpc { verify_server_hostname = true }\n}',
    ],
  ])('it is silent about %s', async (_name, text) => {
    expect((await extract(text)).facts).toEqual([]);
  });

  test('an expression is unknown', async () => {
    const fact = await named(agent('http = true\n tls_min_version = var.min'), 'the HTTP API');
    expect(fact.unknown).toContain('protocols');
  });
});
