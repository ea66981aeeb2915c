import type { Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Source } from '../../core/source.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import type { HclBody } from '../../formats/hcl-tree.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { entries, items, sourceOfScalar, text, type YamlNode } from '../../formats/yaml-tree.ts';
import { cipherSuitesField, clientAuthField, listenFields, verifiedField } from '../dialects/hashicorp-fields.ts';
import {
  type AgentBlock,
  blocksOf,
  hasAny,
  labelledBlocksOf,
  parseAgentFile,
  settingOf,
} from '../dialects/hashicorp-settings.ts';
import { certificateFileField, flagOf, protocolRangeField, reachField, textField } from '../dialects/setting-fields.ts';

/** What one configuration file, or each configuration in a chart's values, says. */
export function readVault({ sources: [source] }: Unit): Extraction {
  const name = source.held?.name ?? source.path;
  if (!/\.ya?ml$/i.test(name)) return readAgent(source);
  const read = configurationsIn(source).map(readAgent);
  return {
    facts: read.flatMap(({ facts }) => facts),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  };
}

function readAgent(source: Source): Extraction {
  const { body, diagnostics } = parseAgentFile(source);
  const listeners = labelledBlocksOf(body, 'listener').filter(({ label }) => label === 'tcp');
  const agent = hasAny(body, agentBlocks);
  const server = listeners.length > 0 || labelledBlocksOf(body, 'listener').length > 0 || hasAny(body, serverBlocks);
  // Boundary's listeners look the same.
  if ((!agent && !server) || hasAny(body, ['controller', 'worker', 'job', 'data_dir', 'client'])) {
    return { facts: [], diagnostics: [] };
  }
  const facts = [
    ...listeners.map(listener),
    ...backends.flatMap((type) => labelledBlocksOf(body, type).flatMap((block) => backend(type, block))),
    ...labelledBlocksOf(body, 'seal')
      .filter(({ label }) => label === 'transit')
      .flatMap((block) => remoteVault(block, 'the seal transit')),
    ...(agent ? blocksOf(body, 'vault').flatMap((block) => remoteVault(block, 'the Vault server')) : []),
  ];
  return { facts, diagnostics };
}

const agentBlocks = [
  'auto_auth',
  'api_proxy',
  'cache',
  'template',
  'env_template',
  'exit_after_auth',
  'template_config',
];
const backends = ['storage', 'backend', 'ha_storage', 'ha_backend', 'service_registration'];
const serverBlocks = [...backends, 'seal'];

function listener({ head, body }: AgentBlock): Fact<Listener> {
  const disabled = settingOf(body, 'tls_disable');
  const off = disabled ? flagOf(disabled) : false;
  const { ports, exposure } = listenFields(settingOf(body, 'address'), undefined, {
    address: '127.0.0.1',
    port: 8200,
    product: 'Vault',
  });
  const known = ports.origin === 'unknown' ? undefined : 'value' in ports ? ports.value[0] : undefined;
  const about = { technology: 'vault', subject: `listener${known ? ` on port ${known}` : ''}`, self: spanOfWord(head) };
  const base = { kind: 'listener', application: 'http' } as const;
  const tls: Field<boolean> =
    off === undefined
      ? unknown
      : disabled
        ? written(!off, spanOfWord(disabled))
        : byDefault(true, 'Vault listens with TLS unless tls_disable is set');
  if (off) return buildFact<Listener>(about, base, { ports, exposure, tls, redirectsToHttps: unknown });
  const protocols = protocolRangeField(settingOf(body, 'tls_min_version'), settingOf(body, 'tls_max_version'), {
    oldest: 'TLSv1.2',
    newest: 'TLSv1.3',
    evidence: { reason: 'Vault', guessed: false },
  });
  return buildFact<Listener>(about, base, {
    ports,
    exposure,
    tls,
    protocols,
    ciphers: cipherSuitesField(body, protocols),
    clientAuth: clientAuth(body),
    certificates: certificateFileField(settingOf(body, 'tls_cert_file')),
    hsts: unknown,
  });
}

