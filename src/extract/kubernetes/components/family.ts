import { clusterTrustBundle } from '../core/trust.ts';
import type { KindFamily } from '../kind.ts';
import { kopsCluster } from './kops.ts';
import { clusterApi, clusterConfiguration, nodeConfiguration } from './kubeadm.ts';
import { kubeletConfiguration } from './kubelet.ts';
import { podComponents } from './pods.ts';

/** The control plane and the nodes: flags, kubelet, kubeadm, and what makes clusters from them. */
export const componentsFamily: KindFamily = {
  kinds: {
    '/Pod': [podComponents],
    'apps/DaemonSet': [podComponents],
    'apps/Deployment': [podComponents],
    'apps/StatefulSet': [podComponents],
    'certificates.k8s.io/ClusterTrustBundle': [clusterTrustBundle],
    'bootstrap.cluster.x-k8s.io/KubeadmConfig': [clusterApi],
    'bootstrap.cluster.x-k8s.io/KubeadmConfigTemplate': [clusterApi],
    'controlplane.cluster.x-k8s.io/KubeadmControlPlane': [clusterApi],
    'controlplane.cluster.x-k8s.io/KubeadmControlPlaneTemplate': [clusterApi],
    'kops.k8s.io/Cluster': [kopsCluster],
    'kubeadm.k8s.io/ClusterConfiguration': [clusterConfiguration],
    'kubeadm.k8s.io/InitConfiguration': [nodeConfiguration],
    'kubeadm.k8s.io/JoinConfiguration': [nodeConfiguration],
    'kubelet.config.k8s.io/KubeletConfiguration': [kubeletConfiguration],
  },
};
