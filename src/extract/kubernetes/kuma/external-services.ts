import type { Fact, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, fieldFrom, settingAt, textField } from '../settings.ts';
import { protocolsOf } from './settings.ts';

/**
 * A MeshExternalService whose proxies originate TLS. `Secured` checks chain and name, against the system's roots without
 * `caCert`. Without `tls.enabled` programs speak for themselves, often TLS, and there is nothing to say.
 * Source: Kuma 2.14.3, pkg/core/resources/apis/meshexternalservice; pkg/xds/topology/outbound.go.
 */
export const meshExternalService: KindExtractor = (object) => {
  const tls = get(object.root, 'spec', 'tls');
  const enabled = settingAt(object, object.root, 'spec', 'tls', 'enabled');
  if (!tls || booleanIn(enabled) !== true || enabled.state !== 'written') return nothing;
  const [endpoint] = items(object.root, 'spec', 'endpoints');
  const fields: Fields<Upstream> = {
    tls: written(true, spanOfNode(enabled.node)),
    verify: verification(object, tls),
    ca: sourceOf(get(tls, 'verification', 'caCert'), keyOf(get(tls, 'verification'), 'caCert')),
    serverName: textField(settingAt(object, tls, 'verification', 'serverName')),
    protocols: protocolsOf(object, get(tls, 'version')),
  };
  return { facts: [upstream(object, scalar(endpoint, 'address'), text(endpoint, 'port'), fields)], diagnostics: [] };
};

const checks: Readonly<Record<string, { readonly chain: boolean; readonly hostname: boolean }>> = {
  Secured: { chain: true, hostname: true },
  SkipSAN: { chain: true, hostname: false },
  SkipCA: { chain: false, hostname: false },
  SkipAll: { chain: false, hostname: false },
};

function verification(object: KubernetesObject, tls: YamlNode): Field<NonNullable<Upstream['verify']>> {
  const mode = fieldFrom(settingAt(object, tls, 'verification', 'mode'), (value) => checks[value]);
  if (!mode) {
    const secured = byDefault(true, 'the default mode of a MeshExternalService is Secured');
    return composite({ chain: secured, hostname: secured });
  }
  if (mode.origin !== 'written') return unknown;
  return composite({ chain: written(mode.value.chain, mode.span), hostname: written(mode.value.hostname, mode.span) });
}

/** Where the bytes of a certificate come from: a Secret, a file of the proxy, or the text itself. */
function sourceOf(source: YamlNode | undefined, key: YamlNode | undefined): Field<string> | undefined {
  if (!source || !key) return undefined;
  const secret = scalar(source, 'secretRef', 'name') ?? scalar(source, 'secret');
  if (secret) return written(`Secret ${secret.value}`, spanOfNode(secret));
  const file = scalar(source, 'file', 'path') ?? scalar(source, 'file');
  return file ? written(file.value, spanOfNode(file)) : written('inline', spanOfNode(key));
}

/**
 * An ExternalService of Kuma 2: without `caCert` nothing is verified, neither chain nor name.
 * Source: Kuma 2.14.3, api/mesh/v1alpha1/externalservice.proto; pkg/xds/envoy/tls/v3/tls.go.
 */
export const externalService: KindExtractor = (object) => {
  const networking = get(object.root, 'spec', 'networking');
  return { facts: networking ? externalServiceFacts(object, networking) : [], diagnostics: [] };
};

function externalServiceFacts(object: KubernetesObject, networking: YamlNode): readonly Fact<Upstream>[] {
  const tls = get(networking, 'tls');
  const enabled = settingAt(object, networking, 'tls', 'enabled');
  if (!tls || booleanIn(enabled) !== true || enabled.state !== 'written') return [];
  const ca = sourceOf(get(tls, 'caCert'), keyOf(tls, 'caCert'));
  const skip = settingAt(object, tls, 'skipHostnameVerification');
  const chain: Field<boolean> =
    ca?.origin === 'written'
      ? written(true, ca.span)
      : settingAt(object, tls, 'caCert').state === 'absent'
        ? byDefault(false, 'an ExternalService without caCert verifies nothing')
        : unknown;
  const skips = booleanIn(skip) === true ? fieldFrom(skip, () => false) : undefined;
  return [
    upstream(object, scalar(networking, 'address'), undefined, {
      tls: written(true, spanOfNode(enabled.node)),
      verify: composite({ chain, hostname: skips ?? chain }),
      ca,
      serverName: textField(settingAt(object, tls, 'serverName')),
    }),
  ];
}

function upstream(
  object: KubernetesObject,
  address: ReturnType<typeof scalar>,
  port: string | undefined,
  fields: Fields<Upstream>,
): Fact<Upstream> {
  const target = address && (port === undefined ? address.value : `${address.value}:${port}`);
  return buildFact<Upstream>(
    { technology: 'kuma', subject: labelOf(object), self: headOf(object) },
    { kind: 'upstream', ...(target !== undefined && { target, exposure: reachOf(target) }) },
    fields,
  );
}
