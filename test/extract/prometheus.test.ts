import { expect, test } from '@jest/globals';
import { prometheus } from '../../src/extract/prometheus/prometheus.ts';

/** `line: subject, metric, threshold` of each alert. */
async function alertsIn(text: string, path = 'alerts.yaml'): Promise<readonly string[]> {
  const source = { path, text };
  const repository = { paths: [path], read: () => source };
  const versions = () => ({ version: '0', reason: '', guessed: true });
  const { facts } = await prometheus.extract({ sources: [source], repository }, versions);
  return facts.map(({ data, subject, self, unknown }) => {
    const line = text.slice(0, self.start).split('\n').length;
    return data.kind === 'alert'
      ? `${line}: ${subject}, ${data.metric}, ${data.thresholdSeconds ?? unknown.join()}`
      : data.kind;
  });
}

test('a rule file, with rules about other things', async () => {
  const text = `groups:
  - name: tls
    rules:
      - alert: Expires
        expr: |
          probe_ssl_earliest_cert_expiry{job="blackbox"} - time()
            < 86400 * 14
      - alert: Errors
        expr: rate(x[5m]) > 1
      - record: job:x509_cert_not_after:min
        expr: min by (job) (x509_cert_not_after)
      - alert: Later
        expr: job:x509_cert_not_after:min - time() < 3600
`;
  expect(await alertsIn(text)).toEqual([
    '4: alert Expires, probe_ssl_earliest_cert_expiry, 1209600',
    '12: alert Later, job:x509_cert_not_after:min, 3600',
  ]);
});

test('a chart’s template, where the threshold is a value', async () => {
  const text = `{{- if .Values.rules }}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: {{ .Release.Name }} }
spec:
  groups:
    - name: cert-manager
      rules:
        - alert: CertManagerExpiry
          expr: avg by (name) (certmanager_certificate_expiration_timestamp_seconds - time()) < ({{ .Values.days }} * 24 * 3600)
{{- end }}
`;
  expect(await alertsIn(text, 'templates/rules.yaml')).toEqual([
    '9: alert CertManagerExpiry, certmanager_certificate_expiration_timestamp_seconds, thresholdSeconds',
  ]);
});

test('rules inside a text of a chart’s values', async () => {
  const text = `serverFiles:
  alerting_rules.yml:
    groups:
      - rules: [{ alert: A, expr: "x509_cert_expires_in_seconds < 10" }]
extra: |
  groups:
    - rules:
        - alert: B
          expr: envoy_server_days_until_first_cert_expiring < 2
`;
  expect(await alertsIn(text, 'values.yaml')).toEqual([
    '4: alert A, x509_cert_expires_in_seconds, 10',
    '8: alert B, envoy_server_days_until_first_cert_expiring, 172800',
  ]);
});

test('Grafana, and monitors of other kinds', async () => {
  const text = `groups:
  - rules:
      - title: Certificate
        data:
          - { refId: A, model: { expr: probe_ssl_earliest_cert_expiry - time() } }
          - { refId: B, model: { type: threshold } }
`;
  expect(await alertsIn(text)).toEqual(['3: alert Certificate, probe_ssl_earliest_cert_expiry, thresholdSeconds']);
  expect(await alertsIn('resource "x" "y" {\n  metric_name = "DaysToExpiry"\n}\n', 'acm.tf')).toEqual([
    '2: monitor DaysToExpiry, DaysToExpiry, thresholdSeconds',
  ]);
  expect(await alertsIn('# x509-certificate-exporter\nchart: other\n', 'release.yaml')).toEqual([]);
});
