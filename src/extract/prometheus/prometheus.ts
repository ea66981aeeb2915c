import { data } from '../../../data/expiry-metrics.yaml';
import type { Candidate, Technology } from '../../core/technology.ts';

/**
 * One `alert` for each rule that fires before a certificate expires: Prometheus rule files, PrometheusRule and its
 * relatives, rules in Helm values, Grafana alert rules. Also one for each other monitor of certificates that a file
 * mentions: where somebody watches by other means, nothing is missing.
 * Source: Prometheus documentation, Alerting rules; Grafana documentation, Provision alerting resources.
 */
export const prometheus: Technology = {
  name: 'prometheus',
  claims: (file) =>
    !/(?:^|\/)\.github\//.test(file.path) &&
    ((/\.(?:ya?ml|rules|alerts|json)(?:\.(?:j2|tpl|tmpl|erb))?$|(?:^|\/)[\w-]*(?:rules|alerts)[\w-]*$/i.test(
      file.path,
    ) &&
      (holdsRules(file) || namesMonitor(file))) ||
      (/\.(?:tf|jsonnet|libsonnet)$/i.test(file.path) && (namesMonitor(file) || namesMetric(file)))),
  extract: async (unit) => (await import('./expiry-alerts.ts')).readAlerts(unit),
};

const monitors = data.monitors.map(({ word }) => word);
const metrics = data.metrics.map(({ name }) => name);

const holdsRules = (file: Candidate): boolean =>
  file.hasWord('expr') && (file.hasWord('alert') || file.hasWord('model'));
const namesMonitor = (file: Candidate): boolean => monitors.some((word) => file.hasWord(word));
const namesMetric = (file: Candidate): boolean => metrics.some((word) => file.hasWord(word));
