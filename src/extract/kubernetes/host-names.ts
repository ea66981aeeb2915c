import { data as names } from '../../../data/host-names.yaml';
import type { Listener } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { reachOf } from '../../tls/reach.ts';

/** Whether a name says that what it names is not for the internet. */
const saysInternal = (name: string): boolean =>
  name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => names.internalWords.includes(word));

/**
 * Who can reach a listener: what serves it says so by its name, at `span`, or its hosts do. Unknown where neither tells.
 */
export function exposureOf(
  hosts: Field<readonly string[]> | undefined,
  servedBy: readonly (string | undefined)[],
  span: Span,
): Field<NonNullable<Listener['exposure']>> {
  if (servedBy.some((name) => name !== undefined && saysInternal(name))) return written('internal', span);
  if (hosts?.origin !== 'written') return unknown;
  const known = hosts.value.filter((host) => host !== '*' && host !== '');
  if (known.length === 0) return unknown;
  return written(known.every((host) => reachOf(host) !== 'external') ? 'internal' : 'external', hosts.span);
}
