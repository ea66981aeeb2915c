import type { Candidate, Technology } from '../core/technology.ts';
import { products } from './kubernetes/products.ts';

/** Kubernetes manifests: YAML, JSON, and the templates that make them. Each kind is read by its own extractors. */
export const kubernetes: Technology = {
  name: 'kubernetes',
  products,
  claims,
  units: async (claimed, repository) =>
    (await import('./kubernetes/manifests.ts')).manifests.units(claimed, repository),
  extract: async (unit, versions) => (await import('./kubernetes/manifests.ts')).manifests.read(unit, versions),
};

function claims({ path, hasWord }: Candidate): boolean {
  if (isKustomization.test(path)) return true;
  const isManifest =
    /\.(ya?ml|json)(\.[\w-]+)?$|\.(tpl|tmpl|gotmpl|j2|kubeconfig)$|(^|\/)\.?kube(config|\/config)$/i.test(path);
  return isManifest && !/\.md\./i.test(path) && hasWord('apiVersion') && hasWord('kind');
}

/** A kustomization explains the manifests that it names. Kustomize, file names it looks for. */
const isKustomization = /(^|\/)kustomization(\.ya?ml)?$/i;
