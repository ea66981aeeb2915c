import { describe, expect, test } from '@jest/globals';
import type { Policy } from '../../src/core/rule.ts';
import { namedGroup } from '../../src/tls/groups.ts';
import { policyNamed, policyNames } from '../../src/tls/policies.ts';
import { protocolVersions } from '../../src/tls/protocols.ts';
import { cipherSuite, isWeakSuite } from '../../src/tls/suites.ts';

test('the built-in policies', () => {
  expect(policyNames()).toEqual([
    'mozilla-intermediate',
    'mozilla-modern',
    'pci-dss-4',
    'nist-800-52r2',
    'bsi-tr-02102-2',
  ]);
  expect(policyNamed('unheard-of')).toBeUndefined();
});

/** The fields of a policy; the compiler keeps the list complete. */
const fields: Readonly<Record<keyof Policy, 'required' | 'optional'>> = {
  name: 'required',
  title: 'required',
  source: 'required',
  minimumProtocol: 'required',
  suites12: 'optional',
  suites13: 'optional',
  forbidsCbc: 'required',
  groups: 'optional',
  minimumKeyBits: 'required',
  certificateMaximumDays: 'optional',
  expiry: 'required',
};

describe.each(policyNames())('%s', (name) => {
  const policy = policyNamed(name);
  if (!policy) throw new Error(`no policy ${name}`);
  const { suites12 = [], suites13 = [], groups = [], expiry } = policy;

  test('has the fields of a policy and no others', () => {
    const required = Object.entries(fields).flatMap(([field, kind]) => (kind === 'required' ? [field] : []));
    expect(Object.keys(policy)).toEqual(expect.arrayContaining(required));
    expect(Object.keys(policy).filter((field) => !(field in fields))).toEqual([]);
    expect(protocolVersions).toContain(policy.minimumProtocol);
    expect(typeof policy.forbidsCbc).toBe('boolean');
    expect(Object.keys(policy.minimumKeyBits).filter((key) => key !== 'rsa' && key !== 'ec')).toEqual([]);
    expect(Object.values(policy.minimumKeyBits).filter((bits) => !(bits >= 224))).toEqual([]);
    expect(expiry.days).toBeGreaterThan(0);
    expect(expiry.fraction).toBeGreaterThan(0);
    expect(expiry.fraction).toBeLessThan(1);
  });

  test('names suites and groups as IANA does, each once', () => {
    const suites = [...suites12, ...suites13];
    expect(suites.filter((suite) => cipherSuite(suite)?.iana !== suite)).toEqual([]);
    expect(groups.filter((group) => namedGroup(group) !== group)).toEqual([]);
    expect(new Set([...suites, ...groups]).size).toBe(suites.length + groups.length);
  });

  test('lists suites of TLS 1.3 apart, and calls none of its suites weak', () => {
    expect(suites12.filter((suite) => cipherSuite(suite)?.protocol === 'TLSv1.3')).toEqual([]);
    expect(suites13.filter((suite) => cipherSuite(suite)?.protocol !== 'TLSv1.3')).toEqual([]);
    expect([...suites12, ...suites13].filter((suite) => isWeakSuite(suite, policy))).toEqual([]);
  });
});
