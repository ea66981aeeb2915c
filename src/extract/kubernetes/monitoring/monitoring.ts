import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, keyOf, scalar, sourceOfScalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { clientTls, serverTls, snakeNames, type TlsNames } from '../../dialects/go-tls.ts';
import { type MonitoringPlace, monitoringFacts } from '../../dialects/monitoring.ts';
import { datasourceFacts } from '../../dialects/monitoring-datasources.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { settingAt, textIn } from '../settings.ts';

const placeOf = (object: KubernetesObject): MonitoringPlace => ({
  technology: 'kubernetes',
  subject: labelOf(object),
  open: object.fragment,
  inCluster: true,
  scrapes: /^(?:Probe|VMProbe|(?:Scrape|VMScrape)Config|VM(?:Node|Pod|Service|Static)Scrape)$/.test(object.kind),
  authority: (block) => authorityOf(object, block),
});

/** `ca: {secret: {name, key}}` and `ca: {configMap: {name, key}}` name an object of the same namespace. */
function authorityOf(object: KubernetesObject, block: YamlNode): Field<string> | undefined {
  for (const [key, kind] of [
    ['secret', 'Secret'],
    ['configMap', 'ConfigMap'],
  ] as const) {
    const name = scalar(block, 'ca', key, 'name');
    if (name) return written(`${kind} ${qualified(object.namespace, name.value)}`, spanOfNode(name));
  }
  return undefined;
}

/**
 * What Prometheus, its relatives and their agents connect to: scraping, remote write, alerts. Source: prometheus-operator
 * v0.93, pkg/apis/monitoring/v1 (types.go, tls_types.go, prometheus_types.go) and v1alpha1; VictoriaMetrics operator,
 * api/operator/v1beta1; GoogleCloudPlatform/prometheus-engine, pkg/operator/apis/monitoring/v1.
 */
export const connections: KindExtractor = (object) => {
  const spec = get(object.root, 'spec');
  return { facts: spec ? monitoringFacts(withoutServers(spec), placeOf(object)) : [], diagnostics: [] };
};

/** Blocks that say how the product itself serves, and pod templates, are read apart. */
const apart = ['web', 'webConfig', 'clusterTLS', 'containers', 'initContainers', 'grpcServerTlsConfig'];

function withoutServers(spec: YamlNode): YamlNode {
  if (spec.kind !== 'mapping') return spec;
  return { ...spec, entries: spec.entries.filter(({ key }) => !apart.includes(key.value)) };
}

const serverNames: TlsNames = {
  skip: ['insecureSkipVerify'],
  ca: [],
  serverName: ['serverName'],
  certificate: ['certFile', 'cert_file'],
  clientAuth: ['clientAuthType', 'client_auth_type'],
  clientCa: ['clientCAFile', 'client_ca/secret/name', 'client_ca/configMap/name', 'client_ca_file'],
  oldest: ['minVersion', 'min_version'],
  newest: ['maxVersion', 'max_version'],
  suites: ['cipherSuites', 'cipher_suites'],
  groups: ['curvePreferences', 'curves', 'curve_preferences'],
};

/** Servers of a product, and where their TLS is described. */
const servers = [
  { what: 'web port', path: ['web', 'tlsConfig'] },
  { what: 'web port', path: ['webConfig', 'tls_server_config'] },
  { what: 'Thanos sidecar', path: ['thanos', 'grpcServerTlsConfig'] },
  { what: 'gRPC port', path: ['grpcServerTlsConfig'] },
  { what: 'cluster port', path: ['clusterTLS', 'server'] },
] as const;

/** What Prometheus, Alertmanager and ThanosRuler serve over TLS. Without such a block they serve plain HTTP, as usual. */
export const webServers: KindExtractor = (object) => {
  const spec = get(object.root, 'spec');
  const facts: Fact[] = servers.flatMap(({ what, path }) => {
    const block = get(spec, ...path);
    const key = keyOf(get(spec, ...path.slice(0, -1)), path.at(-1) ?? '');
    if (!block || !key) return [];
    const grpc = path.at(-1) === 'grpcServerTlsConfig';
    return [
      buildFact<Listener>(
        { technology: 'kubernetes', subject: `${what} of ${labelOf(object)}`, self: spanOfNode(key) },
        { kind: 'listener', application: grpc || what === 'cluster port' ? 'other' : 'http', exposure: 'internal' },
        { tls: written(true, spanOfNode(key)), ...serverFields(object, block, grpc) },
      ),
    ];
  });
  return { facts: [...facts, ...clusterClient(object, get(spec, 'clusterTLS'))], diagnostics: [] };
};

