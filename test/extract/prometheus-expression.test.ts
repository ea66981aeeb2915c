import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expiryCondition } from '../../src/extract/prometheus/expression.ts';

describe('an expression that compares what is left', () => {
  test.each([
    ['probe_ssl_earliest_cert_expiry - time() < 86400 * 14', 1_209_600],
    ['(probe_ssl_earliest_cert_expiry{job="web"} - time()) / 86400 < 20', 1_728_000],
    [
      'avg_over_time(certmanager_certificate_expiration_timestamp_seconds{exported_namespace!="x"}[5m]) - time() < (21 * 24 * 3600)',
      1_814_400,
    ],
    ['min(x509_cert_not_after) by (subject) - time() <= 1209600', 1_209_600],
    ['((ssl_cert_not_after - time()) / (24 * 3600)) < 7', 604_800],
    ['(nginx_ingress_controller_ssl_expire_time_seconds > 0) - time() < 604800', 604_800],
    ['envoy_server_days_until_first_cert_expiring < 30', 2_592_000],
    ['kubelet_certificate_manager_client_ttl_seconds < 604800', 604_800],
    ['0 < (traefik_tls_certs_not_after - time()) / 3600 / 24 < 14', 1_209_600],
    ['certmanager_certificate_expiration_timestamp_seconds - time() < %s * 24 * 3600', undefined],
    ['time() > probe_ssl_earliest_cert_expiry - 86400 * 30', 2_592_000],
    ['14 * 86400 > probe_ssl_earliest_cert_expiry - time()', 1_209_600],
    ['probe_ssl_earliest_cert_expiry - time() < 14d', 1_209_600],
    ['probe_ssl_earliest_cert_expiry - time() < 1.2096e6 and on (instance) probe_success == 1', 1_209_600],
    ['probe_ssl_earliest_cert_expiry < time() + 86400', 86_400],
    [
      'min by (host) (nginx_ingress_controller_ssl_expire_time_seconds{host!="_"}) - on () group_left () time() < 604800',
      604_800,
    ],
    [
      'histogram_quantile(0.01, sum by (job, le) (rate(apiserver_client_certificate_expiration_seconds_bucket{job="apiserver"}[5m]))) < 86400',
      86_400,
    ],
    ['probe_ssl_earliest_cert_expiry - time() > 86400', undefined],
    ['probe_ssl_earliest_cert_expiry < 86400', undefined],
    ['probe_ssl_earliest_cert_expiry - time() < 0', 0],
    ['cert_exporter_not_after - time() < 3600', 3600],
    ['strimzi_certificate_expiration_timestamp_ms / 1000 - time() < 86400', 86_400],
    ['probe_ssl_earliest_cert_expiry - time() < {{ .Values.days }} * 86400', undefined],
    ['count(probe_ssl_earliest_cert_expiry - time() < 86400) > 3', 86_400],
    ['3 <= round((last_over_time(probe_ssl_earliest_cert_expiry[10m]) - time()) / 86400, 0.1) < 20', 1_728_000],
    ['certmanager_certificate_ready_status{condition="False"} == 1', undefined],
    ['job:x509_cert_not_after:min - time() < 86400', 86_400],
  ])('%s', (expression, thresholdSeconds) => {
    const condition = expiryCondition(expression, 'CertificateAlert');
    expect(condition?.metric).toMatch(/cert|ssl/);
    expect(condition?.thresholdSeconds).toBe(thresholdSeconds);
  });
});

test('a series of one’s own counts when the alert says what it is for', () => {
  expect(expiryCondition('certalert_epoch_seconds - time() < 5', 'CertificateExpiresSoon')?.metric).toBe(
    'certalert_epoch_seconds',
  );
  expect(expiryCondition('my_tls_expiry_days < 5', 'Foo')?.metric).toBe('my_tls_expiry_days');
  expect(expiryCondition('job_epoch_seconds - time() < 5', 'JobLate')).toBeUndefined();
});

test.each(['up == 0', 'rate(http_requests_total[5m]) > 1', 'node_ssl_connections > 5', ''])(
  '%s is no expiry alert',
  (expression) => {
    expect(expiryCondition(expression, 'Expired')).toBeUndefined();
  },
);

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expiryCondition(text, 'x');
      expiryCondition(`probe_ssl_earliest_cert_expiry ${text}`, 'x');
    }),
  );
  expiryCondition(`probe_ssl_earliest_cert_expiry ${'{'.repeat(50_000)}`, 'x');
  expiryCondition(`x509_cert_not_after - time() < ${'('.repeat(50_000)}`, 'x');
});
