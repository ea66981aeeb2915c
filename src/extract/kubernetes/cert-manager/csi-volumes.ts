import type { Fact, Issuance } from '../../../core/fact.ts';
import { buildFact, byDefault } from '../../../core/fact-builder.ts';
import { items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, type Setting, settingAt } from '../settings.ts';
import { podTemplateOf } from '../workloads/pod-templates.ts';
import { asHost, hostsField, hostsOfText, joinedHosts, withOpenHosts } from './hosts.ts';
import { issuerFields, requestFields } from './request.ts';

const driver = 'csi.cert-manager.io';

/**
 * The volumes of a pod that cert-manager's CSI driver fills: one `issuance` each, without a Secret. Source: cert-manager
 * website 2026-08, usage/csi-driver, the table of volume attributes: 720 hours and a new key each time by default.
 */
export const certificateVolumes: KindExtractor = (object) => {
  const template = podTemplateOf(object);
  if (!template) return { facts: [], diagnostics: [] };
  const facts = items(template, 'spec', 'volumes')
    .filter((volume) => text(volume, 'csi', 'driver') === driver)
    .map((volume) => requestOf(object, volume));
  return { facts, diagnostics: [] };
};

function requestOf(object: KubernetesObject, volume: YamlNode): Fact<Issuance> {
  const at = (key: string): Setting => settingAt(object, volume, 'csi', 'volumeAttributes', `${driver}/${key}`);
  const attribute = (key: string) => scalar(volume, 'csi', 'volumeAttributes', `${driver}/${key}`);
  const settings = {
    duration: at('duration'),
    renewBefore: at('renew-before'),
    renewBeforePercentage: { state: 'absent' } as const,
    algorithm: at('key-algorithm'),
    size: at('key-size'),
  };
  const hosts = joinedHosts(
    hostsOfText(at('dns-names')),
    hostsOfText(at('ip-sans')),
    asHost(hostsOfText(at('common-name'))),
  );
  const name = text(volume, 'name');
  const fact = buildFact<Issuance>(
    {
      technology: 'cert-manager',
      subject: name === undefined ? labelOf(object) : `${labelOf(object)} volume ${name}`,
      self: spanOfNode(keyOf(volume, 'csi') ?? volume),
    },
    { kind: 'issuance' },
    {
      ...issuerFields(
        object,
        attribute('issuer-name'),
        attribute('issuer-kind')?.value ?? 'Issuer',
        attribute('issuer-group')?.value,
      ),
      ...requestFields(settings, {
        seconds: 720 * 3600,
        reason: "cert-manager's CSI driver asks for 720 hours unless told otherwise",
      }),
      rotation:
        fieldFrom<'always' | 'never'>(at('reuse-private-key'), (value) => (value === 'true' ? 'never' : 'always')) ??
        byDefault('always', "cert-manager's CSI driver makes a new key for each certificate unless told otherwise"),
      hosts: hostsField(hosts),
      ca:
        fieldFrom<boolean>(at('is-ca'), (value) => value === 'true') ??
        byDefault(false, 'the certificate of a volume is no authority unless is-ca says so'),
    },
  );
  return withOpenHosts(fact, hosts);
}
