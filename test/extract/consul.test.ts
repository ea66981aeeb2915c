import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { consul } from '../../src/extract/consul/consul.ts';
import { factAbout, textAt } from '../support/extract-text.ts';

const version = (number: string) => () => ({ version: number, reason: `consul ${number}`, guessed: false });

async function extract(text: string, number = '1.21.0', path = 'consul.hcl') {
  const unit = { sources: [{ path, text }] as const, repository: { paths: [], read: () => undefined } };
  return consul.extract(unit, version(number));
}
const named = async (text: string, subject: string, number?: string): Promise<Fact> =>
  factAbout((await extract(text, number)).facts, subject);

const modern = `
server = true
client_addr = "0.0.0.0"
ports { https = 8501, grpc_tls = 8503 }
tls {
  defaults {
    ca_file = "ca.pem"
    cert_file = "tls.pem"
    verify_incoming = true
    verify_outgoing = true
    tls_min_version = "TLSv1_1"
  }
  https {
    verify_incoming = false
    tls_min_version = "TLSv1_3"
    tls_cipher_suites = "TLS_RSA_WITH_AES_128_CBC_SHA"
  }
  internal_rpc { verify_server_hostname = true }
}`;

describe('Consul', () => {
  test('an interface overrides the defaults', async () => {
    const fact = await named(modern, 'the HTTPS API');
    expect(fact.data).toMatchObject({
      ports: [8501],
      exposure: 'external',
      tls: true,
      protocols: ['TLSv1.3'],
      ciphers: [],
      clientAuth: { mode: 'none' },
      certificates: [{ from: 'file', ref: 'tls.pem' }],
    });
    expect(textAt(modern, fact, 'protocols')).toBe('TLSv1_3');
  });

  test('the others inherit them', async () => {
    const rpc = await named(modern, 'RPC between agents');
    expect(rpc.data).toMatchObject({
      ports: [8300],
      tls: true,
      protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      clientAuth: { mode: 'required', ca: 'ca.pem' },
    });
    expect(textAt(modern, rpc, 'protocols')).toBe('TLSv1_1');
    expect((await named(modern, 'gRPC')).data).toMatchObject({ ports: [8503], application: 'other' });
  });

  test('the servers: chain and name are verified', async () => {
    expect((await named(modern, 'the Consul servers')).data).toMatchObject({
      tls: true,
      verify: { chain: true, hostname: true },
      exposure: 'private',
      clientCertificate: 'tls.pem',
    });
  });

  test('the keys before 1.12, as JSON', async () => {
    const text =
      '{"server": true, "ports": {"https": 8501}, "verify_incoming_rpc": true, "verify_outgoing": true, "cert_file": "c.pem", "tls_min_version": "tls10", "tls_cipher_suites": "TLS_RSA_WITH_RC4_128_SHA"}';
    const rpc = await named(text, 'RPC between agents', '1.9.0');
    expect(rpc.data).toMatchObject({
      protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      ciphers: ['TLS_RSA_WITH_RC4_128_SHA'],
      clientAuth: { mode: 'required' },
    });
    const https = await named(text, 'the HTTPS API', '1.9.0');
    expect(https.data).toMatchObject({ exposure: 'internal', clientAuth: { mode: 'none' } });
    expect(textAt(text, https, 'ciphers/0')).toBe('TLS_RSA_WITH_RC4_128_SHA');
  });

  test.each([
    ['1.21.0', ['TLSv1.2', 'TLSv1.3']],
    ['1.9.0', undefined],
  ])('the default protocols of %s', async (number, protocols) => {
    const fact = await named('server = true\nverify_incoming = true', 'RPC between agents', number);
    expect(fact.data).toMatchObject(protocols ? { protocols } : {});
    expect(fact.unknown.includes('protocols')).toBe(protocols === undefined);
  });

  test('without verify_outgoing RPC is plain text', async () => {
    const fact = await named('verify_outgoing = false', 'the Consul servers');
    expect(fact.data).toEqual({ kind: 'upstream', exposure: 'private', tls: false });
  });

  test('an address that the machine decides is unknown', async () => {
    const text = 'data_dir = "/x"\nclient_addr = "{{ GetPrivateIP }}"\nports { https = 8501 }';
    expect((await named(text, 'the HTTPS API')).unknown).toContain('exposure');
  });

  test.each([
    ['ports without TLS', 'data_dir = "/x"\nports { http = 8500 }'],
    ['HTTPS switched off', 'data_dir = "/x"\nports { https = -1 }'],
    ['a service definition', 'service { name = "web"\n port = 80 }'],
    ['Nomad', 'data_dir = "/x"\ntls { http = true\n rpc = true\n verify_server_hostname = true }'],
    ['other JSON with ports', '{"ports": {"https": 8443}}'],
  ])('it is silent about %s', async (_name, text) => {
    expect((await extract(text)).facts).toEqual([]);
  });
});
