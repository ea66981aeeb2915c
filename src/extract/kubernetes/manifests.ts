import type { Extraction, Unit, Versions } from '../../core/technology.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { certificate, certificateAnnotations, issuer } from './cert-manager.ts';
import { configMap, secret } from './embedded.ts';
import { ingress } from './ingress.ts';
import { ingressNginxConfigMap } from './ingress-nginx-config-map.ts';
import { destinationRule } from './istio-destination-rule.ts';
import { istioGateway } from './istio-gateway.ts';
import { meshConfig, meshConfigMap } from './istio-mesh-config.ts';
import { peerAuthentication } from './istio-mutual-tls.ts';
import { joined, type KindExtractor } from './kind.ts';
import { kubeconfig } from './kubeconfig.ts';
import { objectsIn } from './objects.ts';
import { inlinePatchesOf, isKustomization, surroundingsOf, units } from './surroundings.ts';
import { apiService, conversionWebhook, webhooks } from './trust.ts';

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

/** What one manifest says; a unit also holds the files that explain it. */
function readManifests(unit: Unit, versions: Versions): Extraction {
  const [source] = unit.sources;
  const surroundings = surroundingsOf(unit);
  const file = parseYaml(source);
  const context = { ...surroundings, versions };
  const extractions = objectsIn(file.documents, surroundings.patch).flatMap((object) =>
    (kinds[`${object.group}/${object.kind}`] ?? []).map((read) => read(object, context)),
  );
  const { facts, diagnostics, nested } = joined(extractions);
  const patches = isKustomization(source.path) && !source.held ? inlinePatchesOf(source) : [];
  return { facts, diagnostics: [...file.diagnostics, ...diagnostics], nested: [...(nested ?? []), ...patches] };
}

/** Both halves of reading manifests, loaded together. */
export const manifests = { units, read: readManifests };
