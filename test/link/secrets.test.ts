import { describe, expect, test } from '@jest/globals';
import type { Certificate, Fact, Issuance, Listener, Secret } from '../../src/core/fact.ts';
import { buildFact, unknown, written } from '../../src/core/fact-builder.ts';
import { linkSecrets } from '../../src/link/secrets.ts';
import { linkServed } from '../../src/link/served.ts';

const span = (file: string, start: number) => ({ file, start, end: start + 5 });

const listener = (ref: string, hosts: readonly string[] = [], file = 'web.yaml'): Fact<Listener> =>
  buildFact<Listener>(
    { technology: 'ingress', subject: `Ingress for ${ref}`, self: span(file, 0) },
    { kind: 'listener' },
    {
      hosts: hosts.length > 0 ? written(hosts, span(file, 10), { 1: span(file, 15) }) : unknown,
      certificates: written([{ from: 'secret', ref }], span(file, 20)),
    },
  );

const request = (secret: string, hosts: readonly string[], file = 'certificate.yaml'): Fact<Issuance> =>
  buildFact<Issuance>(
    { technology: 'cert-manager', subject: `Certificate of ${secret}`, self: span(file, 0) },
    { kind: 'issuance', secret },
    { hosts: written(hosts, span(file, 10)) },
  );

const provider = (name: string, kind: Secret['provider'], file = 'secret.yaml'): Fact<Secret> =>
  buildFact<Secret>(
    { technology: 'kubernetes', subject: `Secret ${name}`, self: span(file, 0) },
    { kind: 'secret', name, provider: kind },
  );

const certificate = (holder: string, sans: readonly string[]): Fact<Certificate> =>
  buildFact<Certificate>(
    { technology: 'certificates', subject: 'certificate web', self: span('secret.yaml', 40) },
    {
      kind: 'certificate',
      name: 'CN=web',
      issuer: 'CN=ca',
      serial: '01',
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2027-01-01T00:00:00Z',
      key: { algorithm: 'RSA', bits: 2048 },
      signature: 'sha256WithRSA',
      sans,
      ca: false,
      selfSigned: false,
      eku: ['serverAuth'],
      role: 'leaf',
      use: 'server',
      container: 'secret',
      hash: '00',
      fixture: false,
      holder,
    },
  );

const resolvedOf = (facts: readonly Fact[]) =>
  linkSecrets(facts).flatMap(({ data }) =>
    data.kind === 'listener' ? (data.certificates ?? []).map(({ resolved }) => resolved) : [],
  );
const uncoveredOf = (facts: readonly Fact[]) =>
  linkSecrets(facts).flatMap(({ data }) => (data.kind === 'listener' ? (data.uncoveredHosts ?? []) : []));

describe('what fills the Secret of a listener', () => {
  test.each<readonly [string, readonly Fact[], string | undefined]>([
    ['a request', [request('shop/tls', ['a.example.com'])], 'issuance'],
    ['a request whose namespace is not known', [request('tls', ['a.example.com'])], 'issuance'],
    ['a request of another namespace', [request('blog/tls', ['a.example.com'])], undefined],
    ['a certificate that stands there', [certificate('Secret shop/tls', ['a.example.com'])], 'committed'],
    ['a Secret', [provider('shop/tls', 'committed')], 'committed'],
    ['a sealed Secret', [provider('shop/tls', 'encrypted')], 'provided'],
    ['a copy in any namespace', [provider('tls', 'external')], 'provided'],
    ['a request before all else', [provider('shop/tls', 'external'), request('shop/tls', [])], 'issuance'],
  ])('%s', (_name, facts, resolved) => {
    expect(resolvedOf([listener('shop/tls'), ...facts])).toEqual([resolved]);
  });

  const others = ['a', 'b', 'c'].flatMap((name) => [
    listener(`shop/${name}`, [], `${name}.yaml`),
    request(`shop/${name}`, ['a.example.com']),
  ]);

  test('missing where everything else is here', () => {
    const facts = linkSecrets([...others, listener('shop/tls')]);
    const last = facts.at(-1);
    expect(last?.data).toMatchObject({ certificates: [{ resolved: 'missing' }] });
    expect(last?.related).toEqual([
      {
        span: span('web.yaml', 20),
        phrase: 'nothing here makes the Secret shop/tls; of 4 that listeners use, 3 are made here',
        about: 'certificates',
      },
    ]);
  });

  test.each<readonly [string, readonly Fact[]]>([
    ['two others are too few', [...others.slice(0, 4), listener('shop/tls')]],
    [
      'one that many use is made elsewhere',
      [...others, ...Array.from({ length: 5 }, (_, index) => listener('shop/tls', [], `${index}/web.yaml`))],
    ],
    ['a gap that somebody fills', [...others, listener('shop/SECRET_NAME')]],
    ['a template', [...others, listener('shop/tls', [], 'chart/templates/web.yaml')]],
    ['an encrypted name', [...others, listener('shop/tls'), { ...provider('', 'encrypted'), unknown: ['name'] }]],
  ])('not missing: %s', (_name, facts) => {
    expect(resolvedOf(facts)).not.toContain('missing');
  });
});

