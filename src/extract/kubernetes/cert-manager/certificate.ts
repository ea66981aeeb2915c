import type { Issuance } from '../../../core/fact.ts';
import { buildFact, byDefault } from '../../../core/fact-builder.ts';
import { get, scalar, text } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, labelOf } from '../objects.ts';
import { mirrorsOf } from '../secrets/mirrors.ts';
import { booleanField, fieldFrom, type Setting, settingAt, textIn } from '../settings.ts';
import { asHost, hostsField, hostsOfList, hostsOfText, joinedHosts, withOpenHosts } from './hosts.ts';
import { issuerFields, requestFields, rotationField, secretField } from './request.ts';

/**
 * A Certificate: one `issuance`, and the copies of its Secret that its `secretTemplate` asks another controller for.
 * Source: cert-manager 1.21.1, pkg/apis/certmanager/v1/types_certificate.go, CertificateSpec.
 */
export const certificate: KindExtractor = (object, { versions }) => {
  const at = (...path: readonly string[]): Setting => settingAt(object, object.root, 'spec', ...path);
  const name = scalar(object.root, 'spec', 'issuerRef', 'name');
  const kind = text(object.root, 'spec', 'issuerRef', 'kind') ?? 'Issuer';
  const settings = {
    duration: at('duration'),
    renewBefore: at('renewBefore'),
    renewBeforePercentage: at('renewBeforePercentage'),
    algorithm: at('privateKey', 'algorithm'),
    size: at('privateKey', 'size'),
  };
  const names = joinedHosts(hostsOfList(at('dnsNames')), hostsOfList(at('ipAddresses')));
  const commonName = hostsOfText(at('commonName'));
  const hosts = joinedHosts(names, names.known.length > 0 ? asHost(commonName) : commonName);
  const fact = buildFact<Issuance>(
    { technology: 'cert-manager', subject: labelOf(object), self: headOf(object) },
    { kind: 'issuance' },
    {
      ...issuerFields(object, name, kind, text(object.root, 'spec', 'issuerRef', 'group')),
      ...requestFields(settings),
      rotation: rotationField(at('privateKey', 'rotationPolicy'), versions('cert-manager', object.root.source.path)),
      secret: secretField(object, at('secretName')),
      hosts: hostsField(hosts),
      ca: booleanField(at('isCA')) ?? byDefault(false, 'a Certificate is no authority unless isCA says so'),
      renews: renewsField(at('renewal', 'policy')),
    },
  );
  const copied = get(object.root, 'spec', 'secretTemplate', 'annotations');
  const copies = mirrorsOf(object, copied, textIn(at('secretName')));
  return { facts: [withOpenHosts(fact, hosts), ...copies], diagnostics: [] };
};

/** `Disabled` stops automatic renewal, since 1.21 (pkg/util/pki/renewaltime.go). Without a policy it is on. */
const renewsField = (policy: Setting) =>
  policy.state === 'written'
    ? fieldFrom<boolean>(policy, (value) => (value === 'Disabled' ? false : value === 'RenewBefore' ? true : undefined))
    : undefined;
