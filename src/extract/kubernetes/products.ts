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
];
