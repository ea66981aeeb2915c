import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { buildFact, written } from '../../src/core/fact-builder.ts';
import { isDeployed, isTemplated, worldOf, worldOfFact } from '../../src/link/worlds.ts';

describe('the environment of a file', () => {
  test.each([
    ['apps/shop/ingress.yaml', ''],
    ['clusters/main/apps/shop/ingress.yaml', 'clusters/main'],
    ['apps/shop/overlays/staging/ingress.yaml', 'apps/shop/overlays/staging'],
    ['apps/shop/base/ingress.yaml', 'apps/shop/base'],
    ['prod/shop/ingress.yaml', 'prod'],
    ['clusters/issuers.yaml', ''],
    ['examples/tls/ingress.yaml', 'examples/tls/ingress.yaml'],
    ['chart/templates/ingress.yaml', 'chart/templates/ingress.yaml'],
    ['ingress.yaml', ''],
  ])('%s is of %s', (file, world) => {
    expect(worldOf(file)).toBe(world);
  });
});

const at = (file: string) => ({ file, start: 0, end: 1 });
const fact = (self: string, secret: string): Fact =>
  buildFact(
    { technology: 'cert-manager', subject: 'Certificate web', self: at(self) },
    { kind: 'issuance' },
    { secret: written('web', at(secret)) },
  );

test.each<readonly [string, string, string, boolean, boolean]>([
  ['clusters/a/web.yaml', 'clusters/a/web.yaml', 'clusters/a', true, false],
  ['chart/values.yaml', 'chart/templates/web.yaml', 'chart/templates/web.yaml', false, true],
  ['chart/values-prod.yaml', 'chart/values-prod.yaml', '', false, false],
  ['examples/web.yaml', 'examples/web.yaml', 'examples/web.yaml', false, false],
])('a fact of %s and %s', (self, secret, world, deployed, templated) => {
  expect(worldOfFact(fact(self, secret))).toBe(world);
  expect(isDeployed(fact(self, secret))).toBe(deployed);
  expect(isTemplated(fact(self, secret))).toBe(templated);
});
