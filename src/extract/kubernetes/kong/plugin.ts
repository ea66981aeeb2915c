import { data as acmeServers } from '../../../../data/acme-servers.yaml';
import type { Fact, Issuance, Listener, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { boolean, get, items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import { hstsOf } from '../hsts.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { annotation, textIn } from '../settings.ts';

/**
 * A KongPlugin or KongClusterPlugin, as far as it is about TLS: client certificates, certificates from ACME, and what the
 * plugin itself connects to. Source: Kong 3.9, kong/plugins/{acme,ldap-auth,rate-limiting}/schema.lua; documentation of
 * mtls-auth, tls-handshake-modifier and openid-connect.
 */
export const kongPlugin: KindExtractor = (object) => ({
  facts: [
    ...clientCertificates(object),
    ...issuance(object),
    ...directory(object),
    ...stores(object),
    ...identity(object),
  ],
  diagnostics: [],
});

const nameOf = ({ root }: KubernetesObject): string | undefined => text(root, 'plugin');

function clientCertificates(object: KubernetesObject): readonly Fact<Listener>[] {
  const clientAuth = clientAuthOf(object);
  if (!clientAuth) return [];
  return [
    buildFact<Listener>(
      { technology: 'kong', subject: labelOf(object), self: headOf(object) },
      { kind: 'listener', application: 'http' },
      { tls: written(true, headOf(object)), exposure: unknown, clientAuth },
    ),
  ];
}

/** `mtls-auth` verifies; with `anonymous` it lets others in as well. `tls-handshake-modifier` only asks. */
function clientAuthOf(object: KubernetesObject): Field<NonNullable<Listener['clientAuth']>> | undefined {
  const plugin = scalar(object.root, 'plugin');
  if (plugin?.value === 'tls-handshake-modifier') return written({ mode: 'request' }, spanOfNode(plugin));
  if (plugin?.value !== 'mtls-auth') return undefined;
  const anonymous = scalar(object.root, 'config', 'anonymous');
  return anonymous && anonymous.value !== ''
    ? written({ mode: 'optional' }, spanOfNode(anonymous))
    : written({ mode: 'required' }, spanOfNode(plugin));
}

/** The plugin asks Let's Encrypt's production directory unless `api_uri` names another one. */
function issuance(object: KubernetesObject): readonly Fact<Issuance>[] {
  if (nameOf(object) !== 'acme') return [];
  const uri = scalar(object.root, 'config', 'api_uri');
  const host = /^https?:\/\/([^/:?#]+)/i.exec(uri?.value ?? '')?.[1]?.toLowerCase();
  const staging = uri
    ? written(
        acmeServers.some((known) => known.host === host),
        spanOfNode(uri),
      )
    : byDefault(false, "the acme plugin asks Let's Encrypt's production directory");
  return [
    buildFact<Issuance>(
      { technology: 'kong', subject: labelOf(object), self: headOf(object) },
      { kind: 'issuance', issuerType: 'acme' },
      { issuer: written(labelOf(object), headOf(object)), staging },
    ),
  ];
}

/** A directory of users: `verify_ldap_host` is off unless it is set. */
function directory(object: KubernetesObject): readonly Fact<Upstream>[] {
  if (!/^ldap-auth(-advanced)?$/.test(nameOf(object) ?? '')) return [];
  const config = get(object.root, 'config');
  const tls = [scalar(config, 'ldaps'), scalar(config, 'start_tls')].find((node) => boolean(node) === true);
  const verify = scalar(config, 'verify_ldap_host');
  return tls ? [connection(object, 'its directory', tls, text(config, 'ldap_host'), verify, 'verify_ldap_host')] : [];
}

/** A Redis that counters are kept in: `ssl_verify` is off unless it is set. */
const stores = (object: KubernetesObject): readonly Fact<Upstream>[] =>
  [get(object.root, 'config', 'redis'), get(object.root, 'config', 'storage_config', 'redis')].flatMap((redis) => {
    const ssl = scalar(redis, 'ssl');
    return ssl && boolean(ssl) === true
      ? [connection(object, 'Redis', ssl, text(redis, 'host'), scalar(redis, 'ssl_verify'), 'ssl_verify')]
      : [];
  });

/** Who identifies users; here only what is written counts, since the default differs between releases. */
function identity(object: KubernetesObject): readonly Fact<Upstream>[] {
  const issuer = scalar(object.root, 'config', 'issuer');
  const verify = ['ssl_verify', 'tls_certificate_verify']
    .map((name) => scalar(object.root, 'config', name))
    .find((node) => node);
  const [, host] = /^https:\/\/([^/?#]+)/i.exec(issuer?.value ?? '') ?? [];
  return nameOf(object) === 'openid-connect' && issuer && verify && host !== undefined
    ? [connection(object, 'its identity provider', issuer, host, verify, 'ssl_verify')]
    : [];
}

function connection(
  object: KubernetesObject,
  what: string,
  tls: YamlNode,
  host: string | undefined,
  verify: YamlNode | undefined,
  setting: string,
): Fact<Upstream> {
  const value = boolean(verify);
  const checks: Field<boolean> = !verify
    ? object.fragment
      ? unknown
      : byDefault(false, `the plugin leaves ${setting} off`)
    : value === undefined
      ? unknown
      : written(value, spanOfNode(verify));
  return buildFact<Upstream>(
    { technology: 'kong', subject: `${labelOf(object)} to ${what}`, self: spanOfNode(tls) },
    {
      kind: 'upstream',
      exposure: host === undefined ? 'private' : reachOf(host),
      ...(host !== undefined && { target: host }),
    },
    {
      tls: written(true, spanOfNode(tls)),
      verify: composite<NonNullable<Upstream['verify']>>({ chain: checks, hostname: checks }),
    },
  );
}

/** The plugins that `konghq.com/plugins` of an object names, and those for everything; `undefined`: one is not here. */
export function pluginsOf(object: KubernetesObject, { known }: KindContext): readonly (KubernetesObject | undefined)[] {
  const names = (textIn(annotation(object, 'konghq.com/plugins')) ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const all = ['KongPlugin', 'KongClusterPlugin'].flatMap((kind) => known(`configuration.konghq.com/${kind}`));
  const named = names.map((name) =>
    all.find(
      (plugin) =>
        plugin.name === name &&
        (plugin.kind === 'KongClusterPlugin' ||
          plugin.namespace === undefined ||
          object.namespace === undefined ||
          plugin.namespace === object.namespace),
    ),
  );
  const global = all.filter(
    ({ kind, root }) => kind === 'KongClusterPlugin' && text(root, 'metadata', 'labels', 'global') === 'true',
  );
  return [...named, ...global];
}

/** What plugins add to the listener of an Ingress: client certificates, and the header of response-transformer. */
export function listenerFieldsOf(
  plugins: readonly (KubernetesObject | undefined)[],
): Pick<Fields<Listener>, 'clientAuth' | 'hsts'> {
  const known = plugins.filter((plugin): plugin is KubernetesObject => plugin !== undefined);
  const clientAuth = known.flatMap((plugin) => clientAuthOf(plugin) ?? [])[0];
  const hsts = known.flatMap(headerOf)[0];
  return { ...(clientAuth && { clientAuth }), ...(hsts && { hsts }) };
}

const headerOf = ({ root }: KubernetesObject): readonly Field<NonNullable<Listener['hsts']>>[] =>
  /^response-transformer(-advanced)?$/.test(text(root, 'plugin') ?? '')
    ? ['add', 'replace', 'append'].flatMap((action) =>
        items(root, 'config', action, 'headers').flatMap((header) => {
          const [, value] =
            header.kind === 'scalar' ? (/^strict-transport-security\s*:\s*(.*)$/i.exec(header.value) ?? []) : [];
          const hsts = value === undefined ? undefined : hstsOf(value);
          return hsts ? [written(hsts, spanOfNode(header))] : [];
        }),
      )
    : [];
