import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import {
  entries,
  get,
  keyOf,
  scalar,
  sourceOfScalar,
  spanOfNode,
  text,
  type YamlNode,
} from '../../../formats/yaml-tree.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanIn, listField, type Setting, settingAt } from '../settings.ts';
import { boundIn, cipherList, protocolsBetween } from './protocols.ts';

/** Contour's own configuration, however it is written: the fields are called alike, with hyphens or without. */
interface Configuration {
  readonly object: KubernetesObject;
  /** TLS of all HTTPS listeners. */
  readonly listener: YamlNode | undefined;
  /** TLS towards all services that are reached over TLS. */
  readonly upstream: YamlNode | undefined;
  readonly clientCertificate: YamlNode | undefined;
  readonly disablesInsecure: boolean;
  readonly spelled: (name: string) => string;
}

const camelCase = (name: string): string => name.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/**
 * Contour's configuration: a `listener` for what holds for every host, an `upstream` for what holds for every service.
 * Source: Contour 1.33, apis/projectcontour/v1alpha1/contourconfig.go, EnvoyTLS; pkg/config/parameters.go.
 */
export const contourConfiguration: KindExtractor = (object, context) => {
  const facts = configurationsIn(object).flatMap((configuration) => factsOf(configuration, context));
  return facts.length > 0 ? { facts, diagnostics: [] } : nothing;
};

function configurationsIn(object: KubernetesObject): readonly Configuration[] {
  const { kind, root } = object;
  const spec = kind === 'ContourDeployment' ? get(root, 'spec', 'runtimeSettings') : get(root, 'spec');
  if (kind !== 'ConfigMap') {
    return [
      {
        object,
        listener: get(spec, 'envoy', 'listener', 'tls'),
        upstream: get(spec, 'envoy', 'cluster', 'upstreamTLS'),
        clientCertificate: get(spec, 'envoy', 'clientCertificate'),
        disablesInsecure: text(spec, 'httpproxy', 'disablePermitInsecure') === 'true',
        spelled: camelCase,
      },
    ];
  }
  return entries(root, 'data')
    .filter(({ key }) => key.value === 'contour.yaml')
    .flatMap(({ value }) => (value.kind === 'scalar' ? parseYaml(sourceOfScalar(value)).documents : []))
    .map((file) => ({
      object,
      listener: get(file, 'tls'),
      upstream: get(file, 'cluster', 'upstream-tls'),
      clientCertificate: get(file, 'tls', 'envoy-client-certificate'),
      disablesInsecure: text(file, 'disablePermitInsecure') === 'true',
      spelled: (name) => name,
    }));
}

function factsOf(configuration: Configuration, { versions }: KindContext): readonly Fact[] {
  const { object, listener, upstream, clientCertificate } = configuration;
  const evidence = versions('contour', object.root.source.path);
  return [
    ...(listener && saysVersions(configuration, listener) ? [listenerFact(configuration, listener, evidence)] : []),
    ...(upstream || clientCertificate ? [upstreamFact(configuration, evidence)] : []),
  ];
}

const saysVersions = ({ spelled }: Configuration, node: YamlNode): boolean =>
  ['minimum-protocol-version', 'maximum-protocol-version', 'cipher-suites', 'ecdh-curves', 'fallback-certificate'].some(
    (name) => get(node, spelled(name)) !== undefined,
  );

function parameters(
  { object, spelled }: Configuration,
  node: YamlNode,
  evidence: VersionEvidence,
): Pick<Fields<Listener>, 'protocols' | 'ciphers' | 'groups'> {
  const at = (name: string): Setting => settingAt(object, node, spelled(name));
  return {
    protocols: protocolsBetween(at('minimum-protocol-version'), at('maximum-protocol-version'), evidence),
    ciphers: cipherList(at('cipher-suites'), evidence),
    groups: listField(at('ecdh-curves')),
  };
}

function listenerFact(configuration: Configuration, node: YamlNode, evidence: VersionEvidence): Fact<Listener> {
  const { object, spelled } = configuration;
  const [first] = node.kind === 'mapping' ? node.entries : [];
  return buildFact<Listener>(
    {
      technology: 'contour',
      subject: labelOf(object),
      self: spanOfNode(keyOf(node, spelled('minimum-protocol-version')) ?? first?.key ?? node),
    },
    { kind: 'listener', tls: true, application: 'http' },
    {
      ...parameters(configuration, node, evidence),
      exposure: unknown,
      certificates: secretAt(configuration, get(node, spelled('fallback-certificate'))),
    },
  );
}

/** The certificate for clients that name no host, where the configuration has one. */
function secretAt(
  { object }: Configuration,
  node: YamlNode | undefined,
): Field<NonNullable<Listener['certificates']>> | undefined {
  const name = scalar(node, 'name');
  if (!name || name.value === '') return undefined;
  return written(
    [{ from: 'secret', ref: qualified(text(node, 'namespace') ?? object.namespace, name.value) }],
    spanOfNode(name),
  );
}

function upstreamFact(configuration: Configuration, evidence: VersionEvidence): Fact<Upstream> {
  const { object, upstream, clientCertificate } = configuration;
  const head = upstream?.kind === 'mapping' ? upstream.entries[0]?.key : undefined;
  const name = scalar(clientCertificate, 'name');
  const { protocols, ciphers } = upstream ? parameters(configuration, upstream, evidence) : {};
  return buildFact<Upstream>(
    {
      technology: 'contour',
      subject: `${labelOf(object)} towards services`,
      self: spanOfNode(head ?? name ?? upstream ?? object.root),
    },
    { kind: 'upstream', tls: true, exposure: 'private' },
    {
      protocols,
      ciphers,
      clientCertificate:
        name && name.value !== ''
          ? written(qualified(text(clientCertificate, 'namespace') ?? object.namespace, name.value), spanOfNode(name))
          : undefined,
    },
  );
}

const holders = ['projectcontour.io/ContourConfiguration', 'projectcontour.io/ContourDeployment', '/ConfigMap'];

/** The one configuration that is at hand; `undefined` where there is none, or several. */
function known(context: KindContext): Configuration | undefined {
  const [only, ...others] = holders.flatMap((kind) => context.known(kind)).flatMap(configurationsIn);
  return others.length === 0 ? only : undefined;
}

/** The least version that Contour's configuration asks for, whatever a host says. */
export function floorFrom(context: KindContext, evidence: VersionEvidence): ReturnType<typeof boundIn> {
  const configuration = known(context);
  if (!configuration?.listener) return undefined;
  const { object, listener, spelled } = configuration;
  return boundIn(settingAt(object, listener, spelled('minimum-protocol-version')), evidence);
}

/** The suites of every host: those of the configuration that is at hand, or the default ones. */
export function ciphersFrom(context: KindContext, evidence: VersionEvidence): Field<readonly string[]> {
  const configuration = known(context);
  const setting: Setting = configuration?.listener
    ? settingAt(configuration.object, configuration.listener, configuration.spelled('cipher-suites'))
    : { state: 'absent' };
  return cipherList(setting, evidence);
}

/** Whether Contour's configuration makes `permitInsecure` count for nothing. */
export const insecureIsDisabled = (context: KindContext): boolean =>
  holders
    .flatMap((kind) => context.known(kind))
    .flatMap(configurationsIn)
    .some(({ disablesInsecure }) => disablesInsecure);

/** Reads whether a setting of an object is switched on. */
export const isOn = (setting: Setting): boolean => booleanIn(setting) === true;
