import { describe, expect, test } from '@jest/globals';
import type { Fact, Issuance } from '../../src/core/fact.ts';
import { buildFact, byDefault, unknown, written } from '../../src/core/fact-builder.ts';
import { linkIssuers } from '../../src/link/issuers.ts';

const span = (file: string, start: number) => ({ file, start, end: start + 5 });

const issuer = (name: string, staging: boolean, file = 'issuer.yaml'): Fact<Issuance> =>
  buildFact<Issuance>(
    { technology: 'cert-manager', subject: name, self: span(file, 0) },
    { kind: 'issuance' },
    {
      issuer: written(name, span(file, 0)),
      issuerType: written('acme', span(file, 10)),
      staging: written(staging, span(file, 20)),
    },
  );

const request = (name: string, host = 'www.example.com', file = 'web.yaml'): Fact<Issuance> =>
  buildFact<Issuance>(
    { technology: 'cert-manager', subject: 'Ingress shop/web', self: span(file, 0) },
    { kind: 'issuance' },
    {
      issuer: written(name, span(file, 30)),
      issuerType: unknown,
      hosts: written([host], span(file, 40)),
      durationSeconds: byDefault(7776000, 'ninety days'),
    },
  );

const linked = (...facts: readonly Fact[]): Fact => linkIssuers(facts).at(-1) ?? request('none');

describe('a request and its issuer', () => {
  test('learns the type, and that the authority is for tests', () => {
    const fact = linked(issuer('ClusterIssuer le', true), request('ClusterIssuer le'));
    expect(fact.data).toEqual({
      kind: 'issuance',
      issuer: 'ClusterIssuer le',
      issuerType: 'acme',
      staging: true,
      hosts: ['www.example.com'],
    });
    expect(fact.spans.staging).toEqual(span('web.yaml', 30));
    expect(fact.unknown).toEqual(['durationSeconds']);
    expect(fact.related).toEqual([
      {
        span: span('issuer.yaml', 20),
        phrase: 'its ACME server is a staging directory, whose certificates no client trusts',
      },
    ]);
  });

  test.each([
    ['Issuer ca', 'Issuer shop/ca', true],
    ['Issuer shop/ca', 'Issuer ca', true],
    ['Issuer web/ca', 'Issuer shop/ca', false],
    ['ClusterIssuer ca', 'Issuer ca', false],
    ['Issuer ca', 'Issuer shop/ca2', false],
  ])('%s is %s: %s', (own, named, same) => {
    expect('issuerType' in linked(issuer(own, true), request(named)).data).toBe(same);
  });

  test('issuers of one name that disagree say nothing', () => {
    const fact = linked(
      issuer('ClusterIssuer le', true),
      issuer('ClusterIssuer le', false, 'b.yaml'),
      request('ClusterIssuer le'),
    );
    expect(fact).toEqual(request('ClusterIssuer le'));
  });

  test.each([
    ['www.example.com', 'overlays/staging/web.yaml'],
    ['shop.dev.example.com', 'web.yaml'],
    ['www.example.com', 'docs/examples/web.yaml'],
  ])('for %s in %s a test authority belongs', (host, file) => {
    expect('staging' in linked(issuer('ClusterIssuer le', true), request('ClusterIssuer le', host, file)).data).toBe(
      false,
    );
  });

  test('a repository without issuers stays as it is', () => {
    const facts = [request('ClusterIssuer le')];
    expect(linkIssuers(facts)).toEqual(facts);
  });
});
