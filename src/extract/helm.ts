import type { Candidate, Technology } from '../core/technology.ts';

/**
 * Values of Helm charts in files of their own, in helmfiles and in kustomizations, and certificates that templates make
 * when they are rendered. Values inside other objects, and the templates themselves, are read as Kubernetes manifests.
 * Source: Helm 3 documentation, "Values Files", "Chart Development Tips"; helmfile; kustomize, helmCharts; Sprig, "Cryptographic
 * functions".
 */
export const helm: Technology = {
  name: 'helm',
  claims,
  extract: async (unit, versions) => (await import('./kubernetes/packaging/values-file.ts')).readHelm(unit, versions),
};

function claims(file: Candidate): boolean {
  const { path } = file;
  if (isValues.test(path) || isHelmfile.test(path)) return true;
  if (isKustomization.test(path)) return file.hasWord('helmCharts');
  return isTemplate.test(path) && makers.some((word) => file.hasWord(word));
}

const isValues = /(?:^|\/)(?:values[^/]*|[^/]+[._-]values|(?:helm-)?values\/[^/]+)\.ya?ml(?:\.gotmpl)?$/i;
const isHelmfile = /(?:^|\/)helmfile[^/]*\.ya?ml(?:\.gotmpl)?$|(?:^|\/)helmfile\.d\/[^/]+\.ya?ml(?:\.gotmpl)?$/i;
const isKustomization = /(?:^|\/)kustomization(?:\.ya?ml)?$/i;
const isTemplate = /(?:^|\/)templates\/.+\.(?:ya?ml|tpl)$/i;
const makers = ['genCA', 'genSelfSignedCert', 'genSignedCert'];
