import type { ProtocolVersion } from '../../../core/fact.ts';
import { type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { spanInScalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { namedGroup } from '../../../tls/groups.ts';
import { parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import { cipherSuite } from '../../../tls/suites.ts';
import type { KubernetesObject } from '../objects.ts';
import { listField, type Setting, scalarIn, settingAt } from '../settings.ts';

/**
 * `minVersion` and `maxVersion`: TLS 1.2 and 1.3 where nothing or Auto is said. Source: Envoy Gateway 1.9,
 * api/v1alpha1/tls_types.go, TLSSettings; `undefined` where neither is written.
 */
export function protocolsOf(object: KubernetesObject, tls: YamlNode): Field<readonly ProtocolVersion[]> | undefined {
  const [least, most] = [settingAt(object, tls, 'minVersion'), settingAt(object, tls, 'maxVersion')];
  if (least.state === 'unknown' || most.state === 'unknown') return unknown;
  const node = scalarIn(least) ?? scalarIn(most);
  if (!node) return undefined;
  const oldest = versionIn(least, 'TLSv1.2');
  const newest = versionIn(most, 'TLSv1.3');
  return oldest && newest ? written(protocolRange(oldest, newest), spanOfNode(node)) : unknown;
}

function versionIn(setting: Setting, auto: ProtocolVersion): ProtocolVersion | undefined {
  const node = scalarIn(setting);
  return !node || node.value === 'Auto' ? auto : parseProtocol(node.value);
}

/** `ciphers`: OpenSSL or IANA names; names in brackets, parted by `|`, are of equal preference. */
export function ciphersOf(object: KubernetesObject, tls: YamlNode): Field<readonly string[]> | undefined {
  const setting = settingAt(object, tls, 'ciphers');
  if (setting.state !== 'written' || setting.node.kind !== 'sequence')
    return setting.state === 'absent' ? undefined : unknown;
  const found = setting.node.items.flatMap((item) =>
    item.kind !== 'scalar'
      ? []
      : [...item.value.matchAll(/[\w-]+/g)].flatMap(({ 0: name, index }) =>
          (cipherSuite(name)?.protocol ?? 'TLSv1.3') === 'TLSv1.3'
            ? []
            : [{ name, span: spanInScalar(item, index, index + name.length) }],
        ),
  );
  if (found.length === 0) return unknown;
  const parts = found.map(({ span }, index): [string, Span] => [String(index), span]);
  return written(
    found.map(({ name }) => name),
    spanOfNode(setting.node),
    Object.fromEntries(parts),
  );
}

/** `ecdhCurves`, by their registered names. */
export function groupsOf(object: KubernetesObject, tls: YamlNode): Field<readonly string[]> | undefined {
  const field = listField(settingAt(object, tls, 'ecdhCurves'));
  return field?.origin === 'written' ? { ...field, value: field.value.map((name) => namedGroup(name) ?? name) } : field;
}
