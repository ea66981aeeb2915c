import type { Fact, Mesh } from '../../../core/fact.ts';
import { buildFact, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { spanOfNode } from '../../../formats/yaml-tree.ts';
import type { KubernetesObject } from '../objects.ts';
import { fieldFrom, type Setting, scalarIn } from '../settings.ts';

export type Mode = NonNullable<Mesh['mode']>;

/**
 * What an inbound policy accepts. Clients of the mesh always come encrypted; the question is whether others are let in,
 * and those come in plain text. `audit` logs what it would refuse and lets it in, `deny` leaves it to authorizations,
 * which name clients of the mesh unless they say otherwise.
 * Source: Linkerd 2.20, charts/linkerd-control-plane/values.yaml, proxy.defaultInboundPolicy; policy-controller/core.
 */
const policies: Readonly<Record<string, Mode>> = {
  'all-unauthenticated': 'permissive',
  'cluster-unauthenticated': 'permissive',
  audit: 'permissive',
  'all-authenticated': 'strict',
  'cluster-authenticated': 'strict',
  deny: 'strict',
};

export const modeOfPolicy = (setting: Setting): Field<Mode> | undefined =>
  fieldFrom(setting, (policy) => policies[policy]);

/** A `mesh` fact of Linkerd, in the object's namespace. */
export const meshFact = (
  { namespace }: Pick<KubernetesObject, 'namespace'>,
  subject: string,
  self: Span,
  scope: Mesh['scope'],
  fields: Fields<Mesh>,
): Fact<Mesh> =>
  buildFact<Mesh>(
    { technology: 'linkerd', subject, self },
    { kind: 'mesh', scope, ...(namespace !== undefined && { namespace }) },
    fields,
  );

/** How many ports a range may stand for before it is no list of exceptions any more. */
const longestRange = 64;

/** Ports and ranges, `25,587,3000-3005`; unknown where one of them is a name or a long range. */
export function portsField(setting: Setting): Field<readonly number[]> | undefined {
  const node = scalarIn(setting);
  if (!node) return setting.state === 'absent' ? undefined : unknown;
  const words = node.value.split(',').map((word) => word.trim());
  const ports = words.filter((word) => word !== '').map(portsOf);
  const known = ports.flatMap((some) => some ?? []);
  if (ports.length === 0) return undefined;
  return ports.every((some) => some !== undefined) ? written(known, spanOfNode(node)) : unknown;
}

function portsOf(word: string): readonly number[] | undefined {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? [];
  const from = Number(first);
  const count = Number(last) - from + 1;
  if (first === undefined || count < 1 || count > longestRange) return undefined;
  return Array.from({ length: count }, (_, index) => from + index);
}
