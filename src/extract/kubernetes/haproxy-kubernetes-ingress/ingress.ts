import type { Listener } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { type ControllerSettings, controllerSettings } from '../ingress/config-maps.ts';
import { type ControllerDefaults, controllerDefaults } from '../ingress/haproxy-defaults.ts';
import { redirectBySnippets, snippetsOf } from '../ingress/haproxy-snippets.ts';
import { servicesOfIngress } from '../ingress-hosts.ts';
import type { Controller } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanField, booleanIn, fieldFrom } from '../settings.ts';
import { annotationsOf, firstOf, headerHsts, type Key, technology } from './settings.ts';
import { backends } from './upstreams.ts';

/**
 * What HAProxy Technologies' controller makes of an Ingress. TLS itself is set for the whole controller; its ConfigMap and
 * its Global have facts of their own. Source: haproxytech/kubernetes-ingress 3.2.11, documentation/annotations.md;
 * pkg/annotations/ingress/httpsRedirect.go; pkg/handler/https.go.
 */
export const haproxyKubernetesIngress: Controller = (object, owner, context) => {
  const key = annotationsOf(object);
  const settings = controllerSettings(object, technology, context);
  const either = firstOf(key, settings.key);
  const defaults = controllerDefaults(technology, object.root.source.path, context, owner.guessed);
  const passes = booleanIn(either('ssl-passthrough')) === true;
  return {
    technology,
    listener: passes ? passedThrough : listenerFields(object, key, settings, defaults),
    redirect: redirect(either, settings, defaults),
    plaintext: passes
      ? { tls: unknown, redirectsToHttps: unknown }
      : { tls: written(false, headOf(object)), redirectsToHttps: forced(either) ?? unknown },
    fallback: certificateBy(settings),
    upstreams: backends(
      object,
      key,
      either,
      { subject: `${labelOf(object)} to its backend`, services: servicesOfIngress(object) },
      defaults,
    ),
    diagnostics: [],
  };
};

/** The backend ends TLS. */
const passedThrough: Fields<Listener> = {
  tls: unknown,
  protocols: unknown,
  ciphers: unknown,
  certificates: unknown,
  clientAuth: unknown,
  hsts: unknown,
};

function listenerFields(
  object: KubernetesObject,
  key: Key,
  settings: ControllerSettings,
  defaults: ControllerDefaults,
): Fields<Listener> {
  const elsewhere = object.fragment || settings.configured;
  return {
    protocols: elsewhere ? unknown : defaults.listener.protocols,
    ciphers: elsewhere ? unknown : defaults.listener.ciphers,
    clientAuth: elsewhere
      ? unknown
      : byDefault({ mode: 'none' }, "HAProxy's controller asks for client certificates only with client-ca"),
    // An application behind it may send the header.
    hsts: headerHsts(key('response-set-header')) ?? unknown,
  };
}

/** The certificate of hosts without one: `ssl-certificate` of the ConfigMap. */
export const certificateBy = ({ key }: Pick<ControllerSettings, 'key'>): Field<NonNullable<Listener['certificates']>> =>
  fieldFrom(key('ssl-certificate'), (name) =>
    name === '' ? undefined : [{ from: 'secret' as const, ref: qualified(undefined, name) }],
  ) ?? unknown;

/** Where an Ingress has TLS it is redirected unless `ssl-redirect` says otherwise. */
function redirect(key: Key, settings: ControllerSettings, defaults: ControllerDefaults): Field<boolean> {
  const raw = redirectBySnippets(snippetsOf(settings.key, ['frontend-config-snippet']));
  if (raw) return raw;
  const asked = key('ssl-redirect');
  if (asked.state !== 'absent') return booleanField(asked) ?? unknown;
  return byDefault(true, "HAProxy's controller redirects an Ingress that has TLS unless told not to", defaults.unsure);
}

const forced = (key: Key): Field<boolean> | undefined =>
  booleanIn(key('ssl-redirect')) === true ? booleanField(key('ssl-redirect')) : undefined;
