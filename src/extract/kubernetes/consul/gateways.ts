import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import {
  get,
  items,
  keyOf,
  scalar,
  spanOfNode,
  text,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanIn, fieldFrom, listOf, type Setting, settingAt, suiteListField, textField } from '../settings.ts';
import { protocolsBetween } from './settings.ts';

/**
 * An IngressGateway: one `listener` for each of its listeners, with the gateway's TLS settings or its own. Without
 * `tls.enabled` it is plain text. Certificates come from the mesh's authority or from a discovery service.
 * Source: hashicorp/consul-k8s 2.0, control-plane/api/v1alpha1/ingressgateway_types.go.
 */
export const ingressGateway: KindExtractor = (object) => ({
  facts: items(object.root, 'spec', 'listeners').map((listener) => listenerFact(object, listener)),
  diagnostics: [],
});

function listenerFact(object: KubernetesObject, listener: YamlNode): Fact<Listener> {
  const port = text(listener, 'port');
  const protocol = text(listener, 'protocol') ?? 'tcp';
  const hosts = hostsOf(listener);
  const own = [get(listener, 'tls'), get(object.root, 'spec', 'tls')];
  const at = (name: string): Setting => {
    const found = own
      .map((block) => block && settingAt(object, block, name))
      .find((one) => one && one.state !== 'absent');
    return found ?? { state: object.fragment ? 'unknown' : 'absent' };
  };
  const tls = tlsOf(object, listener);
  const isOff = tls.origin !== 'unknown' && tls.origin !== 'composite' && !tls.value;
  return buildFact<Listener>(
    {
      technology: 'consul',
      subject: port === undefined ? labelOf(object) : `${labelOf(object)} port ${port}`,
      self: spanOfNode(keyOf(listener, 'port') ?? listener),
    },
    {
      kind: 'listener',
      ...(object.name !== undefined && port !== undefined && { name: `${labelOf(object)}#${port}` }),
      application: /^(http2?|grpc)$/.test(protocol) ? 'http' : 'other',
    },
    {
      hosts,
      ports: fieldFrom(settingAt(object, listener, 'port'), (value) =>
        /^\d+$/.test(value) ? [Number(value)] : undefined,
      ),
      exposure: exposureOf(hosts, [object.name], headOf(object)),
      tls,
      ...(isOff
        ? {}
        : {
            protocols: protocolsBetween(at('tlsMinVersion'), at('tlsMaxVersion')),
            ciphers: suiteListField(at('cipherSuites')),
          }),
    },
  );
}

/** TLS is on where the listener or the gateway says so. */
function tlsOf(object: KubernetesObject, listener: YamlNode): Field<boolean> {
  const own = settingAt(object, listener, 'tls', 'enabled');
  const general = settingAt(object, object.root, 'spec', 'tls', 'enabled');
  const on = [own, general].find((setting) => booleanIn(setting) === true);
  if (on) return fieldFrom(on, () => true) ?? unknown;
  if (own.state === 'unknown' || general.state === 'unknown') return unknown;
  return (
    fieldFrom(general, () => false) ??
    fieldFrom(own, () => false) ??
    byDefault(false, 'an IngressGateway speaks TLS only with tls.enabled')
  );
}

function hostsOf(listener: YamlNode): Field<readonly string[]> | undefined {
  const hosts = items(listener, 'services')
    .flatMap((service) => items(service, 'hosts'))
    .filter((host): host is YamlScalar => host.kind === 'scalar');
  const key = keyOf(listener, 'services');
  return key && hosts.length > 0 ? listOf(hosts, spanOfNode(key)) : undefined;
}

/**
 * A TerminatingGateway: an `upstream` for each service that it reaches by TLS of its own, which takes a `caFile` or a
 * Secret. The name is checked where `sni` gives one. Without either, bytes pass as they come, and programs may speak TLS
 * themselves. Source: hashicorp/consul 1.22, agent/xds/clusters.go, injectGatewayServiceAddons.
 */
export const terminatingGateway: KindExtractor = (object) => ({
  facts: items(object.root, 'spec', 'services').flatMap((service) => serviceFact(object, service)),
  diagnostics: [],
});

function serviceFact(object: KubernetesObject, service: YamlNode): readonly Fact<Upstream>[] {
  const file = scalar(service, 'caFile');
  const secret = scalar(service, 'secretRef', 'name');
  const ca = file ?? secret;
  if (!ca || ca.value === '') return [];
  const name = text(service, 'name');
  const on = written(true, spanOfNode(ca));
  const sni = settingAt(object, service, 'sni');
  const hostname: Field<boolean> =
    sni.state === 'unknown'
      ? unknown
      : (fieldFrom(sni, () => true) ?? byDefault(false, 'without sni a terminating gateway checks no name'));
  const fields: Fields<Upstream> = {
    tls: on,
    verify: composite({ chain: on, hostname }),
    ca: written(file ? file.value : `Secret ${qualified(object.namespace, ca.value)}`, spanOfNode(ca)),
    serverName: textField(sni),
    clientCertificate: textField(settingAt(object, service, 'certFile')),
  };
  return [
    buildFact<Upstream>(
      {
        technology: 'consul',
        subject: `${name === undefined ? 'a service' : `service ${name}`} of ${labelOf(object)}`,
        self: spanOfNode(scalar(service, 'name') ?? ca),
      },
      { kind: 'upstream', ...(name !== undefined && { target: name }) },
      { ...fields, exposure: unknown },
    ),
  ];
}
