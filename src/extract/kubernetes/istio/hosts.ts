import { qualified } from '../objects.ts';

/**
 * The Service that a host names, `namespace/name`: a name without a dot is in the namespace of the object that says it,
 * and a full name carries its own. `api.shop` is no short form: Istio takes a host with a dot as it stands.
 * Source: Istio 1.31, pilot/pkg/model/config.go, ResolveShortnameToFQDN.
 */
export function serviceOf(host: string, namespace: string | undefined): string | undefined {
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/i.test(host)) return qualified(namespace, host);
  const [, name, ofHost] = /^([^.*/]+)\.([^.*/]+)\.svc(?:\.[\w.-]+)?$/.exec(host) ?? [];
  return name !== undefined && ofHost !== undefined && host.split('.').length > 3 ? `${ofHost}/${name}` : undefined;
}

/** Whether two hosts have a name in common; `*` and `*.example.com` stand for many. */
export const overlap = (a: string, b: string): boolean => covers(a, b) || covers(b, a);

const covers = (wide: string, narrow: string): boolean =>
  wide === narrow || wide === '*' || (wide.startsWith('*.') && narrow.endsWith(wide.slice(1)));

/** `shop/*.example.com` in a Gateway serves the host to one namespace's routes only. */
export const withoutNamespace = (host: string): string => host.slice(host.lastIndexOf('/') + 1);
