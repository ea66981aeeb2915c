import type { Candidate, Technology } from '../../core/technology.ts';

/**
 * Configurations of monitoring and logging: Prometheus, Alertmanager, blackbox_exporter, exporters' web configuration,
 * Loki, Mimir, Tempo, Promtail, Alloy, the OpenTelemetry Collector, Grafana, Vector, Beats, Logstash, Fluent Bit, Fluentd,
 * the Datadog Agent; as files, in ConfigMaps and in values of charts. An `upstream` for each connection whose TLS is
 * described, a `listener` for each server's. Sources are in data/monitoring-settings.yaml.
 */
export const monitoring: Technology = {
  name: 'monitoring',
  claims: (file) =>
    !/(?:^|\/)\.github\//.test(file.path) &&
    ((/(?:\.(?:ya?ml|json|toml)(?:\.[\w-]+)?|(?:^|\/)[\w-]+)$/i.test(file.path) &&
      !(file.hasWord('apiVersion') && file.hasWord('kind') && file.hasWord('metadata')) &&
      treeWords.some((word) => file.hasWord(word))) ||
      (/\.(?:conf|cfg|ini|alloy|river|toml)(?:\.[\w-]+)?$/i.test(file.path) &&
        lineWords.some((word) => file.hasWord(word)))),
  extract: async (unit) => (await import('./reading.ts')).readMonitoring(unit),
};

const treeWords = [
  'insecure_skip_verify',
  'insecureSkipVerify',
  'tls_config',
  'tlsConfig',
  'tls_server_config',
  'http_tls_config',
  'grpc_tls_config',
  'tlsSkipVerify',
  'sslmode',
  'verification_mode',
  'verify_certificate',
  'verify_hostname',
  'tls.verify',
  'skip_ssl_validation',
  'kubelet_tls_verify',
  'require_tls',
  'exporters',
] as const satisfies readonly string[];

const lineWords: readonly Parameters<Candidate['hasWord']>[0][] = [
  'tls.verify',
  'ssl_verify',
  'verify_mode',
  'tls_insecure_mode',
  'tls_verify_hostname',
  'ssl_insecure_skip_verify',
  'ssl_upstream_insecure_skip_verify',
  'ssl_certificate_verification',
  'ssl_verification_mode',
  'insecure_skip_verify',
  'skip_verify',
  'verify_certificate',
  'min_tls_version',
  'cert_file',
];
