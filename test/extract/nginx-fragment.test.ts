import { describe, expect, test } from '@jest/globals';
import { nestedSource } from '../../src/core/source.ts';
import { nginxFragmentFields } from '../../src/extract/dialects/nginx.ts';

const fragment = (text: string, context: 'http' | 'server' | 'location' = 'server') =>
  nginxFragmentFields({ path: 'ingress.yaml', text }, context);

describe('a fragment of nginx in another file', () => {
  test('says only what it writes', () => {
    const { listener, earlyData, upstream, diagnostics } = fragment('ssl_protocols TLSv1.1 TLSv1.2;');
    expect(listener).toEqual({
      protocols: {
        origin: 'written',
        value: ['TLSv1.1', 'TLSv1.2'],
        span: { file: 'ingress.yaml', start: 14, end: 29 },
        parts: { 0: { file: 'ingress.yaml', start: 14, end: 21 }, 1: { file: 'ingress.yaml', start: 22, end: 29 } },
      },
    });
    expect(earlyData).toEqual({ enabled: undefined, mitigations: [] });
    expect(upstream).toEqual({});
    expect(diagnostics).toEqual([]);
  });

  test('points into the file that holds it', () => {
    const outer = { path: 'ingress.yaml', text: 'snippet: "ssl_early_data on;"' };
    const inner = nestedSource(outer, 'ssl_early_data on;', [
      { inner: { start: 0, end: 18 }, outer: { start: 10, end: 28 } },
    ]);
    const { earlyData } = nginxFragmentFields(inner, 'server');
    expect(earlyData.enabled).toEqual({
      origin: 'written',
      value: true,
      span: { file: 'ingress.yaml', start: 25, end: 27 },
    });
  });

  test('what it does about replays', () => {
    expect(fragment('proxy_set_header Early-Data $ssl_early_data;', 'location').earlyData.mitigations).toEqual([
      'header-forwarded',
    ]);
    expect(fragment('if ($ssl_early_data) {\n  return 425;\n}').earlyData.mitigations).toEqual(['rejected-425']);
    expect(fragment('proxy_set_header Host $host;', 'location').earlyData.mitigations).toEqual([]);
  });

  test('towards the upstream', () => {
    const { upstream } = fragment('proxy_ssl_verify off;\nproxy_ssl_protocols TLSv1;', 'location');
    expect(upstream.verify).toEqual({
      origin: 'composite',
      fields: {
        chain: { origin: 'written', value: false, span: { file: 'ingress.yaml', start: 17, end: 20 } },
        hostname: { origin: 'written', value: false, span: { file: 'ingress.yaml', start: 17, end: 20 } },
      },
    });
    expect(upstream.protocols).toMatchObject({ value: ['TLSv1.0'] });
    expect(fragment('grpc_ssl_verify on;', 'location').upstream.verify).toBeDefined();
  });

  test('variables and templates are unknown', () => {
    expect(fragment('ssl_protocols $versions;').listener).toEqual({ protocols: { origin: 'unknown' } });
    expect(fragment('ssl_ciphers {{ .Values.ciphers }};').listener).toEqual({ ciphers: { origin: 'unknown' } });
  });

  test('settings that nginx refuses in a location are not read there', () => {
    expect(fragment('ssl_protocols TLSv1;', 'location').listener).toEqual({});
  });

  test('a header, by either directive', () => {
    const expected = { hsts: expect.objectContaining({ value: { maxAgeSeconds: 60, includeSubDomains: false } }) };
    expect(fragment('more_set_headers "Strict-Transport-Security: max-age=60";', 'location').listener).toEqual(
      expected,
    );
    expect(fragment('add_header Strict-Transport-Security max-age=60;', 'location').listener).toEqual(expected);
  });

  test('a broken fragment is a diagnostic and still read', () => {
    const { listener, diagnostics } = fragment('ssl_protocols TLSv1\nssl_early_data on;');
    expect(listener.protocols).toMatchObject({ value: ['TLSv1.0'] });
    expect(diagnostics.map(({ message }) => message)).toEqual(['expected ";" after "TLSv1"']);
  });
});
