import type { Fact, Issuance, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { parseProtocol } from '../../../tls/protocols.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { booleanField, fieldFrom, settingAt, wordsField } from '../settings.ts';

const technology = 'strimzi';

/** Listeners of these types can be reached from outside the cluster. */
const outside = /^(route|loadbalancer|nodeport|ingress)$/;

/**
 * A Kafka cluster: one `listener` for each of its listeners, and one `issuance` for each of its two authorities.
 * Source: Strimzi 0.48, Kafka resource: GenericKafkaListener, CertificateAuthority (365 days, renewed 30 days before).
 */
export const strimziKafka: KindExtractor = (object) => ({
  facts: [
    ...items(object.root, 'spec', 'kafka', 'listeners').map((listener) => listenerFact(object, listener)),
    ...(['clusterCa', 'clientsCa'] as const).flatMap((name) => authorityFacts(object, name)),
  ],
  diagnostics: [],
});

function listenerFact(object: KubernetesObject, listener: YamlNode): Fact<Listener> {
  const name = scalar(listener, 'name');
  const type = scalar(listener, 'type');
  const mutual = scalar(listener, 'authentication', 'type');
  const protocols = settingAt(object, object.root, 'spec', 'kafka', 'config', 'ssl.enabled.protocols');
  const tls = booleanField(settingAt(object, listener, 'tls'));
  return buildFact<Listener>(
    { technology, subject: `listener ${name?.value ?? ''} of ${labelOf(object)}`, self: spanOfNode(name ?? listener) },
    { kind: 'listener', application: 'data' },
    {
      tls: tls ?? unknown,
      ports: fieldFrom(settingAt(object, listener, 'port'), (port) =>
        /^\d+$/.test(port) ? [Number(port)] : undefined,
      ),
      exposure: type ? written(outside.test(type.value) ? 'external' : 'internal', spanOfNode(type)) : unknown,
      protocols: isOn(tls) ? (wordsField(protocols, /[^\s,]+/g, parseProtocol) ?? unknown) : undefined,
      clientAuth:
        mutual?.value === 'tls' ? composite({ mode: written('required' as const, spanOfNode(mutual)) }) : undefined,
    },
  );
}

const isOn = (tls: Field<boolean> | undefined): boolean => tls?.origin === 'written' && tls.value;

function authorityFacts(object: KubernetesObject, name: 'clusterCa' | 'clientsCa'): readonly Fact<Issuance>[] {
  const block = settingAt(object, object.root, 'spec', name);
  if (block.state !== 'written') return [];
  const days = (key: string): Field<number> | undefined =>
    fieldFrom(settingAt(object, block.node, key), (value) =>
      /^\d+$/.test(value) ? Number(value) * 86_400 : undefined,
    );
  const own = text(block.node, 'generateCertificateAuthority') === 'false';
  if (own) return [];
  const reason = 'Strimzi makes its authorities for 365 days and renews them 30 days before';
  return [
    buildFact<Issuance>(
      { technology, subject: `${name} of ${labelOf(object)}`, self: headOf(object) },
      { kind: 'issuance', ca: true, issuerType: 'self-signed' },
      {
        durationSeconds: days('validityDays') ?? byDefault(365 * 86_400, reason),
        renewBeforeSeconds: days('renewalDays') ?? byDefault(30 * 86_400, reason),
      },
    ),
  ];
}
