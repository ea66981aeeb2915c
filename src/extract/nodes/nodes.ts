import type { Technology } from '../../core/technology.ts';

/**
 * What nodes of a Kubernetes cluster are told outside of Kubernetes: the configuration of k3s and RKE2, Talos machine
 * configurations, and systemd units of the kubelet and the control plane. Gives what the components of a cluster give
 * elsewhere. Source: k3s documentation, "Configuration options"; RKE2 documentation, "Server configuration reference";
 * Talos 1.11, v1alpha1 Config; Kubernetes documentation, "The kubelet drop-in file for systemd".
 */
export const nodes: Technology = {
  name: 'nodes',
  claims: (file) =>
    (/\.(?:ya?ml|json|tpl|j2|tmpl)(?:\.[\w-]+)?$/i.test(file.path) &&
      ((file.hasWord('-arg') && argumentLists.some((word) => file.hasWord(word))) ||
        (file.hasWord('machine') && file.hasWord('extraArgs')))) ||
    (/\.(?:service|conf|env)(?:\.j2)?$/i.test(file.path) &&
      (/kubelet|kube-/.test(file.path) || file.hasWord('kubelet') || file.hasWord('kube-')) &&
      (file.hasWord('--tls-') || file.hasWord('--kubelet-') || file.hasWord('--read-only-port'))),
  extract: async (unit) => (await import('./reading.ts')).readNodes(unit),
};

const argumentLists = [
  'kube-apiserver-arg',
  'kubelet-arg',
  'kube-controller-manager-arg',
  'kube-scheduler-arg',
  'etcd-arg',
] as const satisfies readonly string[];
