import type { Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import type { HclBody } from '../../formats/hcl-tree.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { cipherSuitesField, clientAuthField, listenFields, verifiedField } from '../dialects/hashicorp-fields.ts';
import { type AgentBlock, blocksOf, hasAny, parseAgentFile, settingOf } from '../dialects/hashicorp-settings.ts';
import {
  certificateFileField,
  flagField,
  flagOf,
  protocolRangeField,
  reachField,
  textField,
} from '../dialects/setting-fields.ts';

/** What one agent's configuration says; nothing for other HCL, such as jobs. */
export function readNomad({ sources: [source] }: Unit): Extraction {
  const { body, diagnostics } = parseAgentFile(source);
  const [tls] = blocksOf(body, 'tls').filter((block) => hasAny(block.body, ['http', 'rpc', 'verify_https_client']));
  // Consul's own `tls` block has blocks of these names.
  const foreign = hasAny(body, ['job', 'internal_rpc', 'verify_incoming', 'verify_outgoing', 'auto_auth']);
  const ofConsul = tls && blocksOf(tls.body, 'defaults').length + blocksOf(tls.body, 'internal_rpc').length > 0;
  const agent = tls !== undefined || hasAny(body, ['data_dir', 'datacenter', 'region', 'server', 'client']);
  if (foreign || ofConsul || !agent) return { facts: [], diagnostics: [] };
  const facts = [
    ...(tls ? [...listeners(body, tls), ...agents(tls)] : []),
    ...blocksOf(body, 'consul').flatMap(consul),
    ...blocksOf(body, 'vault').flatMap(vault),
  ];
  return { facts, diagnostics };
}

const protocolsOf = (body: HclBody) =>
  protocolRangeField(settingOf(body, 'tls_min_version'), undefined, {
    oldest: 'TLSv1.2',
    newest: 'TLSv1.3',
    evidence: { reason: 'Nomad', guessed: false },
  });

/** The HTTP API and RPC; RPC always wants a client certificate, for it is how the agents know each other. */
function listeners(agent: HclBody, tls: AgentBlock): readonly Fact<Listener>[] {
  const protocols = protocolsOf(tls.body);
  const ca = settingOf(tls.body, 'ca_file');
  const endpoints = [
    {
      name: 'http',
      port: 4646,
      application: 'http',
      clientAuth: clientAuthField(
        settingOf(tls.body, 'verify_https_client'),
        ca,
        'none',
        'Nomad asks for no client certificate unless verify_https_client is set',
      ),
    },
    {
      name: 'rpc',
      port: 4647,
      application: 'other',
      clientAuth: byDefault<NonNullable<Listener['clientAuth']>>(
        { mode: 'required' },
        'Nomad agents always verify each other when RPC uses TLS',
      ),
    },
  ] as const;
  return endpoints.flatMap(({ name, port, application, clientAuth }) => {
    const switchedOn = settingOf(tls.body, name);
    const on = switchedOn ? flagOf(switchedOn) : false;
    if (!switchedOn || on === false) return [];
    const address = blocksOf(agent, 'addresses')[0];
    const ports = blocksOf(agent, 'ports')[0];
    const upgrading = name === 'rpc' ? settingOf(tls.body, 'rpc_upgrade_mode') : undefined;
    const mixed = upgrading !== undefined && flagOf(upgrading) !== false;
    return [
      buildFact<Listener>(
        { technology: 'nomad', subject: name === 'http' ? 'the HTTP API' : 'RPC', self: spanOfWord(tls.head) },
        { kind: 'listener', application },
        {
          ...listenFields(
            (address && settingOf(address.body, name)) ?? settingOf(agent, 'bind_addr'),
            ports && settingOf(ports.body, name),
            { address: '0.0.0.0', port, product: 'Nomad' },
          ),
          tls: on && !mixed ? written(true, spanOfWord(switchedOn)) : unknown,
          protocols,
          ciphers: cipherSuitesField(tls.body, protocols),
          clientAuth,
          certificates: certificateFileField(settingOf(tls.body, 'cert_file')),
          hsts: application === 'http' ? unknown : undefined,
        },
      ),
    ];
  });
}

/** The other agents: the chain is always verified, the name only with `verify_server_hostname`. */
function agents({ head, body }: AgentBlock): readonly Fact<Upstream>[] {
  const rpc = settingOf(body, 'rpc');
  if (!rpc || !flagOf(rpc)) return [];
  const protocols = protocolsOf(body);
  return [
    buildFact<Upstream>(
      { technology: 'nomad', subject: 'the other Nomad agents', self: spanOfWord(head) },
      { kind: 'upstream' },
      {
        tls: written(true, spanOfWord(rpc)),
        exposure: byDefault('private', 'agents of a cluster talk to each other inside its network'),
        verify: composite<NonNullable<Upstream['verify']>>({
          chain: byDefault(true, 'Nomad agents always verify each other when RPC uses TLS'),
          hostname: flagField(
            settingOf(body, 'verify_server_hostname'),
            false,
            'Nomad does not check the role in the name unless verify_server_hostname is set',
          ),
        }),
        ca: textField(settingOf(body, 'ca_file')),
        protocols,
        ciphers: cipherSuitesField(body, protocols),
        clientCertificate: textField(settingOf(body, 'cert_file')),
      },
    ),
  ];
}

/** `consul { ssl = true }`, verified unless `verify_ssl` is off. */
function consul({ head, body }: AgentBlock): readonly Fact<Upstream>[] {
  const ssl = settingOf(body, 'ssl');
  const address = settingOf(body, 'address');
  const secure = /^https:/i.test(address?.text ?? '') ? address : ssl && flagOf(ssl) ? ssl : undefined;
  if (!secure) return [];
  const verified = flagField(settingOf(body, 'verify_ssl'), true, 'Nomad verifies Consul unless verify_ssl is off');
  return [upstream('Consul', head, body, { address, secure, verified, standard: '127.0.0.1:8500' })];
}

/** `vault { address = "https://…" }`, verified unless `tls_skip_verify` is set. */
function vault({ head, body }: AgentBlock): readonly Fact<Upstream>[] {
  const address = settingOf(body, 'address');
  if (!address || address.unknown || !/^https:/i.test(address.text)) return [];
  const verified = verifiedField(body, 'Nomad verifies Vault unless tls_skip_verify is set');
  return [upstream('Vault', head, body, { address, secure: address, verified, standard: '' })];
}

interface Connection {
  readonly address: Word | undefined;
  /** What says that it is TLS. */
  readonly secure: Word;
  readonly verified: Field<boolean>;
  readonly standard: string;
}

const upstream = (
  subject: string,
  head: Word,
  body: HclBody,
  { address, secure, verified, standard }: Connection,
): Fact<Upstream> =>
  buildFact<Upstream>(
    { technology: 'nomad', subject, self: spanOfWord(head) },
    { kind: 'upstream' },
    {
      target: address ? textField(address) : byDefault(standard, `the default address of ${subject}`),
      tls: written(true, spanOfWord(secure)),
      exposure: address ? reachField([address]) : byDefault('internal', `the default address is ${standard}`),
      verify: composite<NonNullable<Upstream['verify']>>({ chain: verified, hostname: verified }),
      ca: textField(settingOf(body, 'ca_file')),
      serverName: textField(settingOf(body, 'tls_server_name')),
      clientCertificate: textField(settingOf(body, 'cert_file')),
    },
  );
