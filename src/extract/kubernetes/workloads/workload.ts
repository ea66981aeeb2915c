import type { Workload } from '../../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { skippedPorts } from '../linkerd/annotations.ts';
import { headOf, labelOf, qualified } from '../objects.ts';
import { labelsField, type Setting, settingAt, spanIn, textIn } from '../settings.ts';
import { injectionOf } from './injection.ts';
import { podTemplateOf } from './pod-templates.ts';

/**
 * What runs: one `workload` for each object that makes pods, with what policies and Services select it by. Patches give
 * none. Source: Kubernetes API, core/v1 PodTemplateSpec, Volume, EnvVarSource.
 */
export const workload: KindExtractor = (object, { known }) => {
  const pod = object.fragment || object.name === undefined ? undefined : podTemplateOf(object);
  if (!pod || object.name === undefined) return nothing;
  const fact = buildFact<Workload>(
    { technology: 'kubernetes', subject: labelOf(object), self: headOf(object) },
    {
      kind: 'workload',
      name: qualified(object.namespace, object.name),
      ...(object.namespace !== undefined && { namespace: object.namespace }),
      ...(/Job$/.test(object.kind) && { ends: true }),
    },
    {
      labels: labelsField(settingAt(object, pod, 'metadata', 'labels')),
      ports: portsField(pod),
      mesh: injectionOf(object, pod, known),
      bypassedPorts:
        bypassedPorts(settingAt(object, pod, 'metadata', 'annotations', excludedPorts)) ?? skippedPorts(object, pod),
      secrets: secretsField(pod, object.namespace),
    },
  );
  return { facts: [fact], diagnostics: [] };
};

const podContainers = ['containers', 'initContainers'] as const;

const containersOf = (pod: YamlNode): readonly YamlNode[] => podContainers.flatMap((list) => items(pod, 'spec', list));

function portsField(pod: YamlNode): Field<NonNullable<Workload['ports']>> | undefined {
  const ports = containersOf(pod)
    .flatMap((container) => items(container, 'ports'))
    .flatMap((port) => {
      const number = Number(text(port, 'containerPort'));
      const name = text(port, 'name');
      return Number.isInteger(number) && number > 0 ? [{ number, ...(name !== undefined && { name }) }] : [];
    });
  const [first] = containersOf(pod).flatMap((container) => keyOf(container, 'ports') ?? []);
  return first && ports.length > 0 ? written(ports, spanOfNode(first)) : undefined;
}

/** Inbound ports that the traffic rules of Istio's sidecar leave out; its own health and metrics ports are no gap. */
const excludedPorts = 'traffic.sidecar.istio.io/excludeInboundPorts';

function bypassedPorts(setting: Setting): Field<readonly number[]> | undefined {
  const list = textIn(setting);
  const span = spanIn(setting);
  if (list === undefined || !span) return setting.state === 'absent' ? undefined : unknown;
  const ports = list
    .split(',')
    .map((port) => Number(port.trim()))
    .filter((port) => Number.isInteger(port) && port > 0 && !(port >= 15000 && port <= 15100));
  return ports.length > 0 ? written(ports, span) : undefined;
}

/** The Secrets that a pod mounts or reads into its environment, in its own namespace. */
function secretsField(pod: YamlNode, namespace: string | undefined): Field<readonly string[]> | undefined {
  const volumes = items(pod, 'spec', 'volumes').flatMap((volume) => [
    scalar(volume, 'secret', 'secretName'),
    ...items(volume, 'projected', 'sources').map((source) => scalar(source, 'secret', 'name')),
  ]);
  const environment = containersOf(pod).flatMap((container) => [
    ...items(container, 'env').map((variable) => scalar(variable, 'valueFrom', 'secretKeyRef', 'name')),
    ...items(container, 'envFrom').map((source) => scalar(source, 'secretRef', 'name')),
  ]);
  const named = [...volumes, ...environment].filter((node) => node !== undefined);
  const [first] = named;
  if (!first) return undefined;
  const names = [...new Set(named.map(({ value }) => qualified(namespace, value)))];
  return written(names, spanOfNode(first), partsOf(names, named, namespace));
}

const partsOf = (
  names: readonly string[],
  nodes: readonly NonNullable<ReturnType<typeof scalar>>[],
  namespace: string | undefined,
): Readonly<Record<string, Span>> =>
  Object.fromEntries(
    names.flatMap((name, index) => {
      const node = nodes.find(({ value }) => qualified(namespace, value) === name);
      return node ? [[String(index), spanOfNode(node)] as const] : [];
    }),
  );