function serverFields(object: KubernetesObject, block: YamlNode, grpc: boolean): Fields<Listener> {
  const names = grpc
    ? { ...serverNames, clientAuth: [], clientCa: ['caFile', 'ca/secret/name', 'ca/configMap/name'] }
    : serverNames;
  const fields = serverTls(block, names, { product: object.kind, open: object.fragment });
  return { ...fields, certificates: certificatesOf(object, block) ?? fields.certificates };
}

function certificatesOf(
  object: KubernetesObject,
  block: YamlNode,
): Field<NonNullable<Listener['certificates']>> | undefined {
  const cert = settingAt(object, block, 'cert');
  if (cert.state === 'absent') return undefined;
  const secret = scalar(block, 'cert', 'secret', 'name');
  if (secret) return written([{ from: 'secret', ref: qualified(object.namespace, secret.value) }], spanOfNode(secret));
  const configMap = scalar(block, 'cert', 'configMap', 'name');
  return configMap ? written([{ from: 'inline' }], spanOfNode(configMap)) : object.fragment ? undefined : unknown;
}

/** The members of an Alertmanager cluster, as each reaches the others. */
function clusterClient(object: KubernetesObject, cluster: YamlNode | undefined): readonly Fact<Upstream>[] {
  const block = get(cluster, 'client');
  const key = keyOf(cluster, 'client');
  if (!block || !key) return [];
  const names: TlsNames = {
    ...snakeNames,
    ...serverNames,
    skip: ['insecureSkipVerify'],
    certificate: ['cert/secret/name'],
  };
  const ca = authorityOf(object, block);
  return [
    buildFact<Upstream>(
      { technology: 'kubernetes', subject: `other members of ${labelOf(object)}`, self: spanOfNode(key) },
      { kind: 'upstream', exposure: 'private' },
      { tls: written(true, spanOfNode(key)), ...clientTls(block, names, object.fragment), ...(ca && { ca }) },
    ),
  ];
}

/**
 * The OpenTelemetry operator's Collector: `spec.config` is a text in v1alpha1 and a mapping in v1beta1
 * (opentelemetry-operator, apis/v1beta1/opentelemetrycollector_types.go).
 */
export const collector: KindExtractor = (object) => {
  const config = get(object.root, 'spec', 'config');
  if (config?.kind === 'mapping') return { facts: monitoringFacts(config, placeOf(object)), diagnostics: [] };
  if (config?.kind !== 'scalar') return { facts: [], diagnostics: [] };
  const held = { name: 'collector.yaml', holder: labelOf(object), container: 'inline' as const };
  return { facts: [], diagnostics: [], nested: [sourceOfScalar(config, held)] };
};

/** A data source of the Grafana operator (grafana-operator, api/v1beta1/grafanadatasource_types.go). */
export const grafanaDatasource: KindExtractor = (object) => {
  const spec = get(object.root, 'spec');
  if (!spec) return { facts: [], diagnostics: [] };
  return {
    facts: [...monitoringFacts(spec, placeOf(object)), ...datasourceFacts(spec, placeOf(object))],
    diagnostics: [],
  };
};

/** `skipCertCheck` of a DynaKube: nobody checks who answers at `apiUrl` (dynatrace-operator, pkg/api). */
export const switchesOnly: KindExtractor = (object) => {
  const spec = get(object.root, 'spec');
  return { facts: spec ? monitoringFacts(spec, placeOf(object)) : [], diagnostics: [] };
};

/** The Datadog operator: `spec.global.kubelet.tlsVerify` (datadog-operator, api/datadoghq/v2alpha1). */
export const datadogAgent: KindExtractor = (object) => {
  const verify = settingAt(object, object.root, 'spec', 'global', 'kubelet', 'tlsVerify');
  if (verify.state !== 'written' || textIn(verify) !== 'false') return { facts: [], diagnostics: [] };
  const span = spanOfNode(verify.node);
  return {
    facts: [
      buildFact<Upstream>(
        { technology: 'kubernetes', subject: `kubelets, as ${labelOf(object)} reaches them`, self: span },
        { kind: 'upstream', target: 'kubelet' },
        { tls: written(true, span), verify: written({ chain: false, hostname: false }, span), exposure: unknown },
      ),
    ],
    diagnostics: [],
  };
};
