import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { OracleCase, Pass, World } from '../core/oracle-case.ts';
import type { RandomConfigurations } from '../core/suite.ts';
import { address, bootstrap, downstreamType, http, indented, routed, upstreamType } from './bootstrap.ts';
import {
  type Chain,
  type Configuration,
  configuration,
  type Parameters,
  type Spelling,
  type Validation,
} from './grammar.ts';
import { inLines, type Json, spelled } from './spelling.ts';

const versionNames = ['TLS_AUTO', 'TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3'];

const parametersOf = ({ least, most, suites, groups, fips }: Parameters, { numbers }: Spelling): Json => {
  const version = (number: number | undefined) =>
    number === undefined ? undefined : numbers ? number : versionNames[number];
  return {
    tls_minimum_protocol_version: version(least),
    tls_maximum_protocol_version: version(most),
    cipher_suites: suites,
    ecdh_curves: groups,
    compliance_policies: fips ? ['FIPS_202205'] : undefined,
  };
};

/** What a validation context holds; names need roots, or Envoy refuses them. */
function contextOf(
  { roots, names, pin, acceptsUntrusted }: Validation,
  world: World,
  pinned: string,
  name: string,
  numbers: boolean,
): Json {
  const certificate = new X509Certificate(readFileSync(pinned));
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return {
    trusted_ca: roots ? { filename: world.certificates.root } : undefined,
    match_typed_subject_alt_names:
      roots && names ? [{ san_type: numbers ? 2 : 'DNS', matcher: { exact: name } }] : undefined,
    verify_certificate_hash: pin === 'hash' ? [certificate.fingerprint256] : undefined,
    verify_certificate_spki: pin === 'key' ? [createHash('sha256').update(key).digest('base64')] : undefined,
    trust_chain_verification:
      acceptsUntrusted === undefined
        ? undefined
        : numbers
          ? Number(acceptsUntrusted)
          : acceptsUntrusted
            ? 'ACCEPT_UNTRUSTED'
            : 'VERIFY_TRUST_CHAIN',
  };
}

/** The field of the common context, and the secret that it needs. */
function validationField(
  made: Json,
  from: Validation['from'],
  secret: string,
): { readonly field: { readonly [key: string]: Json }; readonly secrets: readonly Json[] } {
  switch (from) {
    case undefined:
      return { field: {}, secrets: [] };
    case 'place':
      return { field: { validation_context: made }, secrets: [] };
    case 'secret':
      return {
        field: { validation_context_sds_secret_config: { name: secret } },
        secrets: [{ name: secret, validation_context: made }],
      };
    case 'combined':
      return {
        field: {
          combined_validation_context: {
            default_validation_context: made,
            validation_context_sds_secret_config: { name: secret },
          },
        },
        secrets: [{ name: secret, validation_context: { allow_expired_certificate: false } }],
      };
  }
}

interface Made {
  readonly listeners: readonly string[];
  readonly clusters: readonly string[];
  readonly secrets: readonly Json[];
  readonly passes: readonly Pass[];
}

function chainText(
  world: World,
  chain: Chain,
  name: string,
  hosts: readonly string[],
): { readonly text: string; readonly secrets: readonly Json[] } {
  const { spelling, certificate, validation, required, preferClient, hsts } = chain;
  const { rsa, ecdsa, client } = world.certificates;
  const pair = (files: typeof rsa): Json => ({
    certificate_chain: { filename: files.chain },
    private_key: { filename: files.key },
  });
  const made = validationField(
    contextOf(validation, world, client.chain, 'client.oracle.test', spelling.numbers),
    validation.from,
    `${name}-roots`,
  );
  const own: Json =
    certificate === 'secret'
      ? { tls_certificate_sds_secret_configs: [{ name: `${name}-pair` }] }
      : {
          tls_certificates:
            certificate === 'both' ? [pair(rsa), pair(ecdsa)] : [pair(certificate === 'rsa' ? rsa : ecdsa)],
        };
  const context: Json = {
    '@type': downstreamType,
    common_tls_context: { tls_params: parametersOf(chain.parameters, spelling), ...(own as object), ...made.field },
    require_client_certificate: required,
    prefer_client_ciphers: preferClient,
  };
  const header =
    hsts && `response_headers_to_add: [{header: {key: Strict-Transport-Security, value: "max-age=${hsts.seconds}"}}]`;
  const at = (place: 'host' | 'configuration' | 'route') => (hsts?.at === place ? `${header}, ` : '');
  const filter = http(
    `${at('host')}routes: [{match: {prefix: "/"}, ${at('route')}direct_response: {status: 200, body: {inline_string: here}}}]`,
    at('configuration'),
  );
  const match =
    hosts.length > 0 ? [`filter_chain_match: {server_names: [${hosts.map((host) => `"${host}"`).join(', ')}]}`] : [];
  const socket: Json = { name: 'tls', typed_config: spelled(context, spelling) };
  const pairSecret: readonly Json[] =
    certificate === 'secret' ? [{ name: `${name}-pair`, tls_certificate: pair(rsa) }] : [];
  return {
    text: spelling.lines
      ? [...match, `filters: [${filter}]`, 'transport_socket:', inLines(socket, 1)].join('\n')
      : `{${[...match, `filters: [${filter}]`, `transport_socket: ${JSON.stringify(socket)}`].join(', ')}}`,
    secrets: [...made.secrets, ...pairSecret],
  };
}

