import type { Product } from '../../core/technology.ts';

/** Products whose defaults depend on their version. */
export const products: readonly Product[] = [
  {
    name: 'cert-manager',
    stable: '1.21.1',
    images: ['jetstack/cert-manager-controller', 'bitnami/cert-manager', 'chainguard/cert-manager-controller'],
  },
  {
    name: 'ingress-nginx',
    stable: '1.15.1',
    images: [
      'ingress-nginx/controller',
      'kubernetes-ingress-controller/nginx-ingress-controller',
      'bitnami/nginx-ingress-controller',
    ],
  },
  {
    name: 'istio',
    stable: '1.30.3',
    images: ['istio/pilot', 'istio/proxyv2', 'istio/install-cni', 'istio-release/pilot', 'istio-release/proxyv2'],
  },
  { name: 'nginx-ingress-controller', stable: '5.5.4', images: ['nginx/nginx-ingress', 'nginx-ic/nginx-plus-ingress'] },
  { name: 'haproxy-ingress', stable: '0.16.1', images: ['jcmoraisjr/haproxy-ingress'] },
  { name: 'haproxy-kubernetes-ingress', stable: '3.2.11', images: ['haproxytech/kubernetes-ingress'] },
  { name: 'contour', stable: '1.33.6', images: ['projectcontour/contour'] },
  { name: 'kong', stable: '3.9.1', images: ['kong', 'library/kong', 'kong/kong-gateway'] },
  { name: 'kong-ingress-controller', stable: '3.5.9', images: ['kong/kubernetes-ingress-controller'] },
  { name: 'emissary', stable: '4.1.0', images: ['emissaryingress/emissary', 'datawire/aes', 'datawire/ambassador'] },
  { name: 'envoy-gateway', stable: '1.9.0', images: ['envoyproxy/gateway'] },
  {
    name: 'aws-load-balancer-controller',
    stable: '3.5.0',
    images: ['eks/aws-load-balancer-controller', 'amazon/aws-alb-ingress-controller'],
  },
  { name: 'linkerd', stable: '2.20.0', images: ['linkerd/controller', 'linkerd/proxy', 'linkerd/policy-controller'] },
  { name: 'kuma', stable: '2.14.3', images: ['kumahq/kuma-cp', 'kong/kuma-cp'] },
  { name: 'cilium', stable: '1.18.0', images: ['cilium/cilium', 'cilium/operator-generic'] },
  {
    name: 'kubernetes',
    stable: '1.35.0',
    images: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'hyperkube', 'kubelet'],
  },
  { name: 'prometheus-operator', stable: '0.93.0', images: ['prometheus-operator/prometheus-operator'] },
  { name: 'argo-cd', stable: '3.2.0', images: ['argoproj/argocd', 'argoproj/argo-cd'] },
];
