import type { Fact, Listener } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { entries, get, items, keyOf, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import {
  booleanField,
  booleanIn,
  fieldFrom,
  listField,
  type Setting,
  settingAt,
  suiteListField,
  textField,
  textIn,
} from '../settings.ts';
import { field, protocolsBetween } from './protocols.ts';

/**
 * One `listener` for each server of a Gateway. Source: Istio 1.30, networking/v1alpha3/gateway.proto, Server and
 * ServerTLSSettings.
 */
export const istioGateway: KindExtractor = (object, context) => {
  const servers = items(object.root, 'spec', 'servers');
  return { facts: servers.map((server) => listener(object, server, servers, context)), diagnostics: [] };
};

function listener(
  object: KubernetesObject,
  server: YamlNode,
  servers: readonly YamlNode[],
  context: KindContext,
): Fact<Listener> {
  const port = text(server, 'port', 'number');
  const protocol = text(server, 'port', 'protocol')?.toUpperCase();
  const self = spanOfNode(keyOf(server, 'port') ?? server);
  const hosts = listField(settingAt(object, server, 'hosts'));
  const isHttp = protocol !== undefined && /^(HTTPS?|GRPC(-WEB)?|HTTP2)$/.test(protocol);
  return buildFact<Listener>(
    {
      technology: 'istio',
      subject: port === undefined ? labelOf(object) : `${labelOf(object)} port ${port}`,
      self,
    },
    { kind: 'listener', ...(protocol !== undefined && { application: isHttp ? 'http' : 'other' }) },
    {
      hosts: withoutNamespaces(hosts),
      ports: fieldFrom(settingAt(object, server, 'port', 'number'), (value) =>
        /^\d+$/.test(value) ? [Number(value)] : undefined,
      ),
      exposure: exposureOf(withoutNamespaces(hosts), servedBy(object), headOf(object)),
      ...(protocol === 'HTTPS' || protocol === 'TLS'
        ? secured(object, server, context)
        : plain(object, server, servers, context)),
    },
  );
}

/** `shop/*.example.com` serves the host to one namespace's routes only. */
function withoutNamespaces(hosts: Field<readonly string[]> | undefined): Field<readonly string[]> | undefined {
  if (hosts?.origin !== 'written') return hosts;
  return { ...hosts, value: hosts.value.map((host) => host.slice(host.lastIndexOf('/') + 1)) };
}

const servedBy = (object: KubernetesObject): readonly (string | undefined)[] => [
  object.name,
  ...entries(object.root, 'spec', 'selector').map(({ value }) => (value.kind === 'scalar' ? value.value : undefined)),
];

const opaque: Fields<Listener> = { protocols: unknown, ciphers: unknown, clientAuth: unknown, hsts: unknown };

function secured(object: KubernetesObject, server: YamlNode, context: KindContext): Fields<Listener> {
  const tls = get(server, 'tls');
  const mode = tls && field(object, tls, 'mode');
  // Without a mode, as with PASSTHROUGH, the backend ends TLS, and nothing else in the block counts.
  if (!tls || !mode || mode.state !== 'written' || /PASSTHROUGH$/.test(textIn(mode) ?? ''))
    return { tls: unknown, ...opaque };
  const at = (name: string): Setting => field(object, tls, name);
  return {
    tls: written(true, spanOfNode(mode.node)),
    protocols: protocolsBetween(
      at('minProtocolVersion'),
      at('maxProtocolVersion'),
      context.versions('istio', object.root.source.path),
    ),
    ciphers: suiteListField(at('cipherSuites')),
    clientAuth: clientAuthOf(mode, at),
    certificates: certificatesOf(object, tls),
    hsts: unknown,
  };
}

/** ISTIO_MUTUAL asks for the mesh's own certificates. `insecureSkipVerify` takes any certificate there is. */
function clientAuthOf(mode: Setting, at: (name: string) => Setting): Field<NonNullable<Listener['clientAuth']>> {
  const modes = { SIMPLE: 'none', MUTUAL: 'required', OPTIONAL_MUTUAL: 'optional', ISTIO_MUTUAL: 'required' } as const;
  const skipped = at('insecureSkipVerify');
  const asked = fieldFrom(mode, (value) => (value in modes ? modes[value as keyof typeof modes] : undefined));
  const unverified = booleanIn(skipped) === true && textIn(mode) !== 'SIMPLE';
  const ca = textField(at('caCertificates')) ?? textField(at('caCertCredentialName'));
  return composite({ mode: unverified ? fieldFrom(skipped, () => 'request' as const) : (asked ?? unknown), ca });
}

/** `credentialName` is a Secret beside the gateway's workload, in whatever namespace that is. */
function certificatesOf(
  object: KubernetesObject,
  tls: YamlNode,
): Field<NonNullable<Listener['certificates']>> | undefined {
  const from = (name: string, source: 'secret' | 'file') =>
    fieldFrom(field(object, tls, name), (ref): NonNullable<Listener['certificates']> => [{ from: source, ref }]);
  return from('credentialName', 'secret') ?? from('serverCertificate', 'file');
}

/**
 * Plain HTTP. `httpsRedirect` sends it on to https; a VirtualService can as well. Beside a server that ends TLS for the
 * same hosts, and with no redirecting VirtualService in the repository, it is served as it is.
 */
function plain(
  object: KubernetesObject,
  server: YamlNode,
  servers: readonly YamlNode[],
  { known }: KindContext,
): Fields<Listener> {
  const tls = get(server, 'tls');
  const protocol = keyOf(get(server, 'port'), 'protocol') ?? server;
  const redirect = tls ? booleanField(field(object, tls, 'httpsRedirect')) : undefined;
  const isPlain = text(server, 'port', 'protocol') !== undefined;
  const also = servers.some((other) => other !== server && sameHosts(server, other) && endsTls(other));
  const reason = 'an Istio gateway redirects only with tls.httpsRedirect or a VirtualService that does';
  return {
    tls: isPlain ? written(false, spanOfNode(protocol)) : unknown,
    redirectsToHttps:
      redirect ??
      (also &&
      !known(virtualServiceKind).some(redirects) &&
      !object.fragment &&
      server.kind === 'mapping' &&
      !server.open
        ? byDefault(false, reason, true)
        : unknown),
  };
}

const virtualServiceKind = 'networking.istio.io/VirtualService';

/** Some route of a VirtualService sends requests on to another address; in a template, perhaps. */
const redirects = ({ root }: KubernetesObject): boolean =>
  /\bredirect["']?\s*:/.test(root.source.text.slice(root.range.start, root.range.end));

const endsTls = (server: YamlNode): boolean =>
  /^(SIMPLE|MUTUAL|OPTIONAL_MUTUAL)$/.test(text(server, 'tls', 'mode') ?? '');

const sameHosts = (a: YamlNode, b: YamlNode): boolean => hostList(a) === hostList(b);
const hostList = (server: YamlNode): string =>
  items(server, 'hosts')
    .map((host) => (host.kind === 'scalar' ? host.value : ''))
    .sort()
    .join(' ');
