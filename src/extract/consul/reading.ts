import type { Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOf } from '../../core/source.ts';
import type { Extraction, Unit, VersionEvidence, Versions } from '../../core/technology.ts';
import type { HclBody } from '../../formats/hcl-tree.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { cipherSuitesField, clientAuthField, listenFields } from '../dialects/hashicorp-fields.ts';
import { blocksOf, hasAny, listSettingOf, parseAgentFile, settingOf } from '../dialects/hashicorp-settings.ts';
import { certificateFileField, flagField, flagOf, protocolRangeField, textField } from '../dialects/setting-fields.ts';
import { isSince } from '../versions.ts';

/** What one agent's configuration says; nothing for other HCL. */
export function readConsul({ sources: [source] }: Unit, versions: Versions): Extraction {
  const { body, diagnostics } = parseAgentFile(source);
  const tls = blocksOf(body, 'tls').map((block) => block.body);
  const modern = tls.some((block) => hasAny(block, ['defaults', 'internal_rpc', 'https', 'grpc']) && !isNomad(block));
  const old = hasAny(body, ['verify_incoming', 'verify_incoming_rpc', 'verify_incoming_https', 'verify_outgoing']);
  const ports =
    hasAny(body, ['data_dir', 'datacenter', 'retry_join', 'client_addr']) &&
    blocksOf(body, 'ports').some((block) => hasAny(block.body, ['https', 'grpc_tls']));
  if ((!modern && !old && !ports) || tls.some(isNomad)) return { facts: [], diagnostics: [] };
  const agent: Agent = { body, tls, version: versions('consul', source.path) };
  return {
    facts: [...httpsListener(agent), ...grpcListener(agent), ...rpcListener(agent), ...servers(agent)],
    diagnostics,
  };
}

/** Nomad's `tls` block says where TLS is on with these flags. */
const isNomad = (block: HclBody): boolean =>
  hasAny(block, ['rpc', 'verify_https_client']) || blocksOf(block, 'http').length < (hasAny(block, ['http']) ? 1 : 0);

interface Agent {
  readonly body: HclBody;
  /** The `tls` blocks, which are merged. */
  readonly tls: readonly HclBody[];
  readonly version: VersionEvidence;
}

type Interface = 'https' | 'grpc' | 'internal_rpc';

/** The bodies that may hold a setting of an interface, the one that counts most first. */
const scopesOf = ({ tls, body }: Agent, name: Interface): readonly HclBody[] => [
  ...tls.flatMap((block) => blocksOf(block, name)).map((block) => block.body),
  ...tls.flatMap((block) => blocksOf(block, 'defaults')).map((block) => block.body),
  body,
];

const settingIn = (agent: Agent, name: Interface, setting: string) =>
  scopesOf(agent, name)
    .map((scope) => settingOf(scope, setting))
    .find((word) => word !== undefined);

/** TLS 1.2 and newer since 1.12; what older releases start from is left open here. */
function protocolsOf(agent: Agent, name: Interface) {
  const { version } = agent;
  const known = isSince(version, '1.12');
  return protocolRangeField(
    settingIn(agent, name, 'tls_min_version'),
    undefined,
    known ? { oldest: 'TLSv1.2', newest: 'TLSv1.3', evidence: version } : { ...newestOnly, evidence: version },
  );
}
const newestOnly = { oldest: undefined, newest: 'TLSv1.3' } as const;

function tlsFields(agent: Agent, name: Interface, olderFlag: string | undefined) {
  const protocols = protocolsOf(agent, name);
  const scope = scopesOf(agent, name).find((body) => listSettingOf(body, 'tls_cipher_suites') !== undefined);
  const older = olderFlag === undefined ? undefined : settingOf(agent.body, olderFlag);
  const flag = older && flagOf(older) !== false ? older : settingIn(agent, name, 'verify_incoming');
  return {
    protocols,
    ciphers: scope && cipherSuitesField(scope, protocols),
    clientAuth: clientAuthField(
      flag,
      settingIn(agent, name, 'ca_file'),
      'none',
      'Consul asks for no client certificate unless verify_incoming is set',
    ),
    certificates: certificateFileField(settingIn(agent, name, 'cert_file')),
  };
}

