import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { vault } from '../../src/extract/vault/vault.ts';
import { candidateOf, onlyFact, textAt } from '../support/extract-text.ts';

const newest = () => ({ version: '0', reason: 'vault', guessed: true });

async function extract(text: string, path = 'vault.hcl') {
  const unit = { sources: [{ path, text }] as const, repository: { paths: [], read: () => undefined } };
  return vault.extract(unit, newest);
}
const only = async (text: string, path?: string): Promise<Fact> => onlyFact((await extract(text, path)).facts);

describe('a listener of Vault', () => {
  test('with everything written', async () => {
    const text = `
      ui = true
      listener "tcp" {
        address       = "0.0.0.0:8200"
        tls_cert_file = "/etc/vault/tls.crt"
        tls_key_file  = "/etc/vault/tls.key"
        tls_min_version = "tls10"
        tls_max_version = "tls12"
        tls_cipher_suites = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_3DES_EDE_CBC_SHA"
        tls_require_and_verify_client_cert = "true"
        tls_client_ca_file = "/etc/vault/ca.pem"
      }`;
    const fact = await only(text);
    expect(fact.subject).toBe('listener on port 8200');
    expect(fact.data).toEqual({
      kind: 'listener',
      application: 'http',
      ports: [8200],
      exposure: 'external',
      tls: true,
      protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'],
      ciphers: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
      clientAuth: { mode: 'required', ca: '/etc/vault/ca.pem' },
      certificates: [{ from: 'file', ref: '/etc/vault/tls.crt' }],
    });
    expect(textAt(text, fact, 'protocols')).toBe('tls10');
    expect(textAt(text, fact, 'ciphers/1')).toBe('TLS_RSA_WITH_3DES_EDE_CBC_SHA');
    expect(textAt(text, fact, 'clientAuth')).toBe('true');
    expect(fact.unknown).toEqual(['hsts']);
  });

  test('defaults: TLS 1.2 and newer, on loopback, a certificate asked for', async () => {
    const fact = await only('listener "tcp" { tls_cert_file = "a.pem" }');
    expect(fact.data).toMatchObject({
      protocols: ['TLSv1.2', 'TLSv1.3'],
      exposure: 'internal',
      ports: [8200],
      tls: true,
      clientAuth: { mode: 'request' },
    });
    expect(fact.defaults.protocols).toEqual({ reason: 'the default of Vault' });
  });

  test.each([
    ['HCL in other words', 'listener "tcp" { address = "[::]:8200" tls_disable = 1 }'],
    ['JSON', '{"listener": {"tcp": {"address": "0.0.0.0:8200", "tls_disable": "true"}}}'],
    ['JSON arrays', '{"listener": [{"tcp": {"address": ":8200", "tls_disable": true}}]}'],
  ])('without TLS: %s', async (_name, text) => {
    const fact = await only(text, 'vault.json');
    expect(fact.data).toEqual({
      kind: 'listener',
      application: 'http',
      ports: [8200],
      exposure: 'external',
      tls: false,
    });
    expect(fact.unknown).toEqual(['redirectsToHttps']);
  });

  test('only TLS 1.3: suites of TLS 1.2 have no effect', async () => {
    const fact = await only(
      'listener "tcp" { tls_min_version = "tls13" tls_cipher_suites = "TLS_RSA_WITH_RC4_128_SHA" }',
    );
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.3'], ciphers: [] });
  });

  test('variables and templates are unknown', async () => {
    const fact = await only(
      'listener "tcp" { address = "{{ addr }}:8200" tls_disable = ${off} tls_min_version = "@MIN@" }',
    );
    expect(fact.unknown).toEqual(expect.arrayContaining(['ports', 'exposure', 'tls', 'protocols']));
  });

  test('a template that may leave a setting out', async () => {
    const fact = await only('listener "tcp" {\n {% if x %}\n tls_min_version = "tls12"\n {% endif %}\n}');
    expect(fact.unknown).toEqual(expect.arrayContaining(['tls', 'clientAuth', 'exposure']));
  });

  test('in the values of a chart', async () => {
    const text =
      'server:\n  standalone:\n    config: |\n      ui = true\n      listener "tcp" {\n        tls_min_version = "tls11"\n      }\n';
    const fact = await only(text, 'values.yaml');
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
    expect(textAt(text, fact, 'protocols')).toBe('tls11');
  });
});

describe('an upstream of Vault', () => {
  test('Consul as storage, not verified', async () => {
    const text =
      'storage "consul" {\n address = "consul.example.com:8501"\n scheme = "https"\n tls_skip_verify = "true"\n}';
    const fact = await only(text);
    expect(fact.data).toEqual({
      kind: 'upstream',
      target: 'consul.example.com:8501',
      tls: true,
      exposure: 'external',
      verify: { chain: false, hostname: false },
    });
    expect(textAt(text, fact, 'verify/chain')).toBe('true');
  });

  test('a transit seal, verified by default', async () => {
    const fact = await only('seal "transit" {\n address = "https://vault.internal:8200"\n tls_ca_cert = "/ca.pem"\n}');
    expect(fact.data).toMatchObject({ verify: { chain: true }, exposure: 'private', ca: '/ca.pem' });
  });

  test('the server that an agent talks to', async () => {
    const { facts } = await extract(
      'vault {\n address = "https://vault.example.com"\n tls_skip_verify = true\n}\nauto_auth { }',
    );
    expect(facts.map(({ data }) => data)).toMatchObject([{ kind: 'upstream', verify: { chain: false } }]);
  });
});

describe('Vault stays silent', () => {
  test.each([
    [
      'Consul in plain text, where the flag has no effect',
      'storage "consul" { address = "127.0.0.1:8500" tls_skip_verify = true }',
    ],
    ['raft', 'storage "raft" { path = "/vault" }'],
    ['a Boundary worker', 'listener "tcp" { purpose = "proxy" tls_disable = true }\nworker { name = "a" }'],
    ["Nomad's vault block", 'data_dir = "/x"\nvault { address = "https://v.example" tls_skip_verify = true }'],
    ['a policy', 'path "secret/*" { capabilities = ["read"] }'],
  ])('about %s', async (_name, text) => {
    const { facts, diagnostics } = await extract(text);
    expect(facts).toEqual([]);
    expect(diagnostics).toEqual([]);
  });

  test('it claims its files by name and words', () => {
    expect(vault.claims(candidateOf('a/vault.hcl', 'listener "tcp" {}'))).toBe(true);
    expect(vault.claims(candidateOf('extraconfig-from-values.hcl', 'listener "tcp" {}'))).toBe(true);
    expect(vault.claims(candidateOf('terragrunt.hcl', 'include {}'))).toBe(false);
    expect(vault.claims(candidateOf('package.json', '{"listener": "tcp"}'))).toBe(false);
    expect(vault.claims(candidateOf('main.tf', 'listener "tcp"'))).toBe(false);
  });
});
