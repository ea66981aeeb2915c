import type { KindFamily } from '../kind.ts';
import { apiServer, ingressController, kubeletConfig, servingCertificate } from './components.ts';
import { openshiftIngress } from './ingress.ts';
import { route } from './route.ts';

/** OpenShift. */
export const openshiftFamily: KindFamily = {
  kinds: {
    '/Service': [servingCertificate],
    'config.openshift.io/APIServer': [apiServer],
    'machineconfiguration.openshift.io/KubeletConfig': [kubeletConfig],
    'operator.openshift.io/IngressController': [ingressController],
    'route.openshift.io/Route': [route],
  },
  controllers: { openshift: openshiftIngress },
  explainedBy: { Route: [{ kind: 'IngressController' }] },
};
