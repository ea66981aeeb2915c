import type { KindFamily } from '../kind.ts';
import { contourIngress } from './annotations.ts';
import { contourConfiguration } from './configuration.ts';
import { httpProxy } from './http-proxy.ts';
import { extensionService } from './upstreams.ts';

const around = [
  { kind: 'ContourConfiguration' },
  { kind: 'ContourDeployment' },
  { kind: 'ConfigMap', says: /\bcontour\.yaml\b/ },
  { kind: 'Service', says: /projectcontour\.io\/upstream-protocol/ },
];

/** Contour. */
export const contourFamily: KindFamily = {
  kinds: {
    '/ConfigMap': [contourConfiguration],
    'projectcontour.io/ContourConfiguration': [contourConfiguration],
    'projectcontour.io/ContourDeployment': [contourConfiguration],
    'projectcontour.io/ExtensionService': [extensionService],
    'projectcontour.io/HTTPProxy': [httpProxy],
  },
  controllers: { contour: contourIngress },
  explainedBy: { HTTPProxy: [{ kind: 'HTTPProxy' }, ...around], Ingress: around },
};
