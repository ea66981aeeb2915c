import { describe, expect, test } from '@jest/globals';
import { ofKind, read, readOne } from './kubernetes-support.ts';

const ingress = (annotations: readonly string[], spec = '') => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
${annotations.map((line) => `    ${line}\n`).join('')}    example.com/team: shop
spec:
  ingressClassName: nginx
  tls:
    - hosts: [www.example.com]
      secretName: web-tls
  rules:
    - host: www.example.com
      http:
        paths:
          - path: /
            backend: { service: { name: web, port: { number: 8443 } } }
${spec}`;

const nginx = (name: string, value: string) => `nginx.ingress.kubernetes.io/${name}: ${value}`;

describe('ingress-nginx', () => {
  test('an Ingress with TLS, by the defaults of a known release', async () => {
    const { facts, place } = await readOne(ingress([nginx('proxy-body-size', '8m')]), { 'ingress-nginx': '1.11.2' });
    const [secured, plain] = facts;
    expect(secured?.data).toEqual({
      kind: 'listener',
      name: 'Ingress shop/web',
      application: 'http',
      hosts: ['www.example.com'],
      exposure: 'external',
      tls: true,
      certificates: [{ from: 'secret', ref: 'shop/web-tls' }],
      protocols: ['TLSv1.2', 'TLSv1.3'],
      clientAuth: { mode: 'none' },
      hsts: { maxAgeSeconds: 31536000, includeSubDomains: true },
    });
    expect(secured?.defaults.protocols).toEqual({ reason: 'the default of ingress-nginx 1.11.2' });
    expect(place(secured, 'self')).toBe('12:7 hosts');
    expect(place(secured, 'certificates')).toBe('13:19 web-tls');
    expect(plain?.data).toMatchObject({ tls: false, ports: [80], redirectsToHttps: true });
    expect(plain?.defaults.redirectsToHttps?.reason).toBe(
      'ingress-nginx redirects hosts that have TLS unless told not to',
    );
  });

  test('a class that is only called nginx makes defaults guesses', async () => {
    const { facts } = await readOne(ingress([]), { 'ingress-nginx': '1.11.2' });
    expect(facts[0]?.defaults.protocols?.guessed).toBe(true);
  });

  test('an IngressClass in the repository decides', async () => {
    const classes = (controller: string) =>
      `apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: nginx }\nspec: { controller: ${controller} }\n`;
    const known = await read(
      { 'class.yaml': classes('k8s.io/ingress-nginx'), 'web.yaml': ingress([]) },
      { 'ingress-nginx': '1.12.0' },
    );
    expect(known.facts[0]?.defaults.protocols?.guessed).toBeUndefined();
    const other = await read({ 'class.yaml': classes('example.com/ingress-controller'), 'web.yaml': ingress([]) });
    expect(ofKind(other.facts, 'listener').map(({ technology, unknown }) => [technology, unknown])).toEqual([
      ['ingress', ['protocols', 'ciphers', 'clientAuth', 'hsts']],
    ]);
  });

  test('ssl-redirect: "false" beside spec.tls', async () => {
    const { facts, place } = await readOne(ingress([nginx('ssl-redirect', '"false"')]));
    const plain = facts.find(({ data }) => data.kind === 'listener' && data.tls === false);
    expect(plain?.data).toMatchObject({ redirectsToHttps: false, hosts: ['www.example.com'], exposure: 'external' });
    expect(place(plain, 'redirectsToHttps')).toBe('7:48 false');
  });

  test('force-ssl-redirect wins over ssl-redirect', async () => {
    const { facts } = await readOne(ingress([nginx('ssl-redirect', '"false"'), nginx('force-ssl-redirect', '"true"')]));
    expect(facts[1]?.data).toMatchObject({ tls: false, redirectsToHttps: true });
  });

  test('without spec.tls nobody knows who ends TLS', async () => {
    const bare = ingress([]).replace(/ {2}tls:\n.*\n.*\n/, '');
    const { facts } = await readOne(bare);
    expect(ofKind(facts, 'listener')).toHaveLength(1);
    expect(facts[0]?.data).toMatchObject({ tls: false });
    expect(facts[0]?.unknown).toContain('redirectsToHttps');
  });

  test('ciphers and client certificates', async () => {
    const { facts, place } = await readOne(
      ingress([
        nginx('ssl-ciphers', '"ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA"'),
        nginx('auth-tls-secret', 'shop/client-ca'),
        nginx('auth-tls-verify-client', 'optional_no_ca'),
      ]),
    );
    expect(facts[0]?.data).toMatchObject({
      ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'],
      clientAuth: { mode: 'request', ca: 'Secret shop/client-ca' },
    });
    expect(place(facts[0], 'ciphers/1')).toBe('7:75 AES128-SHA');
    expect(place(facts[0], 'clientAuth/mode')).toBe('9:57 optional_no_ca');
  });

  test('a snippet wins, at its own line', async () => {
    const { facts, place } = await readOne(
      ingress([`${nginx('server-snippet', '|')}\n      ssl_protocols TLSv1.1 TLSv1.2;\n      ssl_early_data on;`]),
    );
    expect(facts[0]?.data).toMatchObject({
      protocols: ['TLSv1.1', 'TLSv1.2'],
      earlyData: { enabled: true, mitigations: [] },
    });
    expect(place(facts[0], 'protocols/0')).toBe('8:21 TLSv1.1');
    expect(place(facts[0], 'earlyData/enabled')).toBe('9:22 on');
  });

  test('with passthrough the backend decides', async () => {
    const { facts } = await readOne(ingress([nginx('ssl-passthrough', '"true"')]));
    expect(facts[0]?.unknown).toEqual(expect.arrayContaining(['tls', 'protocols', 'certificates']));
  });

  test('a template decides annotations: nothing is assumed', async () => {
    const text = ingress(['{{- toYaml .Values.ingress.annotations | nindent 4 }}']);
    const { facts } = await read({ 'chart/templates/ingress.yaml': text });
    expect(ofKind(facts, 'listener').map(({ data }) => 'redirectsToHttps' in data)).toEqual([false]);
  });
});

describe('backends of ingress-nginx', () => {
  const upstreamOf = async (annotations: readonly string[], found?: Readonly<Record<string, string>>) => {
    const result = await readOne(ingress(annotations), found);
    return { ...result, fact: ofKind(result.facts, 'upstream')[0] };
  };

  test('HTTP, or nothing, is none', async () => {
    expect((await upstreamOf([nginx('backend-protocol', 'HTTP')])).fact).toBeUndefined();
  });

  test('HTTPS verifies nothing by default', async () => {
    const { fact, place } = await upstreamOf([nginx('backend-protocol', '"https"')]);
    expect(fact?.data).toEqual({
      kind: 'upstream',
      exposure: 'private',
      target: 'web:8443',
      service: 'shop/web:8443',
      tls: true,
      verify: { chain: false, hostname: false },
    });
    expect(fact?.defaults['verify/chain']).toEqual({
      reason: 'ingress-nginx verifies backends only with proxy-ssl-secret and proxy-ssl-verify: "on"',
    });
    expect(place(fact, 'tls')).toBe('7:52 https');
  });

  test('proxy-ssl-verify has no effect without proxy-ssl-secret', async () => {
    const { fact, place } = await upstreamOf([nginx('backend-protocol', 'HTTPS'), nginx('proxy-ssl-verify', '"on"')]);
    expect(fact?.data).toMatchObject({ verify: { chain: false, hostname: false } });
    expect(fact?.defaults['verify/chain']?.reason).toBe(
      'ingress-nginx ignores proxy-ssl-verify without proxy-ssl-secret',
    );
    expect(place(fact, 'verify/chain')).toBe('8:52 on');
  });

  const secret = [nginx('backend-protocol', 'HTTPS'), nginx('proxy-ssl-secret', 'shop/backend-ca')];

  test('both together verify; "true" is not "on"', async () => {
    expect((await upstreamOf([...secret, nginx('proxy-ssl-verify', '"on"')])).fact?.data).toMatchObject({
      verify: { chain: true, hostname: true },
      ca: 'Secret shop/backend-ca',
    });
    expect((await upstreamOf([...secret, nginx('proxy-ssl-verify', '"true"')])).fact?.data).toMatchObject({
      verify: { chain: false, hostname: false },
    });
  });

  test.each([
    ['1.10.0', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2']],
    ['1.11.0', ['TLSv1.2']],
  ])('protocols of %s', async (version, protocols) => {
    expect((await upstreamOf(secret, { 'ingress-nginx': version })).fact?.data).toMatchObject({ protocols });
  });

  test('GRPCS is verified by a snippet only', async () => {
    const grpcs = [
      nginx('backend-protocol', 'GRPCS'),
      nginx('proxy-ssl-secret', 'shop/ca'),
      nginx('proxy-ssl-verify', '"on"'),
    ];
    expect((await upstreamOf(grpcs)).fact?.data).toMatchObject({ verify: { chain: false } });
    const snippet = `${nginx('configuration-snippet', '|')}\n      grpc_ssl_trusted_certificate /etc/ca.crt;\n      grpc_ssl_verify on;`;
    expect((await upstreamOf([...grpcs, snippet])).fact?.data).toMatchObject({ verify: { chain: true } });
  });
});

describe("the controller's ConfigMap", () => {
  const configMap = (name: string, data: readonly string[]) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
data:
${data.map((line) => `  ${line}\n`).join('')}`;

  test('what it says, and what it leaves to the defaults', async () => {
    const text = configMap('ingress-nginx-controller', [
      'ssl-protocols: "TLSv1 TLSv1.2"',
      'ssl-early-data: "true"',
      'hsts: "false"',
    ]);
    const { facts, place } = await readOne(text);
    expect(facts[0]?.data).toEqual({
      kind: 'listener',
      tls: true,
      application: 'http',
      protocols: ['TLSv1.0', 'TLSv1.2'],
      hsts: { maxAgeSeconds: 0 },
      earlyData: { enabled: true, mitigations: [] },
    });
    expect(place(facts[0], 'protocols/0')).toBe('6:19 TLSv1');
    expect(place(facts[0], 'earlyData/enabled')).toBe('7:20 true');
    expect(place(facts[0], 'hsts/maxAgeSeconds')).toBe('8:10 false');
  });

  test('snippets count', async () => {
    const text = configMap('ingress-nginx-controller', [
      'ssl-early-data: "true"',
      'location-snippet: |\n    proxy_set_header Early-Data $ssl_early_data;',
    ]);
    expect((await readOne(text)).facts[0]?.data).toMatchObject({
      earlyData: { enabled: true, mitigations: ['header-forwarded'] },
    });
  });

  test('known by its keys alone it says only what is written', async () => {
    const { facts } = await readOne(configMap('edge', ['ssl-protocols: TLSv1.1']));
    expect(facts[0]?.data).toMatchObject({ protocols: ['TLSv1.1'] });
    expect(facts[0]?.defaults).toEqual({});
    expect((await readOne(configMap('app', ['ssl: "true"']))).facts).toEqual([]);
  });

  test('it decides for Ingresses of the repository', async () => {
    const { facts, place } = await read({
      'controller.yaml': configMap('ingress-nginx-controller', ['ssl-redirect: "false"']),
      'web.yaml': ingress([]),
    });
    const plain = facts.find(({ data }) => data.kind === 'listener' && data.tls === false);
    expect(plain?.data).toMatchObject({ redirectsToHttps: false });
    expect(place(plain, 'redirectsToHttps')).toBe('6:18 false');
    const behind = await read({
      'controller.yaml': configMap('ingress-nginx-controller', [
        'ssl-redirect: "false"',
        'use-forwarded-headers: "true"',
      ]),
      'web.yaml': ingress([]),
    });
    expect(behind.facts.some(({ data }) => data.kind === 'listener' && data.redirectsToHttps === false)).toBe(false);
  });
});
