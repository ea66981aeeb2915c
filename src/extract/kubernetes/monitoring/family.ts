import type { KindFamily } from '../kind.ts';
import { collector, connections, datadogAgent, grafanaDatasource, switchesOnly, webServers } from './monitoring.ts';

/** Prometheus Operator and other monitoring. */
export const monitoringFamily: KindFamily = {
  kinds: {
    'datadoghq.com/DatadogAgent': [datadogAgent],
    'dynatrace.com/DynaKube': [switchesOnly],
    'grafana.integreatly.org/GrafanaDatasource': [grafanaDatasource],
    'integreatly.org/GrafanaDataSource': [grafanaDatasource],
    'logging.banzaicloud.io/ClusterOutput': [switchesOnly],
    'logging.banzaicloud.io/Output': [switchesOnly],
    'monitoring.coreos.com/Alertmanager': [connections, webServers],
    'monitoring.coreos.com/AlertmanagerConfig': [connections],
    'monitoring.coreos.com/PodMonitor': [connections],
    'monitoring.coreos.com/Probe': [connections],
    'monitoring.coreos.com/Prometheus': [connections, webServers],
    'monitoring.coreos.com/PrometheusAgent': [connections, webServers],
    'monitoring.coreos.com/ScrapeConfig': [connections],
    'monitoring.coreos.com/ServiceMonitor': [connections],
    'monitoring.coreos.com/ThanosRuler': [connections, webServers],
    'monitoring.googleapis.com/ClusterNodeMonitoring': [connections],
    'monitoring.googleapis.com/ClusterPodMonitoring': [connections],
    'monitoring.googleapis.com/OperatorConfig': [connections],
    'monitoring.googleapis.com/PodMonitoring': [connections],
    'opentelemetry.io/OpenTelemetryCollector': [collector],
    'operator.victoriametrics.com/VMAgent': [connections],
    'operator.victoriametrics.com/VMAlert': [connections],
    'operator.victoriametrics.com/VMAlertmanager': [connections, webServers],
    'operator.victoriametrics.com/VMAlertmanagerConfig': [connections],
    'operator.victoriametrics.com/VMNodeScrape': [connections],
    'operator.victoriametrics.com/VMPodScrape': [connections],
    'operator.victoriametrics.com/VMProbe': [connections],
    'operator.victoriametrics.com/VMScrapeConfig': [connections],
    'operator.victoriametrics.com/VMServiceScrape': [connections],
    'operator.victoriametrics.com/VMStaticScrape': [connections],
  },
};
