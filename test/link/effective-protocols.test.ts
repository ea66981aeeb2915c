import { describe, expect, test } from '@jest/globals';
import type { Listener, ProtocolVersion } from '../../src/core/fact.ts';
import { buildFact, byDefault, type Field, written } from '../../src/core/fact-builder.ts';
import { withEffectiveProtocols } from '../../src/link/effective-protocols.ts';

const place = (start: number) => ({ file: 'x.conf', start, end: start + 1 });
const modern = ['ECDHE-RSA-AES128-GCM-SHA256'];

const listener = (protocols: Field<readonly ProtocolVersion[]>, ciphers: readonly string[] | undefined) =>
  buildFact<Listener>(
    { technology: 'nginx', subject: 'server', self: place(90) },
    { kind: 'listener' },
    { protocols, ciphers: ciphers && written(ciphers, place(70)) },
  );
const standard = (...versions: readonly ProtocolVersion[]) => byDefault(versions, 'the default of nginx 1.22');

describe('versions that a product switches on by default', () => {
  test('fall away where every suite came with TLS 1.2', () => {
    const fact = listener(standard('TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'), modern);
    expect(withEffectiveProtocols([fact])[0]?.data).toMatchObject({ protocols: ['TLSv1.2', 'TLSv1.3'] });
  });

  test.each([
    ['one older suite is enough', [...modern, 'AES128-SHA']],
    ['a suite that no table has may be older', ['SOME-NEW-SUITE']],
    ['suites that are not known say nothing', undefined],
    ['no suite at all says nothing', []],
  ])('%s', (_name, ciphers) => {
    const fact = listener(standard('TLSv1.0', 'TLSv1.2'), ciphers);
    expect(withEffectiveProtocols([fact])).toEqual([fact]);
  });

  test('stay where somebody wrote them: one more suite opens them', () => {
    const fact = listener(written(['TLSv1.0', 'TLSv1.2'], place(80)), modern);
    expect(withEffectiveProtocols([fact])).toEqual([fact]);
  });
});
