import type { Listener } from '../../../core/fact.ts';
import { buildFact, unknown, written } from '../../../core/fact-builder.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { labelOf } from '../objects.ts';
import { settingAt, spanIn, textIn } from '../settings.ts';
import { acceptedUnder } from './tls-policy.ts';

/**
 * IngressClassParams with a policy: what every Ingress of the class accepts, also those that the repository lacks.
 * Source: AWS Load Balancer Controller 3.5, apis/elbv2/v1beta1/ingressclassparams_types.go.
 */
export const ingressClassParams: KindExtractor = (object) => {
  const policy = settingAt(object, object.root, 'spec', 'sslPolicy');
  const span = spanIn(policy);
  if (!span) return nothing;
  const scheme = settingAt(object, object.root, 'spec', 'scheme');
  const at = spanIn(scheme);
  const fact = buildFact<Listener>(
    { technology: 'aws-load-balancer-controller', subject: labelOf(object), self: span },
    { kind: 'listener', application: 'http' },
    {
      tls: written(true, span),
      ...acceptedUnder(policy),
      exposure: at ? written(textIn(scheme) === 'internet-facing' ? 'external' : 'internal', at) : unknown,
      certificates: unknown,
      hsts: unknown,
    },
  );
  return { facts: [fact], diagnostics: [] };
};
