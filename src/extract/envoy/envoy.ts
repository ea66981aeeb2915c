import type { Candidate, Technology } from '../../core/technology.ts';

/**
 * Envoy's own configuration, static or of the discovery services, in YAML or JSON and in templates of either: one
 * `listener` for each filter chain, one `upstream` for each transport socket of a cluster. Custom resources of Istio,
 * Contour and Envoy Gateway are not read here.
 */
export const envoy: Technology = {
  name: 'envoy',
  products: [
    {
      name: 'envoy',
      stable: '1.40.0',
      images: [
        'envoyproxy/envoy',
        'envoyproxy/envoy-alpine',
        'envoyproxy/envoy-contrib',
        'envoyproxy/envoy-distroless',
        'envoyproxy/envoy-debug',
        'bitnami/envoy',
      ],
    },
  ],
  claims,
  extract: async (unit, versions) => (await import('./reading.ts')).readEnvoy(unit, versions),
};

const suffix =
  '(?:\\.(?:template|tmpl|tpl|gotmpl|gotpl|j2|jinja2?|erb|ejs|mustache|ctmpl|in|dist|sample|example|default))*';
const configuration = new RegExp(
  `\\.(?:ya?ml|json)${suffix}$|(?:^|/)[^/]*(?:envoy|bootstrap)[^/]*\\.(?:tmpl|tpl|gotmpl|j2|conf)$`,
  'i',
);

function claims({ path, hasWord }: Candidate): boolean {
  if (!configuration.test(path)) return false;
  const isEnvoy =
    hasWord('static_resources') ||
    hasWord('staticResources') ||
    hasWord('type.googleapis.com/envoy.') ||
    (hasWord('tls_context') && (hasWord('filter_chains') || hasWord('connect_timeout')));
  return isEnvoy && !(hasWord('apiVersion') && hasWord('kind'));
}