/** A listener with a port of its own, which is off unless `ports` names it. */
function portListener(agent: Agent, port: string, name: Interface, subject: string): readonly Fact<Listener>[] {
  const ports = blocksOf(agent.body, 'ports').at(-1);
  const number = ports && settingOf(ports.body, port);
  if (!ports || !number || /^(?:-1|0)$/.test(number.text)) return [];
  const addresses = blocksOf(agent.body, 'addresses').at(-1);
  const address = (addresses && settingOf(addresses.body, port)) ?? settingOf(agent.body, 'client_addr');
  return [
    buildFact<Listener>(
      { technology: 'consul', subject, self: spanOfWord(number) },
      { kind: 'listener', application: name === 'https' ? 'http' : 'other' },
      {
        ...listenFields(address, number, { address: '127.0.0.1', port: Number(number.text), product: 'Consul' }),
        tls: number.unknown ? unknown : written(true, spanOfWord(number)),
        ...tlsFields(agent, name, name === 'https' ? 'verify_incoming_https' : undefined),
        hsts: name === 'https' ? unknown : undefined,
      },
    ),
  ];
}

const httpsListener = (agent: Agent) => portListener(agent, 'https', 'https', 'the HTTPS API');
const grpcListener = (agent: Agent) => portListener(agent, 'grpc_tls', 'grpc', 'gRPC');

/** One port takes RPC with TLS and without; only those with a certificate once `verify_incoming` is set. */
function rpcListener(agent: Agent): readonly Fact<Listener>[] {
  const server = settingOf(agent.body, 'server');
  const certificate = settingIn(agent, 'internal_rpc', 'cert_file');
  const minimum = settingIn(agent, 'internal_rpc', 'tls_min_version');
  const incoming = settingOf(agent.body, 'verify_incoming_rpc') ?? settingIn(agent, 'internal_rpc', 'verify_incoming');
  const isClient = server !== undefined && flagOf(server) === false;
  if (isClient || (!certificate && !minimum && !incoming)) return [];
  const place = incoming ?? minimum ?? certificate;
  const ports = blocksOf(agent.body, 'ports').at(-1);
  const required = incoming !== undefined && flagOf(incoming) === true;
  return [
    buildFact<Listener>(
      {
        technology: 'consul',
        subject: 'RPC between agents',
        self: place ? spanOfWord(place) : spanOf(agent.body.source, 0, 0),
      },
      { kind: 'listener', application: 'other' },
      {
        ...listenFields(settingOf(agent.body, 'bind_addr'), ports && settingOf(ports.body, 'server'), {
          address: '0.0.0.0',
          port: 8300,
          product: 'Consul',
        }),
        tls: required && incoming ? written(true, spanOfWord(incoming)) : unknown,
        ...tlsFields(agent, 'internal_rpc', 'verify_incoming_rpc'),
      },
    ),
  ];
}

/**
 * TLS to the servers, with their chain verified, where `verify_outgoing` or `verify_server_hostname` is set; plain text
 * where neither is (`UseTLS` in tlsutil/config.go).
 */
function servers(agent: Agent): readonly Fact<Upstream>[] {
  const name = settingIn(agent, 'internal_rpc', 'verify_server_hostname');
  const outgoing = settingIn(agent, 'internal_rpc', 'verify_outgoing');
  const switchedOn = [outgoing, name].find((word) => word && flagOf(word) !== false);
  const place = switchedOn ?? outgoing;
  if (!place) return [];
  const on = flagOf(place);
  const about = { technology: 'consul', subject: 'the Consul servers', self: spanOfWord(place) };
  const exposure = byDefault<'private'>('private', 'agents of a cluster talk to each other inside its network');
  if (on === false) {
    return [buildFact<Upstream>(about, { kind: 'upstream' }, { exposure, tls: written(false, spanOfWord(place)) })];
  }
  const protocols = protocolsOf(agent, 'internal_rpc');
  return [
    buildFact<Upstream>(
      about,
      { kind: 'upstream' },
      {
        exposure,
        tls: on === undefined ? unknown : written(true, spanOfWord(place)),
        verify: composite<NonNullable<Upstream['verify']>>({
          chain: on === undefined ? unknown : written(true, spanOfWord(place)),
          hostname: hostnameOf(agent, name),
        }),
        protocols,
        ca: textField(settingIn(agent, 'internal_rpc', 'ca_file')),
        clientCertificate: textField(settingIn(agent, 'internal_rpc', 'cert_file')),
      },
    ),
  ];
}

/** Agents that get their certificate from the servers are told by them whether to check names. */
const hostnameOf = (agent: Agent, name: Word | undefined): Field<boolean> =>
  !name && hasAny(agent.body, ['auto_config', 'auto_encrypt'])
    ? unknown
    : flagField(name, false, 'Consul does not check that a server is one unless verify_server_hostname is set');
