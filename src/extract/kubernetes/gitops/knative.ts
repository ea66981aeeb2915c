import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown } from '../../../core/fact-builder.ts';
import type { KindExtractor } from '../kind.ts';
import { nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, settingAt } from '../settings.ts';

/**
 * Knative's `config-network`: whether services get certificates (`external-domain-tls`, older `auto-tls`) and what becomes of
 * plain HTTP (`http-protocol`: Enabled, the default, or Redirected). One `listener` for plain HTTP where certificates are on.
 * Source: Knative Serving 1.19, Configuring the external domain encryption; Configuring HTTP protocol.
 */
export const knativeNetwork: KindExtractor = (object) => {
  if (object.name !== 'config-network') return nothing;
  const encrypts = ['external-domain-tls', 'auto-tls', 'autoTLS']
    .map((key) => fieldFrom(settingAt(object, object.root, 'data', key), enabled))
    .find((field) => field !== undefined);
  if (encrypts?.origin !== 'written' || !encrypts.value) return nothing;
  return { facts: [plainHttp(object)], diagnostics: [] };
};

const enabled = (value: string): boolean => /^enabled$/i.test(value);

const plainHttp = (object: KubernetesObject): Fact<Listener> =>
  buildFact<Listener>(
    { technology: 'knative', subject: labelOf(object), self: headOf(object) },
    { kind: 'listener', tls: false, application: 'http', ports: [80] },
    { redirectsToHttps: redirects(object) },
  );

function redirects(object: KubernetesObject): Field<boolean> {
  const protocol = ['http-protocol', 'httpProtocol']
    .map((key) => settingAt(object, object.root, 'data', key))
    .find(({ state }) => state !== 'absent');
  if (!protocol) return byDefault(false, 'Knative answers plain HTTP unless http-protocol says Redirected');
  return fieldFrom(protocol, (value) => /^redirected$/i.test(value)) ?? unknown;
}
