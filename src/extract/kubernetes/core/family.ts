import type { KindFamily } from '../kind.ts';
import { configMap, secret } from './embedded.ts';
import { kubeconfig } from './kubeconfig.ts';
import { apiService, conversionWebhook, webhooks } from './trust.ts';

/** Kubernetes itself. */
export const coreFamily: KindFamily = {
  kinds: {
    '/ConfigMap': [configMap],
    '/Config': [kubeconfig],
    '/Secret': [secret],
    'admissionregistration.k8s.io/MutatingWebhookConfiguration': [webhooks],
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration': [webhooks],
    'apiextensions.k8s.io/CustomResourceDefinition': [conversionWebhook],
    'apiregistration.k8s.io/APIService': [apiService],
  },
};
