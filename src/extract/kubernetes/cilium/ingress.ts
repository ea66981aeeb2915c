import type { Listener } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { protocolRange } from '../../../tls/protocols.ts';
import type { Controller, KindContext } from '../kind.ts';
import { headOf, type KubernetesObject } from '../objects.ts';
import { annotation, type Setting, spanIn, textIn } from '../settings.ts';
import { ciliumSetting } from './config.ts';

const prefix = 'ingress.cilium.io/';

/**
 * What Cilium makes of an Ingress. Plain HTTP for hosts with TLS is sent on unless `force-https` says otherwise, or, where
 * it says nothing, `enforce-ingress-https` of the operator. Envoy decides about versions. With `tls-passthrough` the
 * program behind it ends TLS. Source: cilium/cilium 1.18, operator/pkg/model/ingestion/ingress.go; operator/pkg/ingress.
 */
export const ciliumIngress: Controller = (object, owner, context) => {
  const passes = isOn(annotation(object, `${prefix}tls-passthrough`)) === true;
  return {
    technology: 'cilium',
    listener: passes ? passedThrough : ended(owner.guessed),
    redirect: passes ? unknown : redirect(object, owner.guessed, context),
    plaintext: { tls: written(false, headOf(object)), redirectsToHttps: unknown },
    upstreams: [],
    diagnostics: [],
  };
};

const passedThrough: Fields<Listener> = {
  protocols: unknown,
  ciphers: unknown,
  clientAuth: unknown,
  hsts: unknown,
  certificates: unknown,
};

const ended = (guessed: boolean): Fields<Listener> => ({
  protocols: byDefault(protocolRange('TLSv1.2', 'TLSv1.3'), 'the default of Envoy in Cilium', guessed),
  clientAuth: byDefault({ mode: 'none' }, 'Cilium asks clients of an Ingress for no certificate', guessed),
  hsts: unknown,
});

/** `enabled` and `disabled`, or what Go reads as a boolean. */
function isOn(setting: Setting): boolean | undefined {
  const value = textIn(setting);
  if (value === undefined) return undefined;
  if (/^(enabled|1|t|true)$/i.test(value)) return true;
  return /^(disabled|0|f|false)$/i.test(value) ? false : undefined;
}

function redirect(object: KubernetesObject, guessed: boolean, context: KindContext): Field<boolean> {
  const own = annotation(object, `${prefix}force-https`);
  const general = ciliumSetting(context, 'enforce-ingress-https');
  if (own.state === 'unknown') return unknown;
  const deciding = isOn(own) === undefined ? general : own;
  const value = deciding && isOn(deciding);
  const span = deciding && spanIn(deciding);
  if (value !== undefined && span) return written(value, span);
  if (general?.state === 'unknown') return unknown;
  return byDefault(true, 'Cilium sends plain HTTP on to https for hosts with TLS', guessed || general === undefined);
}
