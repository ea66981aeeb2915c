import type { Technology } from '../core/technology.ts';

/** Kuma outside of Kubernetes: resources of the universal form, in YAML. Those of Kubernetes are manifests. */
export const kuma: Technology = {
  name: 'kuma',
  claims: ({ path, hasWord }) =>
    /\.(ya?ml|json)(\.[\w-]+)?$/i.test(path) &&
    !hasWord('apiVersion') &&
    (hasWord('Mesh') || hasWord('ExternalService')) &&
    hasWord('type'),
  extract: async (unit, versions) => (await import('./kubernetes/kuma/universal.ts')).readUniversal(unit, versions),
};
