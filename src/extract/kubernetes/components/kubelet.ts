import type { Issuance } from '../../../core/fact.ts';
import { buildFact, written } from '../../../core/fact-builder.ts';
import { keyOf, spanOfNode } from '../../../formats/yaml-tree.ts';
import { type Flags, flagsOfFields } from '../../dialects/component-flags.ts';
import { componentFacts } from '../../dialects/control-plane.ts';
import { wordAt } from '../../dialects/yaml-words.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, labelOf } from '../objects.ts';
import { booleanIn, settingAt } from '../settings.ts';

/**
 * KubeletConfiguration. Source: Kubernetes, staging/src/k8s.io/kubelet/config/v1beta1/types.go and
 * pkg/kubelet/apis/config/v1beta1/defaults.go. Certificates that the kubelet does not renew are a fact only where somebody
 * writes so: kubeadm switches the renewal on.
 */
export const kubeletConfiguration: KindExtractor = (object) => {
  const fields = flagsOfFields(object.root, headOf(object), object.fragment);
  const flags: Flags = {
    ...fields,
    get: (name) =>
      name === 'client-ca-file'
        ? wordAt(object.root, 'authentication', 'x509', 'clientCAFile')
        : fields.get(name === 'server-tls-bootstrap' ? 'serverTLSBootstrap' : name),
  };
  const rotation = settingAt(object, object.root, 'rotateCertificates');
  const key = keyOf(object.root, 'rotateCertificates');
  const kept =
    key && rotation.state === 'written' && booleanIn(rotation) === false
      ? [
          buildFact<Issuance>(
            { technology: 'kubernetes', subject: 'client certificate of the kubelet', self: spanOfNode(key) },
            { kind: 'issuance', issuer: 'client certificate of the kubelet', issuerType: 'ca' },
            { renews: written(false, spanOfNode(rotation.node)) },
          ),
        ]
      : [];
  const subject = object.name === undefined ? 'the kubelet' : `kubelet of ${labelOf(object)}`;
  return {
    facts: [...componentFacts('kubelet', flags, { technology: 'kubernetes', subject }), ...kept],
    diagnostics: [],
  };
};
