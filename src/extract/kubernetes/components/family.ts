import type { KindFamily } from '../kind.ts';

/** The control plane and the nodes: flags, kubelet, kubeadm. */
export const componentsFamily: KindFamily = { kinds: {} };
