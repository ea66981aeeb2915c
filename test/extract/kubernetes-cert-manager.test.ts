import { describe, expect, test } from '@jest/globals';
import { readOne } from './kubernetes-support.ts';

const certificate = (spec: string) => `apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: api, namespace: shop }
spec:
  secretName: api-tls
  issuerRef: { name: ca }
  dnsNames: [api.example.com]
${spec}`;

describe('cert-manager', () => {
  test('a Certificate with everything written', async () => {
    const { facts, place } = await readOne(
      certificate(
        '  duration: 2160h0m0s\n  renewBefore: 360h\n  privateKey: { algorithm: ECDSA, size: 384, rotationPolicy: Never }\n',
      ),
    );
    expect(facts[0]?.data).toEqual({
      kind: 'issuance',
      issuer: 'Issuer shop/ca',
      secret: 'shop/api-tls',
      hosts: ['api.example.com'],
      durationSeconds: 7776000,
      renewBeforeSeconds: 1296000,
      key: { algorithm: 'ECDSA', bits: 384 },
      rotation: 'never',
      ca: false,
    });
    expect(place(facts[0], 'durationSeconds')).toBe('8:13 2160h0m0s');
    expect(place(facts[0], 'issuer')).toBe('6:22 ca');
  });

  test.each([
    ['1.17.1', 'never'],
    ['1.18.0', 'always'],
  ])('the defaults of %s', async (version, rotation) => {
    const { facts } = await readOne(certificate(''), { 'cert-manager': version });
    expect(facts[0]?.data).toMatchObject({ durationSeconds: 7776000, key: { algorithm: 'RSA', bits: 2048 }, rotation });
    expect(facts[0]?.defaults.rotation).toEqual({ reason: `the default of cert-manager ${version}` });
  });

  test('a duration that is none is unknown', async () => {
    const { facts } = await readOne(certificate('  duration: 90d\n'));
    expect(facts[0]?.unknown).toContain('durationSeconds');
  });

  test('a Certificate without an issuer or a Secret is a fragment', async () => {
    const { facts } = await readOne(certificate('').replace('  secretName: api-tls\n', ''));
    expect(facts[0]?.defaults).toEqual({});
  });

  const annotated = (tls: string, kind = 'cluster-issuer') => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    cert-manager.io/${kind}: letsencrypt
    cert-manager.io/duration: 720h
spec:
  tls: ${tls}
  rules: [{ host: www.example.com }]
`;

  test('an annotated Ingress asks for one certificate for each Secret', async () => {
    const { facts, place } = await readOne(
      annotated('[{ hosts: [www.example.com], secretName: web-tls }, { hosts: [a.example.com] }]'),
    );
    const requests = facts.filter(({ data }) => data.kind === 'issuance');
    expect(requests.map(({ data }) => data)).toMatchObject([
      { issuer: 'ClusterIssuer letsencrypt', secret: 'web-tls', hosts: ['www.example.com'], durationSeconds: 2592000 },
    ]);
    expect(place(requests[0], 'issuer')).toBe('6:37 letsencrypt');
  });

  test('without hosts cert-manager asks for nothing', async () => {
    const { facts, place } = await readOne(annotated('[{ secretName: web-tls }]', 'issuer'));
    const requests = facts.filter(({ data }) => data.kind === 'issuance');
    expect(requests.map(({ data }) => data)).toEqual([{ kind: 'issuance', issuer: 'Issuer letsencrypt', hosts: [] }]);
    expect(place(requests[0], 'hosts')).toBe('6:29 letsencrypt');
  });

  test('issuers, and how they speak to their authority', async () => {
    const { facts, place } = await readOne(`apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: letsencrypt-staging }
spec:
  acme:
    server: https://acme-staging-v02.api.letsencrypt.org/directory
    skipTLSVerify: true
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: { name: vault, namespace: shop }
spec:
  vault: { server: "http://vault.example.com:8200", path: pki }
`);
    expect(facts.map(({ data }) => data)).toEqual([
      { kind: 'issuance', issuer: 'ClusterIssuer letsencrypt-staging', issuerType: 'acme', staging: true },
      {
        kind: 'upstream',
        target: 'acme-staging-v02.api.letsencrypt.org',
        exposure: 'external',
        tls: true,
        verify: { chain: false, hostname: false },
      },
      { kind: 'issuance', issuer: 'Issuer shop/vault', issuerType: 'vault' },
      { kind: 'upstream', target: 'vault.example.com', exposure: 'external', tls: false },
    ]);
    expect(place(facts[0], 'staging')).toBe('6:13 https://acme-staging-v02.api.letsencrypt.org/directory');
    expect(place(facts[1], 'verify/chain')).toBe('7:20 true');
  });
});
