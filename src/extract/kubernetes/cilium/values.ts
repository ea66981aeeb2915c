import type { Fact, Issuance, Listener, Mesh } from '../../../core/fact.ts';
import { buildFact, byDefault, unknown, written } from '../../../core/fact-builder.ts';
import type { Extraction } from '../../../core/technology.ts';
import { get, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, settingAt } from '../settings.ts';

/**
 * Values of the chart `cilium`, wherever they stand: mutual authentication with and without encryption, TLS of Hubble.
 * `object` is what holds them. Source: cilium/cilium 1.18, install/kubernetes/cilium/values.yaml.
 */
export const ciliumValues = (object: KubernetesObject, values: YamlNode): Extraction => ({
  facts: [...authenticationFact(object, values), ...hubbleFact(object, values), ...hubbleCertificates(object, values)],
  diagnostics: [],
});

/** Peers that are authenticated and whose data nothing encrypts: `encryption.enabled` is off unless it is written. */
function authenticationFact(object: KubernetesObject, values: YamlNode): readonly Fact<Mesh>[] {
  const asked = scalar(values, 'authentication', 'mutual', 'spire', 'enabled');
  if (!asked || booleanIn({ state: 'written', node: asked }) !== true) return [];
  const encrypts = settingAt(object, values, 'encryption', 'enabled');
  const on = booleanIn(encrypts);
  const reason = 'Cilium encrypts nothing unless encryption.enabled says so';
  const mode =
    encrypts.state === 'absent'
      ? byDefault<NonNullable<Mesh['mode']>>('disabled', reason, true)
      : encrypts.state === 'written' && on !== undefined
        ? written<NonNullable<Mesh['mode']>>(on ? 'strict' : 'disabled', spanOfNode(encrypts.node))
        : unknown;
  return [
    buildFact<Mesh>(
      { technology: 'cilium', subject: `mutual authentication in ${labelOf(object)}`, self: spanOfNode(asked) },
      { kind: 'mesh', scope: 'mesh' },
      { mode },
    ),
  ];
}

function hubbleFact(object: KubernetesObject, values: YamlNode): readonly Fact<Listener>[] {
  return (
    [
      ['Hubble', ['hubble', 'tls', 'enabled']],
      ['Hubble Relay', ['hubble', 'relay', 'tls', 'server', 'enabled']],
    ] as const
  ).flatMap(([name, path]) => {
    const node = scalar(values, ...path);
    const on = node && booleanIn({ state: 'written', node });
    return node && on !== undefined
      ? [
          buildFact<Listener>(
            { technology: 'cilium', subject: `${name} in ${labelOf(object)}`, self: spanOfNode(node) },
            { kind: 'listener', exposure: 'internal', application: 'other' },
            { tls: written(on, spanOfNode(node)) },
          ),
        ]
      : [];
  });
}

/** `certValidityDuration` counts days. */
function hubbleCertificates(object: KubernetesObject, values: YamlNode): readonly Fact<Issuance>[] {
  const automatic = get(values, 'hubble', 'tls', 'auto');
  const days = scalar(automatic, 'certValidityDuration');
  if (!days) return [];
  const count = Number(days.value);
  return [
    buildFact<Issuance>(
      { technology: 'cilium', subject: `certificates of Hubble in ${labelOf(object)}`, self: spanOfNode(days) },
      { kind: 'issuance' },
      { durationSeconds: count > 0 ? written(count * 86400, spanOfNode(days)) : unknown },
    ),
  ];
}
