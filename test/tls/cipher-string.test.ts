import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluateCipherString } from '../../src/tls/cipher-string.ts';

describe('what default builds leave out', () => {
  const selected = (text: string): readonly string[] => evaluateCipherString(text).suites;
  const weak = (text: string): readonly string[] =>
    selected(text).filter((name) => /RC4|DES|NULL|ADH|AECDH|EXP|SEED|IDEA|MD5/.test(name));

  test.each([
    'HIGH',
    'ALL',
    'ALL:COMPLEMENTOFDEFAULT',
    'HIGH:MEDIUM',
    'kEECDH+aRSA',
    'aRSA',
    'DEFAULT',
    'HIGH:+3DES',
    'SHA1',
  ])('%s does not ask for it', (text) => {
    expect(weak(text)).toEqual([]);
  });

  test.each([
    ['HIGH:RC4-SHA', ['RC4-SHA']],
    ['HIGH:DES-CBC3-SHA', ['DES-CBC3-SHA']],
    ['DHE-RSA-DES-CBC3-SHA', ['EDH-RSA-DES-CBC3-SHA']],
    ['TLS_RSA_WITH_RC4_128_SHA', ['RC4-SHA']],
    ['RC4+RSA', ['RC4-SHA', 'RC4-MD5']],
    ['DEFAULT:RC4+RSA:!MD5', ['RC4-SHA']],
    ['EECDH+3DES:RSA+3DES', ['ECDHE-ECDSA-DES-CBC3-SHA', 'ECDHE-RSA-DES-CBC3-SHA', 'DES-CBC3-SHA']],
    ['RC4-SHA:DES-CBC3-SHA:!RC4', ['DES-CBC3-SHA']],
    ['EECDH+3DES:!3DES', []],
    ['HIGH:EXP+RC4', ['EXP-RC4-MD5']],
    ['LOW+aRSA', ['DES-CBC-SHA', 'EDH-RSA-DES-CBC-SHA']],
    ['NULL-SHA256', ['NULL-SHA256']],
    ['ADH+AESGCM', ['ADH-AES256-GCM-SHA384', 'ADH-AES128-GCM-SHA256']],
    ['ALL:!kRSA:aNULL+AESGCM', ['ADH-AES256-GCM-SHA384', 'ADH-AES128-GCM-SHA256']],
    ['RC4+kRSA:@SECLEVEL=1', ['RC4-SHA']],
    ['RC4+kRSA:@SECLEVEL=2', []],
  ])('%s asks for it', (text, expected) => {
    expect([...weak(text)].sort()).toEqual([...expected].sort());
  });

  test('level 0 lets anonymous suites of default builds in, though nothing asks for them', () => {
    expect(selected('HIGH@SECLEVEL=0')).toContain('ADH-AES256-GCM-SHA384');
    expect(selected('HIGH:!aNULL@SECLEVEL=0')).not.toContain('ADH-AES256-GCM-SHA384');
  });

  test('static Diffie-Hellman, PSK and SRP suites are never selected', () => {
    const text = 'ECDH-RSA-RC4-SHA:PSK-AES128-CBC-SHA:PSK:SRP:AES128-SHA';
    expect(evaluateCipherString(text)).toMatchObject({ suites: ['AES128-SHA'], unknownItems: [] });
  });
});

describe('places', () => {
  const item = (text: string, suite: string): string => {
    const range = evaluateCipherString(text).broughtInBy.get(suite);
    return range ? text.slice(range.start, range.end) : '';
  };

  test.each([
    ['ECDHE+AESGCM:AES128-SHA', 'AES128-SHA', 'AES128-SHA'],
    ['ECDHE+AESGCM:AES:AES128-SHA', 'AES128-SHA', 'AES'],
    ['HIGH:-AES128:EECDH+AES128', 'ECDHE-RSA-AES128-GCM-SHA256', 'EECDH+AES128'],
    ['HIGH!aNULL RC4+RSA', 'RC4-SHA', 'RC4+RSA'],
    ['DEFAULT:!SHA1', 'AES128-GCM-SHA256', 'DEFAULT'],
    ['ALL:ADH', 'ADH-AES128-SHA', 'ADH'],
    ['SUITEB128:anything', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'SUITEB128:anything'],
  ])('%s: what brings %s in is %s', (text, suite, expected) => {
    expect(item(text, suite)).toBe(expected);
  });

  test('names that OpenSSL does not know', () => {
    const text = 'PROFILE=SYSTEM:high:HIGH:!SSLv2:EECDH+nonsense:@WRONG';
    const { unknownItems } = evaluateCipherString(text);
    expect(unknownItems.map(({ start, end }) => text.slice(start, end))).toEqual([
      'PROFILE=SYSTEM',
      'high',
      '!SSLv2',
      'EECDH+nonsense',
      '@WRONG',
    ]);
  });

  test('the security level', () => {
    expect(evaluateCipherString('DEFAULT@SECLEVEL=1').securityLevel).toBe(1);
    expect(evaluateCipherString('DEFAULT:@SECLEVEL=2:@SECLEVEL=0').securityLevel).toBe(0);
    expect(evaluateCipherString('DEFAULT:@SECLEVEL=9').securityLevel).toBeUndefined();
  });

  test('no text makes it throw, and every suite has a place in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.constantFrom('ALL', 'DEFAULT', 'RC4', '!', '+', '-', '@', ':', ' ', '=', 'AES128-SHA', 'é'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (string) => {
        const { suites, broughtInBy, unknownItems } = evaluateCipherString(string);
        expect([...broughtInBy.keys()]).toEqual(suites);
        for (const { start, end } of [...broughtInBy.values(), ...unknownItems]) {
          expect(0 <= start && start < end && end <= string.length).toBe(true);
        }
      }),
    );
  });
});
