import type { Secret } from '../../../core/fact.ts';
import { buildFact, written } from '../../../core/fact-builder.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { labelOf, qualified } from '../objects.ts';
import { annotation, spanIn } from '../settings.ts';

/**
 * The application routing add-on of AKS keeps a certificate of Azure Key Vault in a Secret called after the Ingress.
 * Source: Azure/aks-app-routing-operator, pkg/controller/keyvault/ingress_secret_provider_class.go.
 */
export const keyVaultCertificate: KindExtractor = (object) => {
  const span = spanIn(annotation(object, 'kubernetes.azure.com/tls-cert-keyvault-uri'));
  if (!span || object.name === undefined) return nothing;
  const fact = buildFact<Secret>(
    { technology: 'azure', subject: labelOf(object), self: span },
    { kind: 'secret', name: qualified(object.namespace, `keyvault-${object.name}`), provider: 'external' },
    { provider: written('external', span) },
  );
  return { facts: [fact], diagnostics: [] };
};