describe('hosts that the certificate does not name', () => {
  test('are placed at the host, and say where the request is', () => {
    const facts = linkSecrets([
      listener('shop/tls', ['a.example.com', 'b.example.com']),
      request('tls', ['a.example.com']),
    ]);
    expect(facts[0]?.data).toMatchObject({ uncoveredHosts: ['b.example.com'] });
    expect(facts[0]?.spans.uncoveredHosts).toEqual(span('web.yaml', 15));
    expect(facts[0]?.related.map((one) => [one.span.file, one.about])).toEqual([
      ['certificate.yaml', 'uncoveredHosts'],
    ]);
  });

  test('by the certificate that stands there', () => {
    expect(
      uncoveredOf([listener('shop/tls', ['b.example.com']), certificate('Secret shop/tls', ['*.example.org'])]),
    ).toEqual(['b.example.com']);
  });

  test.each<readonly [string, readonly Fact[]]>([
    ['a wildcard', [request('shop/tls', ['*.example.com'])]],
    ['two requests together', [request('shop/tls', ['a.example.com']), request('shop/tls', ['b.example.com'])]],
    ['another name is not known', [{ ...request('shop/tls', ['c.example.com']), unknown: ['hosts/1'] }]],
    ['another environment', [request('shop/tls', ['c.example.com'], 'overlays/dev/certificate.yaml')]],
    ['the Secret comes from elsewhere', [provider('shop/tls', 'external')]],
    ['nothing is known of the Secret', []],
  ])('none: %s', (_name, facts) => {
    expect(uncoveredOf([listener('shop/tls', ['a.example.com', 'b.example.com', '*']), ...facts])).toEqual([]);
  });
});

test('ten thousand of one name are no square', () => {
  const facts = Array.from({ length: 10_000 }, (_, index) => [
    listener(`a${index}/tls`, ['a.example.com'], `${index}.yaml`),
    request('tls', ['a.example.com'], `${index}.yaml`),
  ]).flat();
  const started = performance.now();
  linkSecrets(facts);
  expect(performance.now() - started).toBeLessThan(3000);
});

describe('a certificate that stands in a Secret', () => {
  test('says who serves it, and that others are issued', () => {
    const [own] = linkServed([
      certificate('Secret shop/tls', []),
      listener('shop/tls'),
      request('shop/api', ['x.org']),
    ]);
    expect(own?.related.map(({ phrase }) => phrase)).toEqual([
      'Ingress for shop/tls serves it',
      'Certificate of shop/api has its certificate issued automatically',
    ]);
  });

  test('says nothing where nobody serves it', () => {
    const facts = [certificate('Secret shop/tls', []), listener('blog/tls')];
    expect(linkServed(facts)).toEqual(facts);
  });
});
