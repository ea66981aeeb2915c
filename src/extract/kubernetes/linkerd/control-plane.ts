import type { Fact, Mesh } from '../../../core/fact.ts';
import { unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import type { Extraction } from '../../../core/technology.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import {
  items,
  scalar,
  sourceOfScalar,
  spanInScalar,
  spanOfNode,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { joined, type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { goDurationSeconds, settingAt } from '../settings.ts';
import { meshFact, modeOfPolicy, portsField } from './mesh-facts.ts';

/**
 * Values of the charts `linkerd-control-plane` and, before 2.12, `linkerd2`, wherever they stand: the inbound policy of
 * the mesh and the lifetime of its certificates. The certificates and keys in them are read like those of any text.
 * `object` is what holds them. Source: Linkerd 2.20, charts/linkerd-control-plane/values.yaml.
 */
export function linkerdValues(object: KubernetesObject, values: YamlNode): Extraction {
  const wide: KubernetesObject = { ...object, namespace: undefined };
  const policy =
    scalar(values, 'proxy', 'defaultInboundPolicy') ?? scalar(values, 'policyController', 'defaultAllowPolicy');
  const required = scalar(values, 'proxy', 'requireIdentityOnInboundPorts');
  const lifetime = scalar(values, 'identity', 'issuer', 'issuanceLifetime');
  const facts: readonly (readonly Fact<Mesh>[])[] = [
    policy
      ? [
          meshFact(wide, `default inbound policy in ${labelOf(object)}`, spanOfNode(policy), 'mesh', {
            mode: modeOfPolicy({ state: 'written', node: policy }),
          }),
        ]
      : [],
    required && required.value !== ''
      ? [
          meshFact(wide, `ports that require an identity in ${labelOf(object)}`, spanOfNode(required), 'port', {
            mode: written('strict', spanOfNode(required)),
            ports: portsField(settingAt(object, values, 'proxy', 'requireIdentityOnInboundPorts')),
          }),
        ]
      : [],
    lifetime ? [lifetimeFact(object, lifetime.value, spanOfNode(lifetime))] : [],
  ];
  return { facts: facts.flat(), diagnostics: [] };
}

/** The ConfigMap `linkerd-config` holds the values that the mesh was installed with. */
export const linkerdConfig: KindExtractor = (object) => {
  const values = object.name === 'linkerd-config' ? scalar(object.root, 'data', 'values') : undefined;
  return values
    ? joined(parseYaml(sourceOfScalar(values)).documents.map((one) => linkerdValues(object, one)))
    : nothing;
};

const lifetimeFlag = /^--?identity-issuance-lifetime=(.+)$/;

/** The lifetime of certificates in the arguments of Linkerd's identity service, as its manifests are rendered. */
export const identityArguments: KindExtractor = (object) => {
  const argument = items(object.root, 'spec', 'template', 'spec', 'containers')
    .flatMap((container) => items(container, 'args'))
    .find((item): item is YamlScalar => item.kind === 'scalar' && lifetimeFlag.test(item.value));
  const [, value] = lifetimeFlag.exec(argument?.value ?? '') ?? [];
  if (!argument || value === undefined) return nothing;
  const start = argument.value.length - value.length;
  return {
    facts: [lifetimeFact(object, value, spanInScalar(argument, start, argument.value.length))],
    diagnostics: [],
  };
};

function lifetimeFact(object: KubernetesObject, value: string, span: Span): Fact<Mesh> {
  const seconds = goDurationSeconds(value);
  return meshFact({ namespace: undefined }, `certificates of workloads in ${labelOf(object)}`, span, 'mesh', {
    certificateLifetimeSeconds: seconds === undefined ? unknown : written(seconds, span),
  });
}
