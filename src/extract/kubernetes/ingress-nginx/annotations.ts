import { data as defaults } from '../../../../data/ingress-nginx-defaults.yaml';
import type { Listener } from '../../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { readSnippets, type Snippets } from '../ingress/nginx-snippets.ts';
import type { ControllerReading, KindContext, Owner } from '../kind.ts';
import { headOf, type KubernetesObject, qualified } from '../objects.ts';
import { annotation, booleanField, booleanIn, cipherStringField, fieldFrom, spanIn } from '../settings.ts';
import {
  annotationPrefix,
  controllerFor,
  defaultCertificate,
  exceptionFor,
  type NginxController,
  passesThrough,
  redirectByConfigMap,
  snippetsAct,
} from './controller.ts';
import { protocolsByDefault } from './settings.ts';
import { type Annotations, upstreams } from './upstreams.ts';

/** An Ingress with what is known of who serves it. */
interface Served {
  readonly object: KubernetesObject;
  readonly key: Annotations;
  readonly owner: Owner;
  readonly context: KindContext;
  readonly controller: NginxController;
  readonly snippets: Snippets;
}

/**
 * What ingress-nginx makes of an Ingress: its annotations, its snippets, and the controller's defaults. Where the
 * repository holds the controller's ConfigMap, that decides what no annotation says, and has a fact of its own.
 * Source: ingress-nginx controller-v1.15.1, docs/user-guide/nginx-configuration/annotations.md, docs/user-guide/tls.md.
 */
export function ingressNginx(object: KubernetesObject, owner: Owner, context: KindContext): ControllerReading {
  const controller = controllerFor(object, context);
  const prefix = annotationPrefix(controller);
  const key: Annotations = (name) => annotation(object, `${prefix}${name}`);
  const snippets = readSnippets(
    snippetsAct(controller, object, context)
      ? [
          [key('server-snippet'), 'server'],
          [key('configuration-snippet'), 'location'],
        ]
      : [],
    undefined,
    'ingress-nginx',
  );
  const served: Served = { object, key, owner, context, controller, snippets };
  return {
    technology: 'ingress-nginx',
    listener: listenerFields(served),
    redirect: redirect(served),
    plaintext: plaintext(served),
    fallback: defaultCertificate(controller),
    onlyRedirects: onlyRedirects(key),
    upstreams: upstreams(object, key, owner, context, snippets),
    diagnostics: snippets.diagnostics,
  };
}

const isPassedThrough = ({ key, controller }: Served): boolean =>
  booleanIn(key('ssl-passthrough')) === true && passesThrough(controller);

function listenerFields(served: Served): Fields<Listener> {
  const { object, key, owner, context, controller, snippets } = served;
  // With passthrough the backend ends TLS: nothing here says how.
  if (isPassedThrough(served)) return passedThrough;
  const elsewhere = object.fragment || controller.configured;
  const version = context.versions('ingress-nginx', object.root.source.path);
  return {
    protocols: elsewhere ? unknown : protocolsByDefault('protocols', version, owner.guessed),
    ciphers: cipherStringField(key('ssl-ciphers')),
    preferServerCiphers: booleanField(key('ssl-prefer-server-ciphers')),
    clientAuth: clientAuth(object, key),
    hsts: elsewhere
      ? unknown
      : byDefault(defaults.hsts, 'ingress-nginx sends HSTS unless its ConfigMap says otherwise', owner.guessed),
    ...snippets.listener,
    earlyData: snippets.earlyData,
  };
}

const passedThrough: Fields<Listener> = {
  tls: unknown,
  protocols: unknown,
  ciphers: unknown,
  certificates: unknown,
  clientAuth: unknown,
  hsts: unknown,
};

/** `auth-tls-verify-client` counts only beside `auth-tls-secret`; it is `on` unless it says otherwise. */
function clientAuth(object: KubernetesObject, key: Annotations): Field<NonNullable<Listener['clientAuth']>> {
  const secret = key('auth-tls-secret');
  if (secret.state === 'absent')
    return byDefault({ mode: 'none' }, 'ingress-nginx asks for client certificates only with auth-tls-secret');
  const modes = { on: 'required', off: 'none', optional: 'optional', optional_no_ca: 'request' } as const;
  const verify = key('auth-tls-verify-client');
  const mode = fieldFrom(verify, (value) => (value in modes ? modes[value as keyof typeof modes] : 'required'));
  const span = spanIn(secret);
  return composite<NonNullable<Listener['clientAuth']>>({
    mode: mode ?? (span ? written('required', span) : unknown),
    ca: fieldFrom(secret, (value) => `Secret ${qualified(object.namespace, value)}`),
  });
}

/**
 * A redirect of all requests comes first, as nginx takes `return` before it asks Lua; then exceptions of the controller;
 * `force-ssl-redirect` wins over `ssl-redirect` (rootfs/etc/nginx/lua/lua_ingress.lua, redirect_to_https).
 */
function redirect({ object, key, owner, controller }: Served): Field<boolean> {
  const everything = redirectOfAll(key);
  if (everything) return everything;
  const excepted = exceptionFor(object, controller);
  if (excepted) return written(false, excepted);
  const forced = key('force-ssl-redirect');
  if (forced.state === 'unknown' || booleanIn(forced) === true) return booleanField(forced) ?? unknown;
  const own = key('ssl-redirect');
  if (own.state !== 'absent') return booleanField(own) ?? unknown;
  return (
    redirectByConfigMap(controller) ??
    byDefault(true, 'ingress-nginx redirects hosts that have TLS unless told not to', owner.guessed)
  );
}

/** Where `temporal-redirect`, which wins, or `permanent-redirect` sends all requests: to https or to plain HTTP. */
function redirectOfAll(key: Annotations): Field<boolean> | undefined {
  const [first] = ['temporal-redirect', 'permanent-redirect'].map(key).filter(({ state }) => state !== 'absent');
  return first && fieldFrom(first, (url) => (/^https:/i.test(url) ? true : /^http:/i.test(url) ? false : undefined));
}

function onlyRedirects(key: Annotations): Field<boolean> | undefined {
  const field = redirectOfAll(key);
  return field?.origin === 'written' && field.value ? field : undefined;
}

/** Without `spec.tls` nothing here ends TLS; whether something in front does, only `force-ssl-redirect` tells. */
function plaintext(served: Served): Fields<Listener> {
  const { object, key, controller } = served;
  if (isPassedThrough(served)) return { tls: unknown, redirectsToHttps: unknown };
  const everything = redirectOfAll(key);
  const settings = [key('force-ssl-redirect'), controller.key('force-ssl-redirect')];
  const forced = settings.find(({ state }) => state !== 'absent');
  const redirects = everything?.origin === 'written' && everything.value ? everything : undefined;
  return {
    tls: written(false, headOf(object)),
    redirectsToHttps: redirects ?? (forced && booleanIn(forced) === true ? booleanField(forced) : unknown),
  };
}
