import type { KindFamily } from '../kind.ts';
import { applicationLoadBalancer } from './alb.ts';
import { ingressClassParams } from './class-params.ts';
import { loadBalancerConfiguration } from './load-balancer-configuration.ts';
import { awsService } from './service.ts';
import { saysDefaultPolicy } from './tls-policy.ts';

/** What can hold the controller's own default. */
const holders = ['Deployment', 'HelmRelease', 'Application', 'HelmChartConfig'].map((kind) => ({
  kind,
  says: saysDefaultPolicy,
}));

const configurations = [{ kind: 'LoadBalancerConfiguration' }, ...holders];

/** AWS Load Balancer Controller, and Services of type LoadBalancer on AWS. */
export const awsFamily: KindFamily = {
  kinds: {
    '/Service': [awsService],
    'elbv2.k8s.aws/IngressClassParams': [ingressClassParams],
    'gateway.k8s.aws/LoadBalancerConfiguration': [loadBalancerConfiguration],
  },
  controllers: { 'aws-load-balancer-controller': applicationLoadBalancer },
  explainedBy: {
    Ingress: [
      { kind: 'IngressClassParams' },
      { kind: 'Ingress', says: /alb\.ingress\.kubernetes\.io\/group\.name/ },
      ...holders,
    ],
    Gateway: configurations,
    ListenerSet: configurations,
    LoadBalancerConfiguration: [{ kind: 'Gateway' }, { kind: 'GatewayClass' }, ...holders],
    Service: holders,
  },
};
