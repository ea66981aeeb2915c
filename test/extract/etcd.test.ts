import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { etcd } from '../../src/extract/etcd/etcd.ts';
import { candidateOf, factAbout, textAt } from '../support/extract-text.ts';

const newest = () => ({ version: '0', reason: 'etcd', guessed: true });

async function extract(text: string, path = 'etcd.conf.yml') {
  const unit = { sources: [{ path, text }] as const, repository: { paths: [], read: () => undefined } };
  return etcd.extract(unit, newest);
}
const named = async (text: string, subject: string, path?: string): Promise<Fact> =>
  factAbout((await extract(text, path)).facts, subject);

const conf = `
listen-client-urls: https://10.0.0.1:2379,http://127.0.0.1:2379
listen-peer-urls: https://10.0.0.1:2380
initial-cluster: "a=https://10.0.0.1:2380,b=https://10.0.0.2:2380"
client-transport-security:
  cert-file: /etc/etcd/server.pem
  key-file: /etc/etcd/server-key.pem
  client-cert-auth: true
  trusted-ca-file: /etc/etcd/ca.pem
peer-transport-security:
  auto-tls: true
cipher-suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_128_CBC_SHA]
tls-min-version: 'TLS1.2'
tls-max-version: 'TLS1.2'
`;

describe('etcd', () => {
  test('clients, with everything written', async () => {
    const fact = await named(conf, 'etcd for clients');
    expect(fact.data).toEqual({
      kind: 'listener',
      application: 'other',
      ports: [2379],
      exposure: 'external',
      tls: true,
      protocols: ['TLSv1.2'],
      ciphers: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_128_CBC_SHA'],
      clientAuth: { mode: 'required', ca: '/etc/etcd/ca.pem' },
      certificates: [{ from: 'file', ref: '/etc/etcd/server.pem' }],
    });
    expect(textAt(conf, fact, 'ciphers/1')).toBe('TLS_RSA_WITH_AES_128_CBC_SHA');
    expect(textAt(conf, fact, 'protocols')).toBe('TLS1.2');
  });

  test('a second address in plain text is a listener of its own, and internal', async () => {
    expect((await named(conf, 'etcd for clients, in plain text')).data).toEqual({
      kind: 'listener',
      application: 'other',
      ports: [2379],
      exposure: 'internal',
      tls: false,
    });
  });

  test('peers that make their own certificates are not verified', async () => {
    const fact = await named(conf, 'the other etcd members');
    expect(fact.data).toMatchObject({ tls: true, exposure: 'private', verify: { chain: false, hostname: false } });
    expect(textAt(conf, fact, 'verify/chain')).toBe('true');
    expect((await named(conf, 'etcd for peers')).data).toMatchObject({
      certificates: [{ from: 'managed' }],
      clientAuth: { mode: 'none' },
    });
  });

  test('defaults: TLS 1.2 and newer, verified peers', async () => {
    const text =
      'listen-client-urls: https://0.0.0.0:2379\ninitial-cluster: a=https://a.example.com:2380\npeer-transport-security:\n  cert-file: p.pem\n  trusted-ca-file: ca.pem\n';
    expect((await named(text, 'etcd for clients')).data).toMatchObject({
      protocols: ['TLSv1.2', 'TLSv1.3'],
      clientAuth: { mode: 'none' },
    });
    expect((await named(text, 'the other etcd members')).data).toMatchObject({ verify: { chain: true }, ca: 'ca.pem' });
  });

  test('a CA alone makes client certificates necessary', async () => {
    const text = 'listen-client-urls: https://0.0.0.0:2379\nclient-transport-security:\n  trusted-ca-file: ca.pem\n';
    expect((await named(text, 'etcd for clients')).data).toMatchObject({
      clientAuth: { mode: 'required', ca: 'ca.pem' },
    });
  });

  test('flags of a pod', async () => {
    const text = `apiVersion: v1
kind: Pod
metadata: { name: etcd }
spec:
  containers:
    - name: etcd
      command:
        - etcd
        - --listen-client-urls=https://127.0.0.1:2379,https://192.168.1.5:2379
        - --cert-file=/etc/kubernetes/pki/etcd/server.crt
        - --client-cert-auth=true
        - --trusted-ca-file
        - /etc/kubernetes/pki/etcd/ca.crt
        - --cipher-suites=TLS_RSA_WITH_3DES_EDE_CBC_SHA
`;
    const fact = await named(text, 'etcd for clients', 'etcd.yaml');
    expect(fact.data).toMatchObject({
      exposure: 'external',
      clientAuth: { mode: 'required', ca: '/etc/kubernetes/pki/etcd/ca.crt' },
      ciphers: ['TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
      protocols: ['TLSv1.2', 'TLSv1.3'],
    });
    expect(textAt(text, fact, 'ciphers/0')).toBe('TLS_RSA_WITH_3DES_EDE_CBC_SHA');
  });

  test('flags and variables of a unit file', async () => {
    const text = `[Service]
Environment=ETCD_CLIENT_CERT_AUTH=true
ExecStart=/usr/local/bin/etcd \\
  --listen-client-urls https://10.0.0.1:2379 \\
  --initial-cluster a=https://10.0.0.1:2380 \\
  --peer-auto-tls \\
  --cert-file=/etc/etcd/a.pem
Restart=always
`;
    const fact = await named(text, 'etcd for clients', 'etcd.service');
    expect(fact.data).toMatchObject({ clientAuth: { mode: 'required' }, certificates: [{ ref: '/etc/etcd/a.pem' }] });
    expect(textAt(text, fact, 'clientAuth')).toBe('true');
    const peers = await named(text, 'the other etcd members', 'etcd.service');
    expect(peers.data).toMatchObject({ verify: { chain: false } });
    expect(textAt(text, peers, 'verify/chain')).toBe('peer-auto-tls');
  });

  test('a file of variables leaves what it lacks open', async () => {
    const text = 'ETCD_LISTEN_CLIENT_URLS="https://0.0.0.0:2379"\nETCD_CERT_FILE=/a.pem\nETCD_TLS_MIN_VERSION=TLS1.3\n';
    const fact = await named(text, 'etcd for clients', 'etcd.env');
    expect(fact.data).toMatchObject({ tls: true, certificates: [{ ref: '/a.pem' }] });
    expect(fact.unknown).toEqual(expect.arrayContaining(['protocols', 'clientAuth']));
  });

  test('templates are unknown', async () => {
    const text = 'listen-client-urls: "{{ urls }}"\ntls-min-version: "{{ min }}"\n';
    const fact = await named(text, 'etcd for clients');
    expect(fact.unknown).toEqual(expect.arrayContaining(['tls', 'protocols', 'exposure']));
  });

  test.each([
    [
      'the peers of a member in plain text',
      'listen-client-urls: http://0.0.0.0:2379\ninitial-cluster: a=http://a:2380\n',
    ],
    ['TLS where there is none', 'listen-client-urls: http://localhost:2379\ntls-min-version: TLS1.2\n'],
  ])('it is silent about %s', async (_name, text) => {
    const { facts } = await extract(text);
    expect(facts.map(({ data }) => data)).toMatchObject([{ kind: 'listener', tls: false }]);
    expect(facts[0]?.data).not.toHaveProperty('protocols');
  });

  test('it is silent about pods that only talk to etcd', async () => {
    const text =
      'kind: Pod\nspec:\n  containers:\n    - name: api\n      command: [kube-apiserver, --etcd-cafile=/x, --client-cert-auth]\n';
    expect(await extract(text, 'api.yaml')).toEqual({ facts: [], diagnostics: [] });
  });

  test('it claims its files by name and words', () => {
    expect(etcd.claims(candidateOf('etcd.conf.yml', 'client-transport-security:'))).toBe(true);
    expect(etcd.claims(candidateOf('manifests/etcd.yaml', 'etcd --listen-client-urls'))).toBe(true);
    expect(etcd.claims(candidateOf('default/etcd', 'ETCD_PEER_CERT_FILE=x'))).toBe(true);
    expect(etcd.claims(candidateOf('calicoctl.etcd.sh.j2', 'ETCD_CERT_FILE=x'))).toBe(false);
    expect(etcd.claims(candidateOf('values.yaml', 'etcd: true'))).toBe(false);
    expect(etcd.claims(candidateOf('etcd_test.go', 'ETCD_CERT_FILE'))).toBe(false);
  });
});
