import { describe, expect, test } from '@jest/globals';
import type { Listener, ProtocolVersion } from '../../src/core/fact.ts';
import { buildFact, written } from '../../src/core/fact-builder.ts';
import { withEffectiveProtocols } from '../../src/link/effective-protocols.ts';

const place = (start: number) => ({ file: 'x.conf', start, end: start + 1 });

function listener(protocols: readonly ProtocolVersion[], ciphers: readonly string[] | undefined) {
  const parts = Object.fromEntries(protocols.map((_, index) => [String(index), place(index)]));
  return buildFact<Listener>(
    { technology: 'nginx', subject: 'server', self: place(90) },
    { kind: 'listener' },
    { protocols: written(protocols, place(80), parts), ciphers: ciphers && written(ciphers, place(70)) },
  );
}

const effective = (protocols: readonly ProtocolVersion[], ciphers: readonly string[] | undefined) =>
  withEffectiveProtocols([listener(protocols, ciphers)])[0];

describe('versions that have a suite to use', () => {
  test('TLS 1.0 and 1.1 fall away where every suite came with TLS 1.2, and the others keep their places', () => {
    const fact = effective(['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], ['ECDHE-RSA-AES128-GCM-SHA256']);
    expect(fact?.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'] });
    expect(fact?.spans).toEqual({
      protocols: place(80),
      ciphers: place(70),
      'protocols/0': place(2),
      'protocols/1': place(3),
    });
  });

  test.each([
    ['one older suite is enough', ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA']],
    ['a suite that no table has may be older', ['SOME-NEW-SUITE']],
    ['suites that are not known say nothing', undefined],
    ['no suite at all says nothing', []],
  ])('%s', (_name, ciphers) => {
    const fact = listener(['TLSv1.0', 'TLSv1.2'], ciphers);
    expect(withEffectiveProtocols([fact])).toEqual([fact]);
  });
});