function madeOf(
  world: World,
  { chains, cluster, redirect }: Configuration,
  index: number,
  backend: Pass['backend'],
): Made {
  const [secure, plain] = [world.port(`secure-${index}`), world.port(`plain-${index}`)];
  const texts = chains.map((one, at) =>
    chainText(
      world,
      one,
      `l${index}-${at}`,
      at === chains.length - 1
        ? []
        : at === 0
          ? [`a${at}.oracle.test`]
          : [`*.b${at}.test`, `b${at}.oracle.test`].reverse(),
    ),
  );
  const byName = texts.slice(0, -1).map(({ text }) => `  - ${indented(text, 4).trimStart()}\n`);
  const last = indented(texts.at(-1)?.text ?? '', 4);
  const inspector =
    '  listener_filters: [{name: i, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}}]\n';
  const filterChains =
    byName.length === 0
      ? `  filter_chains:\n  - ${last.trimStart()}`
      : `${inspector}  filter_chains: # by name\n${byName.join('')}  default_filter_chain:\n${last}`;
  const listener = `- name: l${index}\n  address: ${address(secure)}\n${filterChains}`;
  const validation = validationField(
    contextOf(cluster.validation, world, world.certificates.ecdsa.chain, 'localhost', cluster.spelling.numbers),
    cluster.validation.from,
    `c${index}-roots`,
  );
  const automatic = cluster.automatic && cluster.validation.roots && cluster.validation.from === 'place';
  const context: Json = {
    '@type': upstreamType,
    sni: 'localhost',
    auto_sni_san_validation: automatic ? true : undefined,
    common_tls_context: { tls_params: parametersOf(cluster.parameters, cluster.spelling), ...validation.field },
  };
  const upstream: Json = {
    name: `c${index}`,
    type: 'STATIC',
    load_assignment: {
      cluster_name: `c${index}`,
      endpoints: [
        {
          lb_endpoints: [
            { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: backend.port } } } },
          ],
        },
      ],
    },
    transport_socket: { name: 'tls', typed_config: context },
  };
  const plainHost = {
    require_tls: `require_tls: ALL, ${routed({ '/': `c${index}` })}`,
    https_redirect: 'routes: [{match: {prefix: "/"}, redirect: {https_redirect: true}}]',
    scheme_redirect: 'routes: [{match: {prefix: "/"}, redirect: {scheme_redirect: https}}]',
    none: routed({ '/': `c${index}` }),
  }[redirect];
  return {
    listeners: [
      listener,
      `- name: p${index}\n  address: ${address(plain)}\n  filter_chains: [{filters: [${http(plainHost)}]}]`,
    ],
    clusters: [
      cluster.spelling.lines
        ? `- ${inLines(spelled(upstream, cluster.spelling), 1).trimStart()}`
        : `- ${JSON.stringify(spelled(upstream, cluster.spelling))}`,
    ],
    secrets: [...texts.flatMap(({ secrets }) => secrets), ...validation.secrets],
    passes: redirect === 'none' ? [{ port: plain, tls: false, backend }] : [],
  };
}

function make(world: World, configurations: readonly Configuration[]): OracleCase {
  const made = configurations.map((one, index) => {
    const backend = one.version ? world.tlsBackend({ version: one.version }) : world.tlsBackend({ flaw: one.flaw });
    return madeOf(world, one, index, backend);
  });
  const secrets = made.flatMap((one) => one.secrets).map((secret) => `  - ${JSON.stringify(secret)}\n`);
  const text = bootstrap(
    made.flatMap(({ listeners }) => listeners),
    made.flatMap(({ clusters }) => clusters),
    secrets.length > 0 ? `  secrets:\n${secrets.join('')}` : '',
  );
  return { files: { 'envoy.yaml': text }, passes: made.flatMap(({ passes }) => passes), compares: [] };
}

export const random: RandomConfigurations<Configuration> = { configuration, together: 8, make };
