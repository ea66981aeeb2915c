import { describe, expect, test } from '@jest/globals';
import type { Fact, Issuance } from '../../src/core/fact.ts';
import { buildFact, unknown, written } from '../../src/core/fact-builder.ts';
import { linkRivals } from '../../src/link/rivals.ts';

const span = (file: string, start: number) => ({ file, start, end: start + 5 });

interface Asked {
  readonly file?: string;
  readonly at?: number;
  readonly build?: string;
  readonly hosts?: readonly string[];
}

const request = (subject: string, secret: string, { file = 'a.yaml', at = 0, build, hosts }: Asked = {}): Fact => ({
  ...buildFact<Issuance>(
    { technology: 'cert-manager', subject, self: span(file, at) },
    { kind: 'issuance' },
    {
      issuer: written('ClusterIssuer le', span(file, at + 10)),
      secret: written(secret, span(file, at + 20)),
      hosts: hosts ? written(hosts, span(file, at + 30)) : unknown,
    },
  ),
  ...(build !== undefined && { build }),
});

const rivalsOf = (...facts: readonly Fact[]) =>
  linkRivals(facts).map(({ data }) => (data.kind === 'issuance' ? (data.rivals ?? []) : []));

describe('requests for one Secret', () => {
  test('the later Certificate has those before it', () => {
    expect(
      rivalsOf(
        request('Certificate shop/a', 'shop/tls'),
        request('Certificate shop/b', 'shop/tls', { at: 100 }),
        request('Certificate shop/c', 'shop/tls', { at: 200 }),
      ),
    ).toEqual([[], ['Certificate shop/a', 'Certificate shop/c'], ['Certificate shop/a', 'Certificate shop/b']]);
  });

  test('a Certificate has the annotations, with where they are', () => {
    const facts = linkRivals([
      request('Ingress shop/web', 'shop/tls'),
      request('Certificate shop/a', 'shop/tls', { file: 'b.yaml' }),
    ]);
    expect(facts[1]?.data).toMatchObject({ rivals: ['Ingress shop/web'] });
    expect(facts[1]?.spans.rivals).toEqual(span('b.yaml', 20));
    expect(facts[1]?.related).toEqual([
      { span: span('a.yaml', 20), phrase: 'Ingress shop/web asks for this certificate, too', about: 'rivals' },
    ]);
    expect(facts[0]).toEqual(request('Ingress shop/web', 'shop/tls'));
  });

  test.each<readonly [string, Fact, Fact]>([
    ['another namespace', request('Certificate a/x', 'a/tls'), request('Certificate b/y', 'b/tls')],
    [
      'another build',
      request('Certificate a/x', 'a/tls', { build: 'one' }),
      request('Certificate a/y', 'a/tls', { build: 'two', at: 100 }),
    ],
    [
      'another environment',
      request('Certificate a/x', 'a/tls', { file: 'overlays/dev/a.yaml' }),
      request('Certificate a/y', 'a/tls', { file: 'overlays/prod/a.yaml' }),
    ],
    [
      'a namespace that is not known, in another folder',
      request('Certificate x', 'tls', { file: 'a/x.yaml' }),
      request('Certificate y', 'tls', { file: 'b/y.yaml' }),
    ],
    [
      'the same object in another place',
      request('Certificate a/x', 'a/tls', { file: 'x.yaml' }),
      request('Certificate a/x', 'a/tls', { file: 'y.yaml' }),
    ],
    [
      'two annotations for the same hosts',
      request('Ingress a/x', 'a/tls', { hosts: ['a.example.com'] }),
      request('Ingress a/y', 'a/tls', { hosts: ['A.example.com'], at: 100 }),
    ],
    [
      'annotations of which one asks for all',
      request('Ingress a/x', 'a/tls', { hosts: ['a.example.com', '*.b.example.com'] }),
      request('Ingress a/y', 'a/tls', { hosts: ['x.b.example.com'], at: 100 }),
    ],
    [
      'annotations whose hosts are not known',
      request('Ingress a/x', 'a/tls', { hosts: ['a.example.com'] }),
      request('Ingress a/y', 'a/tls', { at: 100 }),
    ],
  ])('no rivals: %s', (_name, first, second) => {
    expect(rivalsOf(first, second)).toEqual([[], []]);
  });

  test('annotations that disagree, and an Ingress that names a Secret twice', () => {
    expect(
      rivalsOf(
        request('Ingress a/x', 'a/tls', { hosts: ['a.example.com'] }),
        request('Ingress a/y', 'a/tls', { hosts: ['b.example.com'], at: 100 }),
      ),
    ).toEqual([[], ['Ingress a/x']]);
    const twice = request('Ingress a/x', 'a/tls', { hosts: ['b.example.com'] });
    expect(
      rivalsOf(request('Ingress a/x', 'a/tls', { hosts: ['a.example.com'] }), {
        ...twice,
        spans: { ...twice.spans, secret: span('a.yaml', 50) },
      }),
    ).toEqual([[], ['another entry of its spec.tls']]);
  });

  test('ten thousand of one name are no square', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      request(`Ingress a/${index}`, 'a/tls', { hosts: ['a.example.com'], at: index * 100 }),
    );
    const started = performance.now();
    linkRivals(many);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
