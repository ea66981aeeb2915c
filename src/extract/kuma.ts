import type { Technology } from '../core/technology.ts';

/** Kuma outside of Kubernetes: resources of the universal form, in YAML. Those of Kubernetes are manifests. */
export const kuma: Technology = {
  name: 'kuma',
  claims: ({ path, hasWord }) =>
    /\.(ya?ml|json)(\.[\w-]+)?$/i.test(path) &&
    hasWord('type') &&
    !hasWord('apiVersion') &&
    ['Mesh', 'MeshTLS', 'MeshIdentity', 'MeshTrust', 'MeshGateway', 'MeshExternalService', 'ExternalService'].some(
      (type) => hasWord(type),
    ),
  extract: async (unit, versions) => (await import('./kubernetes/kuma/universal.ts')).readUniversal(unit, versions),
};
