import type { Listener } from '../../../core/fact.ts';
import { type Field, unknown, written } from '../../../core/fact-builder.ts';
import { spanInScalar } from '../../../formats/yaml-tree.ts';
import { hstsOf } from '../hsts.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { annotation, type Setting, scalarIn } from '../settings.ts';

export const technology = 'haproxy-kubernetes-ingress';

/** A configuration key: an annotation without its prefix, or a key of the ConfigMap. */
export type Key = (name: string) => Setting;

/** The prefixes that the controller takes (documentation/annotations.md of 3.2). */
const prefixes = ['haproxy.org/', 'ingress.kubernetes.io/', 'haproxy.com/'];

/** The annotations of an Ingress; of a Service those only that no other controller reads. */
export const annotationsOf =
  (object: KubernetesObject): Key =>
  (name) => {
    const own = object.kind === 'Service' ? prefixes.filter((prefix) => prefix.startsWith('haproxy')) : prefixes;
    const settings = own.map((prefix) => annotation(object, `${prefix}${name}`));
    return settings.find(({ state }) => state !== 'absent') ?? { state: 'absent' };
  };

/** What is written first: on the object, else in the ConfigMap. */
export const firstOf =
  (...keys: readonly Key[]): Key =>
  (name) =>
    keys.map((key) => key(name)).find(({ state }) => state !== 'absent') ?? { state: 'absent' };

/** `shop/ca`, or a name alone, which is of the namespace of what names it. */
export const secretName = ({ namespace }: KubernetesObject, name: string): string => qualified(namespace, name);

/** The header among those of `response-set-header`, one a line: `Strict-Transport-Security "max-age=31536000"`. */
export function headerHsts(setting: Setting): Field<NonNullable<Listener['hsts']>> | undefined {
  if (setting.state === 'unknown') return unknown;
  const node = scalarIn(setting);
  const found = /^[ \t]*strict-transport-security[ \t]+(.+)$/im.exec(node?.value ?? '');
  const [line, value = ''] = found ?? [];
  if (!node || !found || line === undefined) return undefined;
  const hsts = hstsOf(value.replace(/^["']|["']\s*$/g, ''));
  const start = found.index + line.length - value.length;
  return hsts ? written(hsts, spanInScalar(node, start, start + value.trimEnd().length)) : unknown;
}
