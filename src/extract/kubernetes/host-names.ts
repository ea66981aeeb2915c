import { data as names } from '../../../data/kubernetes-host-names.yaml';
import type { Listener } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';

/** Whether a host is one that nobody outside can reach: a reserved ending, a name without a domain, an address. */
function isInternalHost(host: string): boolean {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  if (labels.length < 2) return host !== '*';
  if (/^(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$/.test(host)) return true;
  return names.internalEndings.some((ending) => labels.join('.') === ending || labels.join('.').endsWith(`.${ending}`));
}

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
  return written(known.every(isInternalHost) ? 'internal' : 'external', hosts.span);
}
