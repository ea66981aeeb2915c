import { data as defaults } from '../../../../data/ingress-nginx-defaults.yaml';
import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { items, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { parseProtocol } from '../../../tls/protocols.ts';
import type { ControllerReading, KindContext, Owner } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import {
  annotation,
  booleanField,
  booleanIn,
  cipherStringField,
  fieldFrom,
  type Setting,
  spanIn,
  textField,
  textIn,
  wordsField,
} from '../settings.ts';
import { controllerConfigMaps, redirectOf } from './config-map.ts';
import { protocolsByDefault, readSnippets, type Snippets } from './settings.ts';

type Annotations = (name: string) => Setting;

const prefix = 'nginx.ingress.kubernetes.io/';

/**
 * What ingress-nginx makes of an Ingress: its annotations, its snippets, and the controller's defaults. Where the
 * repository holds the controller's ConfigMap, that decides what no annotation says, and has a fact of its own.
 * Source: ingress-nginx controller-v1.15.1, docs/user-guide/nginx-configuration/annotations.md, docs/user-guide/tls.md.
 */
export function ingressNginx(object: KubernetesObject, owner: Owner, context: KindContext): ControllerReading {
  const key: Annotations = (name) => annotation(object, `${prefix}${name}`);
  const snippets = readSnippets(
    [
      [key('server-snippet'), 'server'],
      [key('configuration-snippet'), 'location'],
    ],
    undefined,
  );
  return {
    technology: 'ingress-nginx',
    listener: listenerFields(object, key, owner, context, snippets),
    redirect: redirect(key, owner, context),
    plaintext: plaintext(object, key),
    upstreams: upstreams(object, key, owner, context, snippets),
    diagnostics: snippets.diagnostics,
  };
}

function listenerFields(
  object: KubernetesObject,
  key: Annotations,
  owner: Owner,
  context: KindContext,
  snippets: Snippets,
): Fields<Listener> {
  // With passthrough the backend ends TLS, if the controller's flag allows it: nothing here says how.
  if (booleanIn(key('ssl-passthrough')) === true) return passedThrough;
  const elsewhere = object.fragment || controllerConfigMaps(context).length > 0;
  const version = context.versions('ingress-nginx', object.root.source.path);
  return {
    protocols: elsewhere ? unknown : protocolsByDefault('protocols', version, owner.guessed),
    ciphers: cipherStringField(key('ssl-ciphers')),
    preferServerCiphers: booleanField(key('ssl-prefer-server-ciphers')),
    clientAuth: clientAuth(key),
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
function clientAuth(key: Annotations): Field<NonNullable<Listener['clientAuth']>> {
  const secret = key('auth-tls-secret');
  if (secret.state === 'absent')
    return byDefault({ mode: 'none' }, 'ingress-nginx asks for client certificates only with auth-tls-secret');
  const modes = { on: 'required', off: 'none', optional: 'optional', optional_no_ca: 'request' } as const;
  const verify = key('auth-tls-verify-client');
  const mode = fieldFrom(verify, (value) => (value in modes ? modes[value as keyof typeof modes] : 'required'));
  const span = spanIn(secret);
  return composite({ mode: mode ?? (span ? written('required', span) : unknown), ca: textField(secret) });
}

/** `force-ssl-redirect` wins over `ssl-redirect` (rootfs/etc/nginx/lua/lua_ingress.lua, redirect_to_https). */
function redirect(key: Annotations, owner: Owner, context: KindContext): Field<boolean> {
  const forced = key('force-ssl-redirect');
  if (forced.state === 'unknown' || booleanIn(forced) === true) return booleanField(forced) ?? unknown;
  const own = key('ssl-redirect');
  if (own.state !== 'absent') return booleanField(own) ?? unknown;
  return (
    redirectOf(context) ??
    byDefault(true, 'ingress-nginx redirects hosts that have TLS unless told not to', owner.guessed)
  );
}

/** Without `spec.tls` nothing here ends TLS; whether something in front does, only `force-ssl-redirect` tells. */
function plaintext(object: KubernetesObject, key: Annotations): Fields<Listener> {
  if (booleanIn(key('ssl-passthrough')) === true) return { tls: unknown, redirectsToHttps: unknown };
  const forced = key('force-ssl-redirect');
  return {
    tls: written(false, headOf(object)),
    redirectsToHttps: booleanIn(forced) === true ? booleanField(forced) : unknown,
  };
}

/** TLS to the backends, where `backend-protocol` asks for it. */
function upstreams(
  object: KubernetesObject,
  key: Annotations,
  owner: Owner,
  context: KindContext,
  snippets: Snippets,
): readonly Fact<Upstream>[] {
  const protocol = key('backend-protocol');
  const name = textIn(protocol)?.toUpperCase();
  if (protocol.state !== 'written' || (name !== 'HTTPS' && name !== 'GRPCS')) return [];
  const span = spanOfNode(protocol.node);
  const target = backendOf(object);
  const fields: Fields<Upstream> = {
    tls: written(true, span),
    ...(name === 'HTTPS'
      ? proxied(object, key, owner, context)
      : unverified('ingress-nginx applies proxy-ssl-verify to HTTPS backends only, not to GRPCS', owner)),
    ...snippets.upstream,
  };
  return [
    buildFact(
      {
        technology: 'ingress-nginx',
        subject: `${labelOf(object)} to its backend`,
        self: spanIn(key('proxy-ssl-verify')) ?? span,
      },
      { kind: 'upstream', exposure: 'private', ...(target !== undefined && { target }) },
      fields,
    ),
  ];
}

/**
 * Every other `proxy-ssl-*` annotation is ignored without `proxy-ssl-secret`, and without a CA in it
 * (internal/ingress/annotations/proxyssl/main.go; rootfs/etc/nginx/template/nginx.tmpl).
 */
function proxied(object: KubernetesObject, key: Annotations, owner: Owner, context: KindContext): Fields<Upstream> {
  const secret = key('proxy-ssl-secret');
  const verify = key('proxy-ssl-verify');
  if (secret.state === 'unknown') return { verify: unknown, protocols: unknown };
  if (secret.state === 'absent') {
    const ignored = verify.state === 'written';
    const reason = ignored
      ? 'ingress-nginx ignores proxy-ssl-verify without proxy-ssl-secret'
      : 'ingress-nginx verifies backends only with proxy-ssl-secret and proxy-ssl-verify: "on"';
    return unverified(reason, owner);
  }
  const checked =
    fieldFrom(verify, (value) => value === 'on') ??
    byDefault(false, 'ingress-nginx leaves proxy-ssl-verify off', owner.guessed);
  const version = context.versions('ingress-nginx', object.root.source.path);
  return {
    verify: composite({ chain: checked, hostname: checked }),
    ca: textField(secret),
    clientCertificate: textField(secret),
    serverName: textField(key('proxy-ssl-name')),
    protocols:
      wordsField(key('proxy-ssl-protocols'), /\S+/g, parseProtocol) ??
      protocolsByDefault('upstreamProtocols', version, owner.guessed),
    ciphers: cipherStringField(key('proxy-ssl-ciphers')),
  };
}

function unverified(reason: string, { guessed }: Owner): Fields<Upstream> {
  const off = byDefault(false, reason, guessed);
  return { verify: composite({ chain: off, hostname: off }) };
}

/** The backends, as `service:port`; `undefined` where one cannot be read. */
function backendOf({ root }: KubernetesObject): string | undefined {
  const paths = items(root, 'spec', 'rules').flatMap((rule) => items(rule, 'http', 'paths'));
  const names = paths.map((path) => {
    const service = text(path, 'backend', 'service', 'name') ?? text(path, 'backend', 'serviceName');
    const port =
      text(path, 'backend', 'service', 'port', 'number') ??
      text(path, 'backend', 'service', 'port', 'name') ??
      text(path, 'backend', 'servicePort');
    return service === undefined ? undefined : port === undefined ? service : `${service}:${port}`;
  });
  return names.length === 0 || names.includes(undefined) ? undefined : [...new Set(names)].join(', ');
}
