import type { Fact, Issuance, Listener, Mesh } from '../../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../../core/fact-builder.ts';
import {
  entries,
  get,
  items,
  scalar,
  spanInScalar,
  spanOfNode,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import { cipherSuite } from '../../../tls/suites.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { goDurationSeconds } from '../settings.ts';

/** Variables of an environment by name; what another object holds is left out. */
export type Variables = ReadonlyMap<string, YamlScalar>;

/** The list that a container has: `env: [{ name, value }]`. */
export const variablesIn = (node: YamlNode | undefined, list: string): Variables =>
  new Map(
    items(node, list).flatMap((variable) => {
      const name = scalar(variable, 'name');
      const value = scalar(variable, 'value');
      return name && value ? [[name.value, value] as const] : [];
    }),
  );

/** The mapping that the charts take: `pilot.env.NAME`, or `env.NAME` where istiod's chart is used on its own. */
export const environmentOfValues = (values: YamlNode): Variables =>
  new Map(
    [get(values, 'pilot', 'env'), get(values, 'env')].flatMap((block) =>
      entries(block).flatMap(({ key, value }) => (value.kind === 'scalar' ? [[key.value, value] as const] : [])),
    ),
  );

/**
 * How long certificates live that istiod issues, and what its own authority is like: DEFAULT_WORKLOAD_CERT_TTL (24h),
 * MAX_WORKLOAD_CERT_TTL (2160h), CITADEL_SELF_SIGNED_CA_CERT_TTL (87600h), CITADEL_SELF_SIGNED_CA_RSA_KEY_SIZE (2048).
 * Source: Istio 1.31, pilot/pkg/bootstrap/istio_ca.go; security/pkg/cmd/constants.go.
 */
export function istiodFacts(object: KubernetesObject, variables: Variables): readonly Fact[] {
  return [
    ...lifetimeFact(object, 'certificates of workloads', variables.get('DEFAULT_WORKLOAD_CERT_TTL')),
    ...lifetimeFact(object, 'longest certificates of workloads', variables.get('MAX_WORKLOAD_CERT_TTL')),
    ...authorityFact(object, variables),
  ];
}

/**
 * SECRET_TTL: the lifetime that proxies ask for. Source: Istio 1.31, pilot/cmd/pilot-agent/options/options.go.
 */
export const agentFacts = (object: KubernetesObject, metadata: YamlNode | undefined): readonly Fact[] =>
  lifetimeFact(object, 'certificates that proxies ask for', scalar(metadata, 'SECRET_TTL'));

function lifetimeFact(object: KubernetesObject, what: string, node: YamlScalar | undefined): readonly Fact<Mesh>[] {
  if (!node) return [];
  const seconds = goDurationSeconds(node.value);
  return [
    buildFact<Mesh>(
      { technology: 'istio', subject: `${what} in ${labelOf(object)}`, self: spanOfNode(node) },
      { kind: 'mesh', scope: 'mesh' },
      { certificateLifetimeSeconds: seconds === undefined ? unknown : written(seconds, spanOfNode(node)) },
    ),
  ];
}

function authorityFact(object: KubernetesObject, variables: Variables): readonly Fact<Issuance>[] {
  const lifetime = variables.get('CITADEL_SELF_SIGNED_CA_CERT_TTL');
  const bits = variables.get('CITADEL_SELF_SIGNED_CA_RSA_KEY_SIZE');
  const first = lifetime ?? bits;
  if (!first) return [];
  const seconds = lifetime && goDurationSeconds(lifetime.value);
  const subject = `istiod's own authority in ${labelOf(object)}`;
  return [
    buildFact<Issuance>(
      { technology: 'istio', subject, self: spanOfNode(first) },
      { kind: 'issuance', issuer: subject, issuerType: 'self-signed', ca: true },
      {
        durationSeconds: lifetime && (seconds === undefined ? unknown : written(seconds, spanOfNode(lifetime))),
        key: bits && keyField(bits),
      },
    ),
  ];
}

const keyField = (bits: YamlScalar): Field<NonNullable<Issuance['key']>> =>
  /^\d+$/.test(bits.value)
    ? written({ algorithm: 'RSA', bits: Number(bits.value) }, spanOfNode(bits), { bits: spanOfNode(bits) })
    : unknown;

/**
 * The Deployment of istiod: its environment, and how its own server speaks TLS (`--tls-min-version`,
 * `--tls-cipher-suites`). Source: Istio 1.31, pilot/cmd/pilot-discovery/app/cmd.go.
 */
export const istiodDeployment: KindExtractor = (object) => {
  const container = items(object.root, 'spec', 'template', 'spec', 'containers').find(
    (one) => scalar(one, 'name')?.value === 'discovery',
  );
  if (!container) return nothing;
  const facts = [...istiodFacts(object, variablesIn(container, 'env')), ...serverFact(object, container)];
  return { facts, diagnostics: [] };
};

function serverFact(object: KubernetesObject, container: YamlNode): readonly Fact<Listener>[] {
  const args = items(container, 'args').filter((arg): arg is YamlScalar => arg.kind === 'scalar');
  const least = flagIn(args, '--tls-min-version');
  const suites = flagIn(args, '--tls-cipher-suites');
  const first = least ?? suites;
  if (!first) return [];
  return [
    buildFact<Listener>(
      { technology: 'istio', subject: `server of ${labelOf(object)}`, self: spanOfFlag(first) },
      { kind: 'listener', tls: true, exposure: 'internal', application: 'other' },
      { protocols: least && protocolsFrom(least), ciphers: suites && suitesFrom(suites) },
    ),
  ];
}

interface Flag {
  readonly node: YamlScalar;
  /** Where the value starts in the node's text. */
  readonly start: number;
}

/** `--flag=value`, or the value as the argument after it. */
function flagIn(args: readonly YamlScalar[], name: string): Flag | undefined {
  const index = args.findIndex(({ value }) => value === name || value.startsWith(`${name}=`));
  const arg = args[index];
  if (!arg) return undefined;
  if (arg.value !== name) return { node: arg, start: name.length + 1 };
  const next = args[index + 1];
  return next && { node: next, start: 0 };
}

const spanOfFlag = ({ node, start }: Flag) => spanInScalar(node, start, node.value.length);

function protocolsFrom(flag: Flag): Field<NonNullable<Listener['protocols']>> {
  const version = parseProtocol(flag.node.value.slice(flag.start));
  return version ? written(protocolRange(version, 'TLSv1.3'), spanOfFlag(flag)) : unknown;
}

function suitesFrom(flag: Flag): Field<readonly string[]> {
  const names = flag.node.value
    .slice(flag.start)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => (cipherSuite(name)?.protocol ?? 'TLSv1.3') !== 'TLSv1.3');
  return names.length > 0 ? written(names, spanOfFlag(flag)) : unknown;
}
