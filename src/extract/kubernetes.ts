import type { Candidate, Technology } from '../core/technology.ts';
import { parseYaml } from '../formats/yaml.ts';
import { certificate, certificateAnnotations, certManagerProduct, issuer } from './kubernetes/cert-manager.ts';
import { configMap, secret } from './kubernetes/embedded.ts';
import { ingress } from './kubernetes/ingress.ts';
import { ingressNginxConfigMap } from './kubernetes/ingress-nginx-config-map.ts';
import { ingressNginxProduct } from './kubernetes/ingress-nginx-settings.ts';
import { destinationRule } from './kubernetes/istio-destination-rule.ts';
import { istioGateway } from './kubernetes/istio-gateway.ts';
import { meshConfig, meshConfigMap } from './kubernetes/istio-mesh-config.ts';
import { peerAuthentication } from './kubernetes/istio-mutual-tls.ts';
import { istioProduct } from './kubernetes/istio-protocols.ts';
import { joined, type KindExtractor } from './kubernetes/kind.ts';
import { kubeconfig } from './kubernetes/kubeconfig.ts';
import { objectsIn } from './kubernetes/objects.ts';
import { inlinePatchesOf, isKustomization, surroundingsOf, units } from './kubernetes/surroundings.ts';
import { apiService, conversionWebhook, webhooks } from './kubernetes/trust.ts';

/** What is read of each kind, by `group/Kind` without the version. A kind is one file and one line. */
const kinds: Readonly<Record<string, readonly KindExtractor[]>> = {
  '/ConfigMap': [configMap, ingressNginxConfigMap, meshConfigMap],
  '/Config': [kubeconfig],
  '/Secret': [secret],
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': [webhooks],
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': [webhooks],
  'apiextensions.k8s.io/CustomResourceDefinition': [conversionWebhook],
  'apiregistration.k8s.io/APIService': [apiService],
  'cert-manager.io/Certificate': [certificate],
  'cert-manager.io/ClusterIssuer': [issuer],
  'cert-manager.io/Issuer': [issuer],
  'extensions/Ingress': [ingress, certificateAnnotations],
  'install.istio.io/IstioOperator': [meshConfig],
  'networking.istio.io/DestinationRule': [destinationRule],
  'networking.istio.io/Gateway': [istioGateway],
  'networking.k8s.io/Ingress': [ingress, certificateAnnotations],
  'sailoperator.io/Istio': [meshConfig],
  'security.istio.io/PeerAuthentication': [peerAuthentication],
};

/** Kubernetes manifests: YAML, JSON, and the templates that make them. Each kind is read by its own extractors. */
export const kubernetes: Technology = {
  name: 'kubernetes',
  products: [certManagerProduct, ingressNginxProduct, istioProduct],
  claims,
  units,
  extract: (unit, versions) => {
    const [source] = unit.sources;
    const surroundings = surroundingsOf(unit);
    const file = parseYaml(source);
    const context = { ...surroundings, versions };
    const extractions = objectsIn(file.documents, surroundings.patch).flatMap((object) =>
      (kinds[`${object.group}/${object.kind}`] ?? []).map((read) => read(object, context)),
    );
    const { facts, diagnostics, nested } = joined(extractions);
    const patches = isKustomization(source.path) && !source.held ? inlinePatchesOf(source) : [];
    return {
      facts,
      // A template that could not be read whole is a limit of this reading, no mistake in the file.
      diagnostics: [...(file.templated ? [] : file.diagnostics), ...diagnostics],
      nested: [...(nested ?? []), ...patches],
    };
  },
};

function claims({ path, hasWord }: Candidate): boolean {
  if (isKustomization(path)) return true;
  const isManifest =
    /\.(ya?ml|json)(\.[\w-]+)?$|\.(tpl|tmpl|gotmpl|j2|kubeconfig)$|(^|\/)\.?kube(config|\/config)$/i.test(path);
  return isManifest && hasWord('apiVersion') && hasWord('kind');
}
