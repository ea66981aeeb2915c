import { describe, expect, test } from '@jest/globals';
import { reachOf, widestReach } from '../../src/tls/reach.ts';

describe('who can get between the two ends', () => {
  test.each([
    ['localhost', 'internal'],
    ['127.0.0.1:8080', 'internal'],
    ['unix:/run/app.sock', 'internal'],
    ['db', 'private'],
    ['10.1.2.3:5432', 'private'],
    ['api.shop.svc.cluster.local', 'private'],
    ['api.shop.svc:8443', 'private'],
    ['net-kourier-controller.knative-serving:18000', 'private'],
    ['prometheus.monitoring', 'private'],
    ['nas.lan', 'private'],
    ['<gateway.url>:4317', 'private'],
    ['api.example.com', 'external'],
    ['xn--mnchen-3ya.xn--p1ai', 'external'],
    ['203.0.113.7:443', 'external'],
  ] as const)('%s: %s', (host, reach) => {
    expect(reachOf(host)).toBe(reach);
  });

  test('the widest of several', () => {
    expect(widestReach(['internal', 'external', 'private'])).toBe('external');
    expect(widestReach([])).toBeUndefined();
  });
});
