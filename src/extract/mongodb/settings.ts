import type { Diagnostic } from '../../core/finding.ts';
import type { Source, Span } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import { lastEntry, parseKeyValues } from '../../formats/key-values.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { keyOf, lookUp, spanOfNode, type YamlNode } from '../../formats/yaml-tree.ts';
import { wordOfScalar } from '../dialects/setting-fields.ts';

/** The settings of one mongod.conf, whichever form it has. */
export interface Settings {
  /** By the path that the YAML form gives it: `net.tls.mode`. Unknown where a template may set it. */
  readonly get: (path: string) => Word | undefined;
  /** Where the section about TLS begins. */
  readonly self: Span;
  readonly diagnostics: readonly Diagnostic[];
}

/** The settings of a file that looks like mongod's; `undefined` for any other. */
export function settingsOf(source: Source): Settings | undefined {
  return /^\s*\w+\s*=/m.test(source.text) && !/^\s*net\s*:/m.test(source.text)
    ? flatSettings(source)
    : yamlSettings(source);
}

/** `net.ssl` and the names in it are what `net.tls` was called before 4.2. */
const olderNames: ReadonlyMap<string, string> = new Map([
  ['certificateKeyFile', 'PEMKeyFile'],
  ['tlsCipherConfig', 'sslCipherConfig'],
]);

function pathsOf(path: string): readonly string[] {
  const [, name] = /^net\.tls\.(\w+)$/.exec(path) ?? [];
  if (name === undefined) return [path];
  const older = olderNames.get(name) ?? name;
  return [`net.tls.${name}`, `net.tls.${older}`, `net.ssl.${older}`];
}

function yamlSettings(source: Source): Settings | undefined {
  const { documents, diagnostics } = parseYaml(source);
  const [root] = documents;
  if (root?.kind !== 'mapping') return undefined;
  const net = lookUp(root, 'net');
  // A Helm release or a Compose file may have a `net` of its own; mongod has these beside it.
  const isMongod = ['storage', 'systemLog', 'processManagement', 'replication', 'sharding', 'security', 'net'].some(
    (key) => keyOf(root, key) !== undefined,
  );
  if (!isMongod || net.state === 'absent' || keyOf(root, 'services') || keyOf(root, 'kind')) return undefined;
  const section = net.state === 'present' ? (keyOf(net.node, 'tls') ?? keyOf(net.node, 'ssl')) : undefined;
  return {
    get: (path) => pathsOf(path).flatMap((candidate) => wordAt(root, candidate) ?? [])[0],
    self: spanOfNode(section ?? keyOf(root, 'net') ?? root),
    diagnostics,
  };
}

function wordAt(root: YamlNode, path: string): Word | undefined {
  const found = lookUp(root, ...path.split('.'));
  if (found.state === 'absent') return undefined;
  if (found.node.kind === 'scalar') return wordOfScalar(found.node);
  const { source, range } = found.node;
  return { text: source.text.slice(range.start, range.end), source, range, unknown: true };
}

const flatNames: ReadonlyMap<string, RegExp> = new Map([
  ['net.bindIp', /^bind_ip$/],
  ['net.bindIpAll', /^bind_ip_all$/],
  ['net.port', /^port$/],
  ['net.tls.mode', /^(?:ssl|tls)Mode$/],
  ['net.tls.certificateKeyFile', /^(?:sslPEMKeyFile|tlsCertificateKeyFile)$/],
  ['net.tls.CAFile', /^(?:ssl|tls)CAFile$/],
  ['net.tls.clusterFile', /^(?:ssl|tls)ClusterFile$/],
  ['net.tls.disabledProtocols', /^(?:ssl|tls)DisabledProtocols$/],
  [
    'net.tls.allowConnectionsWithoutCertificates',
    /^(?:ssl|tls)(?:AllowConnectionsWithoutCertificates|WeakCertificateValidation)$/,
  ],
  ['net.tls.allowInvalidCertificates', /^(?:ssl|tls)AllowInvalidCertificates$/],
  ['net.tls.allowInvalidHostnames', /^(?:ssl|tls)AllowInvalidHostnames$/],
  ['replication.replSetName', /^replSet$/],
]);

function flatSettings(source: Source): Settings | undefined {
  const { entries, branching, diagnostics } = parseKeyValues(source, {
    comments: '#',
    bare: 'line',
    blankSeparates: false,
    sections: false,
    include: /^\0/,
  });
  const first = entries.find(({ key }) => /^(?:ssl|tls)[A-Z]/.test(key));
  if (!first) return undefined;
  return {
    get: (path) => {
      const name = flatNames.get(path);
      return name && lastEntry(entries, (key) => name.test(key), branching)?.value;
    },
    self: first.value ? spanOfWord(first.value) : spanOf(source, first.keyRange.start, first.keyRange.end),
    diagnostics,
  };
}
