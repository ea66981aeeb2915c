import { describe, expect, test } from '@jest/globals';
import { read, readOne } from './kubernetes-support.ts';

const gateway = (servers: string) => `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-ingress }
spec:
  selector: { istio: ingressgateway }
  servers:
${servers}`;

const https = (tls: string) => `    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: ["shop/*.example.com"]
      tls: ${tls}
`;
const http = `    - port: { number: 80, name: http, protocol: HTTP }
      hosts: ["shop/*.example.com"]
`;

describe('Istio gateways', () => {
  test('a server with everything written', async () => {
    const { facts, place } = await readOne(
      gateway(
        https(
          '{ mode: MUTUAL, minProtocolVersion: TLSV1_1, cipherSuites: [AES128-SHA, TLS_AES_128_GCM_SHA256], credentialName: shop }',
        ),
      ),
    );
    expect(facts[0]?.subject).toBe('Gateway istio-ingress/public port 443');
    expect(facts[0]?.data).toEqual({
      kind: 'listener',
      name: 'Gateway istio-ingress/public#https',
      application: 'http',
      hosts: ['*.example.com'],
      ports: [443],
      exposure: 'external',
      tls: true,
      protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      ciphers: ['AES128-SHA'],
      clientAuth: { mode: 'required' },
      certificates: [{ from: 'secret', ref: 'shop' }],
    });
    expect(place(facts[0], 'protocols')).toBe('9:48 TLSV1_1');
    expect(place(facts[0], 'ciphers/0')).toBe('9:72 AES128-SHA');
  });

  test('TLS 1.2 is the least by default, where the release is known to do so', async () => {
    const text = gateway(https('{ mode: SIMPLE, credentialName: shop }'));
    expect((await readOne(text)).facts[0]?.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'] });
    expect((await readOne(text, { istio: '1.10.0' })).facts[0]?.unknown).toContain('protocols');
  });

  test('a tls block without a mode passes through: nothing is known', async () => {
    const { facts } = await readOne(gateway(https('{ credentialName: shop }')));
    expect(facts[0]?.unknown).toEqual(['tls', 'protocols', 'ciphers', 'clientAuth', 'hsts']);
  });

  test('plain HTTP beside it is not redirected, unless something does', async () => {
    const secured = https('{ mode: SIMPLE, credentialName: shop }');
    const bare = await readOne(gateway(http + secured));
    expect(bare.facts[0]?.data).toMatchObject({ tls: false, redirectsToHttps: false });
    expect(bare.facts[0]?.defaults.redirectsToHttps?.guessed).toBe(true);
    const redirected = await readOne(gateway(`${http}      tls: { httpsRedirect: true }\n${secured}`));
    expect(redirected.facts[0]?.data).toMatchObject({ tls: false, redirectsToHttps: true });
    const routed = await read({
      'gateway.yaml': gateway(http + secured),
      'route.yaml':
        'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: r }\nspec: { gateways: [istio-ingress/public], hosts: ["*"], http: [{ redirect: { scheme: https } }] }\n',
    });
    expect(routed.facts[0]?.unknown).toContain('redirectsToHttps');
    expect(routed.facts.at(-1)?.data).toMatchObject({
      kind: 'route',
      listeners: ['Gateway istio-ingress/public'],
      redirectsToHttps: true,
    });
  });
});

const rule = (policy: string, host = 'reviews') => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: ${host}
  trafficPolicy:
${policy}`;

describe('Istio destination rules', () => {
  test.each([
    ['    tls: { mode: ISTIO_MUTUAL }\n', { tls: true, verify: { chain: true, hostname: true } }],
    ['    tls: { mode: DISABLE }\n', { tls: false }],
    ['    tls: { sni: reviews }\n', { tls: false }],
    ['    tls: { mode: SIMPLE, insecureSkipVerify: true }\n', { tls: true, verify: { chain: false, hostname: false } }],
    ['    tls: { mode: SIMPLE, caCertificates: /ca.pem, sni: r }\n', { verify: { chain: true, hostname: false } }],
    ['    tls: { mode: SIMPLE, sni: r, subjectAltNames: [r] }\n', { verify: { chain: true, hostname: true } }],
  ])('%s', async (policy, data) => {
    const { facts } = await readOne(rule(policy));
    expect(facts).toHaveLength(1);
    expect(facts[0]?.data).toMatchObject({ kind: 'upstream', target: 'reviews', ...data });
  });

  test('before 1.21 nothing was verified without caCertificates', async () => {
    const text = rule('    tls: { mode: SIMPLE }\n', 'api.example.com');
    expect((await readOne(text, { istio: '1.20.3' })).facts[0]?.data).toMatchObject({
      verify: { chain: false, hostname: false },
    });
    expect((await readOne(text, { istio: '1.21.0' })).facts[0]?.data).toMatchObject({
      verify: { chain: true, hostname: true },
    });
  });

  test('DISABLE leaves TLS to the programs where the host is not a service of the cluster', async () => {
    for (const host of ['api.example.com', 'kubernetes.default.svc.cluster.local']) {
      expect((await readOne(rule('    tls: { mode: DISABLE }\n', host))).facts[0]?.unknown).toEqual(['tls']);
    }
  });

  test('ports and subsets have blocks of their own; none says nothing', async () => {
    const { facts, place } = await readOne(
      `${rule('    portLevelSettings: [{ port: { number: 8080 }, tls: { mode: DISABLE } }]\n')}  subsets: [{ name: v1, trafficPolicy: { tls: { mode: DISABLE } } }]\n`,
    );
    expect(facts.map(({ subject }) => subject)).toEqual([
      'port 8080 of DestinationRule shop/reviews',
      'subset v1 of DestinationRule shop/reviews',
    ]);
    expect(place(facts[0], 'tls')).toBe('7:64 DISABLE');
    expect((await readOne(rule('    connectionPool: {}\n'))).facts).toEqual([]);
  });
});

describe('Istio mutual TLS', () => {
  const policy = (metadata: string, spec: string) =>
    `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: ${metadata}\nspec: ${spec}\n`;

  test.each([
    [
      '{ name: default, namespace: istio-system }',
      '{ mtls: { mode: STRICT } }',
      [{ scope: 'mesh', mode: 'strict', namespace: 'istio-system' }],
    ],
    [
      '{ name: default, namespace: shop }',
      '{ mtls: { mode: PERMISSIVE } }',
      [{ scope: 'namespace', mode: 'permissive', namespace: 'shop' }],
    ],
    [
      '{ name: web, namespace: shop }',
      '{ selector: { matchLabels: { app: web } }, portLevelMtls: { "8080": { mode: DISABLE } } }',
      [{ scope: 'port', mode: 'disabled', ports: [8080], namespace: 'shop', selector: { app: 'web' } }],
    ],
    ['{ name: web, namespace: shop }', '{ mtls: { mode: UNSET } }', [{ scope: 'namespace', namespace: 'shop' }]],
    [
      '{ name: web, namespace: shop }',
      '{ mtls: { mode: STRICT }, portLevelMtls: { 80: { mode: DISABLE } } }',
      [
        { scope: 'namespace', mode: 'strict', namespace: 'shop' },
        {
          scope: 'port',
          ports: [80],
          namespace: 'shop',
          inert: 'modes of ports count only in a policy with a selector',
        },
      ],
    ],
    [
      '{ name: web, namespace: istio-system }',
      '{ selector: { matchLabels: { app: web } }, mtls: { mode: DISABLE } }',
      [
        {
          scope: 'workload',
          namespace: 'istio-system',
          selector: { app: 'web' },
          inert: 'Istio passes over a policy with a selector in its root namespace, istio-system',
        },
      ],
    ],
  ])('%s %s', async (metadata, spec, expected) => {
    const { facts } = await readOne(policy(metadata, spec));
    expect(facts.map(({ data }) => data)).toEqual(expected.map((data) => ({ kind: 'mesh', ...data })));
  });

  test('mesh configuration, in an IstioOperator and in a ConfigMap', async () => {
    const config = 'enableAutoMtls: false\n    tlsDefaults:\n      cipherSuites: [AES128-SHA]\n';
    const operator = await readOne(
      `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: { name: i }\nspec:\n  meshConfig:\n    ${config}`,
    );
    const map = await readOne(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio }\ndata:\n  mesh: |-\n    ${config}`,
    );
    for (const { facts, place } of [operator, map]) {
      expect(facts.map(({ data }) => data)).toMatchObject([
        { kind: 'listener', ciphers: ['AES128-SHA'], exposure: 'internal' },
        { kind: 'upstream', tls: false },
      ]);
      expect(place(facts[0], 'ciphers/0')).toBe('8:22 AES128-SHA');
      expect(place(facts[1], 'tls')).toBe('6:21 false');
    }
  });
});
