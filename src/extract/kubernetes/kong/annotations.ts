import { data } from '../../../../data/kong-defaults.yaml';
import type { Listener } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import { isSince } from '../../versions.ts';
import type { ControllerReading, KindContext, Owner } from '../kind.ts';
import { headOf, type KubernetesObject } from '../objects.ts';
import { annotation, type Setting, settingAt, textIn } from '../settings.ts';
import { listenerFieldsOf, pluginsOf } from './plugin.ts';
import { defaultParameters, knownSettings, parametersOf } from './settings.ts';

/**
 * What Kong makes of an Ingress. Every route is answered over http and https alike, unless `konghq.com/protocols` says
 * otherwise; with https alone plain HTTP gets the status 426, or a redirect where `https-redirect-status-code` asks for
 * one. Source: Kong/kubernetes-ingress-controller v3.5.9, internal/dataplane/kongstate/route.go.
 */
export function kongIngress(object: KubernetesObject, owner: Owner, context: KindContext): ControllerReading {
  const plugins = pluginsOf(object, context);
  const listener: Fields<Listener> = {
    ...gatewayFields(object, owner, context),
    clientAuth: plugins.includes(undefined)
      ? unknown
      : byDefault({ mode: 'none' }, 'Kong asks for client certificates only with a plugin', owner.guessed),
    hsts: unknown,
    ...listenerFieldsOf(plugins),
  };
  const redirect = redirectOf(object, owner, plugins, context);
  return {
    technology: 'kong',
    listener,
    redirect,
    plaintext: plaintext(object, redirect, listener, context),
    upstreams: [],
    diagnostics: [],
  };
}

/** With `tls_passthrough` the service ends TLS. */
function gatewayFields(object: KubernetesObject, owner: Owner, context: KindContext): Fields<Listener> {
  if (protocolsIn(protocolsOf(object, context))?.includes('tls_passthrough'))
    return { tls: unknown, protocols: unknown, ciphers: unknown, certificates: unknown };
  const evidence = context.versions('kong', object.root.source.path);
  const settings = knownSettings(context);
  if (object.fragment || settings === 'several') return { protocols: unknown, ciphers: unknown };
  return settings ? parametersOf(settings, evidence) : defaultParameters(evidence, owner.guessed);
}

/** `http,https`, by the annotation, or by a KongIngress that the controller still reads. */
function protocolsOf(object: KubernetesObject, context: KindContext): Setting {
  const own = annotation(object, 'konghq.com/protocols');
  const override = own.state === 'absent' ? overrideOf(object, context) : undefined;
  return override ? settingAt(override, override.root, 'route', 'protocols') : own;
}

/** The KongIngress that `konghq.com/override` names; its `route` counts before release 3.0 of the controller only. */
function overrideOf(object: KubernetesObject, { versions, known }: KindContext): KubernetesObject | undefined {
  const name = textIn(annotation(object, 'konghq.com/override'));
  const evidence = versions('kong-ingress-controller', object.root.source.path);
  if (name === undefined || isSince(evidence, data.kongIngressRoutesUntil)) return undefined;
  return known('configuration.konghq.com/KongIngress').find((one) => one.name === name);
}

function protocolsIn(setting: Setting): readonly string[] | undefined {
  if (setting.state !== 'written') return undefined;
  const { node } = setting;
  if (node.kind === 'sequence') return node.items.flatMap((item) => (item.kind === 'scalar' ? [item.value] : []));
  return node.kind === 'scalar' ? node.value.split(',').map((protocol) => protocol.trim()) : undefined;
}

function redirectOf(
  object: KubernetesObject,
  { guessed }: Owner,
  plugins: readonly (KubernetesObject | undefined)[],
  context: KindContext,
): Field<boolean> {
  const forced = annotation(object, 'ingress.kubernetes.io/force-ssl-redirect');
  if (forced.state === 'unknown') return unknown;
  if (forced.state === 'written' && textIn(forced) === 'true') return written(true, spanOfNode(forced.node));
  const protocols = protocolsOf(object, context);
  if (protocols.state === 'unknown') return unknown;
  const names = protocolsIn(protocols) ?? ['http', 'https'];
  if (names.includes('http')) {
    const byPlugin = plugins.some(
      (plugin) => !plugin || /redirect|^pre-function$/.test(scalar(plugin.root, 'plugin')?.value ?? ''),
    );
    return byPlugin
      ? unknown
      : byDefault(false, 'Kong answers a route over plain HTTP unless konghq.com/protocols is https', guessed);
  }
  const code = codeOf(object, context);
  const status = textIn(code);
  return code.state === 'written' && status !== undefined && /^30[1278]$/.test(status)
    ? written(true, spanOfNode(code.node))
    : unknown;
}

function codeOf(object: KubernetesObject, context: KindContext): Setting {
  const own = annotation(object, 'konghq.com/https-redirect-status-code');
  const override = own.state === 'absent' ? overrideOf(object, context) : undefined;
  return override ? settingAt(override, override.root, 'route', 'https_redirect_status_code') : own;
}

/** Without `spec.tls` the gateway shows its own certificate over https. */
function plaintext(
  object: KubernetesObject,
  redirect: Field<boolean>,
  listener: Fields<Listener>,
  context: KindContext,
): Fields<Listener> {
  const protocols = protocolsOf(object, context);
  const names = protocolsIn(protocols);
  if (protocols.state === 'written' && names && !names.includes('http') && names.includes('https'))
    return { ports: undefined, tls: written(true, spanOfNode(protocols.node)), certificates: unknown, ...listener };
  if (protocols.state === 'unknown') return { ports: undefined, tls: unknown, redirectsToHttps: unknown };
  return {
    tls: written(false, headOf(object)),
    redirectsToHttps: redirect.origin === 'written' && redirect.value ? redirect : unknown,
  };
}
