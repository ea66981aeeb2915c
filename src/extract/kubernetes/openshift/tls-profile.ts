import { data as table } from '../../../../data/openshift-tls-profiles.yaml';
import type { Listener } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { spanOfNode, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { namedGroup } from '../../../tls/groups.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import { cipherSuite } from '../../../tls/suites.ts';
import type { KubernetesObject } from '../objects.ts';
import { fieldFrom, listField, listOf, type Setting, settingAt, spanIn, textIn } from '../settings.ts';

export type Profile = Pick<Fields<Listener>, 'protocols' | 'ciphers' | 'groups'>;

/** Intermediate, which every component uses where nothing is said. */
export function defaultProfile(): Profile {
  const profile = table.profiles.find(({ type }) => type === table.default);
  const reason = `OpenShift's ${table.default} profile, where no tlsSecurityProfile is written`;
  return profile
    ? { protocols: byDefault(profile.protocols, reason), ciphers: byDefault(profile.ciphers, reason) }
    : {};
}

/**
 * `spec.tlsSecurityProfile`: a type, and for Custom the least version, suites and groups beside it. Suites of TLS 1.3 in a
 * custom list change nothing. Source: openshift/api main (2026-08), config/v1/types_tlssecurityprofile.go.
 */
export function profileOf(object: KubernetesObject): Profile {
  const profile = settingAt(object, object.root, 'spec', 'tlsSecurityProfile');
  if (profile.state === 'unknown') return { protocols: unknown, ciphers: unknown };
  if (profile.state === 'absent') return defaultProfile();
  const type = settingAt(object, profile.node, 'type');
  const span = spanIn(type);
  if (!span) return type.state === 'absent' ? defaultProfile() : { protocols: unknown, ciphers: unknown };
  if (textIn(type) === 'Custom') return custom(object, profile.node);
  const known = table.profiles.find((one) => one.type === textIn(type));
  if (!known) return { protocols: unknown, ciphers: unknown };
  return {
    protocols: written(known.protocols, span),
    ciphers: written(known.ciphers, span),
    groups: written(known.groups, span),
  };
}

function custom(object: KubernetesObject, profile: YamlNode): Profile {
  const least = settingAt(object, profile, 'custom', 'minTLSVersion');
  const protocols = fieldFrom(least, (value) => {
    const oldest = parseProtocol(value);
    return oldest && protocolRange(oldest, 'TLSv1.3');
  });
  return {
    protocols: protocols ?? unknown,
    ciphers: ciphersOf(settingAt(object, profile, 'custom', 'ciphers'), protocols),
    groups: groupsOf(settingAt(object, profile, 'custom', 'groups')),
  };
}

function ciphersOf(setting: Setting, protocols: Field<readonly string[]> | undefined): Field<readonly string[]> {
  if (setting.state !== 'written' || setting.node.kind !== 'sequence') return unknown;
  const span = spanOfNode(setting.node);
  const older = setting.node.items.filter(
    (item): item is YamlScalar =>
      item.kind === 'scalar' && (cipherSuite(item.value)?.protocol ?? 'TLSv1.3') !== 'TLSv1.3',
  );
  const only13 = protocols?.origin === 'written' && protocols.value.every((protocol) => protocol === 'TLSv1.3');
  return only13 ? written([], span) : listOf(older, span);
}

function groupsOf(setting: Setting): Field<readonly string[]> | undefined {
  const field = listField(setting);
  return field?.origin === 'written' ? { ...field, value: field.value.map((name) => namedGroup(name) ?? name) } : field;
}