/** Vault asks clients for a certificate and lets those without one in, unless it is told to require or not to ask. */
function clientAuth(body: HclBody): Field<NonNullable<Listener['clientAuth']>> {
  const none = settingOf(body, 'tls_disable_client_certs');
  const flag = flagOf(none);
  if (none && flag === undefined) return unknown;
  if (none && flag) return written({ mode: 'none' }, spanOfWord(none));
  return clientAuthField(
    settingOf(body, 'tls_require_and_verify_client_cert'),
    settingOf(body, 'tls_client_ca_file'),
    'request',
    'Vault asks for a client certificate and does not verify it unless told to',
  );
}

/** Consul as storage or registration: TLS where `scheme` or the address says so. */
function backend(type: string, { label, head, body }: AgentBlock): readonly Fact<Upstream>[] {
  if (label !== 'consul') return [];
  const address = settingOf(body, 'address');
  const scheme = settingOf(body, 'scheme');
  const secure = /^https:/i.test(address?.text ?? '') ? address : scheme;
  if (!secure || secure.unknown || !/^https/i.test(secure.text)) return [];
  return [upstream(`${type} consul`, head, body, { address, secure, standard: '127.0.0.1:8500' })];
}

function remoteVault({ head, body }: AgentBlock, subject: string): readonly Fact<Upstream>[] {
  const address = settingOf(body, 'address');
  if (!address || address.unknown ? !settingOf(body, 'tls_skip_verify') : !/^https:/i.test(address.text)) return [];
  if (!address) return [];
  return [upstream(subject, head, body, { address, secure: address, standard: '' })];
}

interface Connection {
  readonly address: Word | undefined;
  /** What says that it is TLS. */
  readonly secure: Word;
  readonly standard: string;
}

function upstream(
  subject: string,
  head: Word,
  body: HclBody,
  { address, secure, standard }: Connection,
): Fact<Upstream> {
  const verified = verifiedField(body, 'Vault verifies certificates unless tls_skip_verify is set');
  return buildFact<Upstream>(
    { technology: 'vault', subject, self: spanOfWord(head) },
    { kind: 'upstream' },
    {
      target: address ? textField(address) : byDefault(standard, `the default address of ${subject}`),
      tls: secure.unknown ? unknown : written(true, spanOfWord(secure)),
      exposure: address ? reachField([address]) : byDefault('internal', `the default address is ${standard}`),
      verify: composite<NonNullable<Upstream['verify']>>({ chain: verified, hostname: verified }),
      ca: textField(settingOf(body, 'tls_ca_file') ?? settingOf(body, 'tls_ca_cert') ?? settingOf(body, 'ca_cert')),
      serverName: textField(settingOf(body, 'tls_server_name')),
      clientCertificate: textField(
        settingOf(body, 'tls_cert_file') ?? settingOf(body, 'tls_client_cert') ?? settingOf(body, 'client_cert'),
      ),
    },
  );
}

/**
 * Block scalars with a listener, as charts for Vault take them; also those of values that are a text themselves, such as those
 * of an Argo CD Application. ConfigMaps are unpacked elsewhere.
 */
function configurationsIn(source: Source, deepest = 3): readonly Source[] {
  const found: Source[] = [];
  const take = (text: Source): void => {
    if (deepest > 0 && /^[ \t]*[\w-]+:[ \t]*[|>][-+\d]*[ \t]*$/m.test(text.text))
      found.push(...configurationsIn(text, deepest - 1));
    else found.push(text);
  };
  const visit = (node: YamlNode, depth: number): void => {
    if (depth > 12) return;
    if (node.kind === 'scalar') {
      if (node.value.includes('listener "tcp"') && node.value.includes('\n')) take(sourceOfScalar(node));
    } else if (node.kind === 'mapping') for (const { value } of entries(node)) visit(value, depth + 1);
    else if (node.kind === 'sequence') for (const item of items(node)) visit(item, depth + 1);
  };
  for (const document of parseYaml(source).documents) {
    if (!/^(?:ConfigMap|Secret|List)$/.test(text(document, 'kind') ?? '')) visit(document, 0);
  }
  return found;
}
