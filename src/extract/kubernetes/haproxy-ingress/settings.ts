import type { Listener } from '../../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { sourceOfScalar } from '../../../formats/yaml-tree.ts';
import { bindFields, optionsOfText } from '../../dialects/haproxy-fields.ts';
import { noOptions, type OptionList } from '../../dialects/haproxy-options.ts';
import { type ControllerDefaults, placed } from '../ingress/haproxy-defaults.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { annotation, booleanField, booleanIn, fieldFrom, type Setting, scalarIn, spanIn } from '../settings.ts';

export const technology = 'haproxy-ingress';

/** A configuration key: an annotation without its prefix, or a key of the ConfigMap. */
export type Key = (name: string) => Setting;

/** The prefixes that the controller takes by default, the first that is written wins (pkg/controller/config/options.go). */
const prefixes = ['haproxy-ingress.github.io/', 'ingress.kubernetes.io/'];

/** Keys of the ConfigMap whose raw lines go into the frontends. */
export const frontendSnippets = ['config-frontend', 'config-frontend-early', 'config-frontend-late'];

/** The annotations of an Ingress or a Service. */
export const annotationsOf =
  (object: KubernetesObject): Key =>
  (name) => {
    const settings = prefixes.map((prefix) => annotation(object, `${prefix}${name}`));
    return settings.find(({ state }) => state !== 'absent') ?? { state: 'absent' };
  };

/** What is written first: on the object, else in the ConfigMap. */
export const firstOf =
  (...keys: readonly Key[]): Key =>
  (name) =>
    keys.map((key) => key(name)).find(({ state }) => state !== 'absent') ?? { state: 'absent' };

/** Options written as the text of a key; `undefined` where there are none, open where a template decides. */
export function optionsIn(setting: Setting, of: 'bind' | 'server'): OptionList | undefined {
  if (setting.state === 'absent') return undefined;
  const node = scalarIn(setting);
  return node ? optionsOfText(sourceOfScalar(node), of) : { options: [], open: true };
}

/**
 * The versions and the tickets that `ssl-options` leaves on, which replaces the controller's own list. Below the oldest
 * version that HAProxy takes by default, no option of the list switches anything on (data/haproxy.yaml).
 */
export function globalOptionFields(setting: Setting, defaults: ControllerDefaults): Fields<Listener> {
  const options = optionsIn(setting, 'bind');
  if (!options) return { protocols: defaults.listener.protocols, sessionTickets: defaults.listener.sessionTickets };
  const { protocols, sessionTickets } = bindFields(noOptions, options, defaults.haproxy);
  return {
    protocols,
    sessionTickets: sessionTickets ?? byDefault(true, 'HAProxy issues tickets unless no-tls-tickets is set'),
  };
}

/** What `ssl-options-host` changes for one host; `undefined` where it says nothing. */
export function hostOptionFields(setting: Setting, defaults: ControllerDefaults): Fields<Listener> | undefined {
  const options = optionsIn(setting, 'bind');
  if (!options || (options.options.length === 0 && !options.open)) return undefined;
  const { protocols, earlyData } = bindFields(options, defaults.bindOptions, defaults.haproxy);
  return { protocols: placed(protocols, defaults), earlyData };
}

/**
 * The header: on, for half a year, unless told otherwise (pkg/converters/ingress/defaults.go). `elsewhere`: a ConfigMap
 * that is read for itself decides what is not written here.
 */
export function hstsBy(
  key: Key,
  defaults: ControllerDefaults,
  elsewhere: boolean,
): Field<NonNullable<Listener['hsts']>> {
  const enabled = key('hsts');
  if (enabled.state === 'unknown') return unknown;
  if (booleanIn(enabled) === false)
    return composite<NonNullable<Listener['hsts']>>({ maxAgeSeconds: fieldFrom(enabled, () => 0) });
  const age = fieldFrom(key('hsts-max-age'), (value) => (/^\d+$/.test(value) ? Number(value) : undefined));
  const subdomains = booleanField(key('hsts-include-subdomains'));
  if (elsewhere && !age) return unknown;
  const reason = 'HAProxy Ingress sends HSTS for half a year unless told otherwise';
  return composite<NonNullable<Listener['hsts']>>({
    maxAgeSeconds: age ?? byDefault(defaults.hstsSeconds, reason, defaults.unsure),
    includeSubDomains: subdomains ?? (elsewhere ? unknown : byDefault(false, reason, defaults.unsure)),
  });
}

/**
 * Client certificates: asked for with `auth-tls-secret`, and required unless `auth-tls-verify-client` says otherwise
 * (pkg/converters/ingress/annotations/host.go, setAuthTLSConfig).
 */
export function clientAuthBy(object: KubernetesObject, key: Key): Field<NonNullable<Listener['clientAuth']>> {
  const secret = key('auth-tls-secret');
  if (secret.state === 'absent')
    return byDefault({ mode: 'none' }, 'HAProxy Ingress asks for client certificates only with auth-tls-secret');
  const modes = new Map([
    ['on', 'required'],
    ['off', 'none'],
    ['optional', 'optional'],
    ['optional_no_ca', 'request'],
  ] as const);
  const verify = key('auth-tls-verify-client');
  const mode = fieldFrom(verify, (value) => [...modes].find(([name]) => name === value)?.[1] ?? 'required');
  const span = spanIn(secret);
  return composite<NonNullable<Listener['clientAuth']>>({
    mode: mode ?? (span ? written('required', span) : unknown),
    ca: fieldFrom(secret, (name) => secretName(object, name)),
  });
}

/** `Secret shop/ca`; a name alone is of the object's namespace, `secret://` may stand before it, `file://` names a file. */
export function secretName({ namespace }: KubernetesObject, name: string): string {
  if (name.startsWith('file://')) return name.slice('file://'.length);
  return `Secret ${qualified(namespace, name.replace(/^secret:\/\//, ''))}`;
}
