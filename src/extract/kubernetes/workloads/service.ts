import type { Service } from '../../../core/fact.ts';
import { buildFact, type Field, written } from '../../../core/fact-builder.ts';
import { get, items, keyOf, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, labelOf, qualified } from '../objects.ts';
import { labelsField, settingAt } from '../settings.ts';

type Port = NonNullable<Service['ports']>[number];

/**
 * A name for workloads: one `service`. `appProtocol`, the port's name and its number tell whether TLS is spoken there.
 * Source: Kubernetes API, core/v1 ServiceSpec.
 */
export const service: KindExtractor = (object) => {
  if (object.fragment || object.name === undefined) return nothing;
  const selector = settingAt(object, object.root, 'spec', 'selector');
  const fact = buildFact<Service>(
    { technology: 'kubernetes', subject: labelOf(object), self: headOf(object) },
    {
      kind: 'service',
      name: qualified(object.namespace, object.name),
      ...(object.namespace !== undefined && { namespace: object.namespace }),
    },
    {
      selector: selector.state === 'absent' ? undefined : labelsField(selector),
      ports: portsField(object.root),
    },
  );
  return { facts: [fact], diagnostics: [] };
};

function portsField(root: YamlNode): Field<readonly Port[]> | undefined {
  const key = keyOf(get(root, 'spec'), 'ports');
  const ports = items(root, 'spec', 'ports').flatMap(portOf);
  return key && ports.length > 0 ? written(ports, spanOfNode(key)) : undefined;
}

function portOf(port: YamlNode): readonly Port[] {
  const number = Number(text(port, 'port'));
  if (!Number.isInteger(number) || number <= 0) return [];
  const name = text(port, 'name');
  const target = text(port, 'targetPort');
  const tls = speaksTls(number, name, text(port, 'appProtocol'));
  return [
    {
      number,
      ...(name !== undefined && { name }),
      ...(target !== undefined && { target: /^\d+$/.test(target) ? Number(target) : target }),
      ...(tls !== undefined && { tls }),
    },
  ];
}

/** The protocol decides, then the name, whose first word is one for Istio, then a number that is for TLS by custom. */
function speaksTls(number: number, name: string | undefined, protocol: string | undefined): boolean | undefined {
  if (protocol !== undefined)
    return /(^|[./])(https|tls|wss|grpcs)$/i.test(protocol) || (/http|grpc|tcp/i.test(protocol) ? false : undefined);
  if (name !== undefined && /^(https|tls|grpcs)(-|$)/i.test(name)) return true;
  if (name !== undefined && /^(http|http2|grpc)(-|$)/i.test(name)) return false;
  return number === 443 || number === 8443 ? true : undefined;
}
