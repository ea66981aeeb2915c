import type { Client, Fact, Issuance, Mesh } from '../../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Extraction } from '../../../core/technology.ts';
import { parseHcl } from '../../../formats/hcl.ts';
import { type HclBody, itemsNamed } from '../../../formats/hcl-tree.ts';
import { spanOfWord, type Word } from '../../../formats/word.ts';
import { entries, sourceOfScalar, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { joined, type KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { goDurationSeconds } from '../settings.ts';

/**
 * Configurations of SPIRE in a ConfigMap: `server.conf` and `agent.conf`, in HCL.
 * Source: spiffe/spire 1.13, doc/spire_server.md, doc/spire_agent.md.
 */
export const spireConfig: KindExtractor = (object) =>
  joined(
    entries(object.root, 'data').flatMap(({ key, value }) =>
      value.kind === 'scalar' && /^(server|agent)\.(conf|hcl)$/.test(key.value) && /\btrust_domain\b/.test(value.value)
        ? [configFacts(object, value)]
        : [],
    ),
  );

function configFacts(object: KubernetesObject, text: YamlScalar): Extraction {
  const { body } = parseHcl(sourceOfScalar(text));
  return {
    facts: [
      ...blocksNamed(body, 'server').flatMap((server) => serverFacts(object, server)),
      ...blocksNamed(body, 'agent').flatMap((agent) => agentFacts(object, agent)),
    ],
    diagnostics: [],
  };
}

const blocksNamed = (body: HclBody, type: string): readonly HclBody[] =>
  itemsNamed(body, type).flatMap((item) => (item.kind === 'block' ? [item.body] : []));

/** The value of a setting, where it is one word. */
function wordOf(body: HclBody, name: string): Word | undefined {
  const last = itemsNamed(body, name).at(-1);
  return last?.kind === 'attribute' && last.value.kind === 'scalar' ? last.value.word : undefined;
}

function serverFacts(object: KubernetesObject, server: HclBody): readonly Fact[] {
  const lifetime = wordOf(server, 'default_x509_svid_ttl') ?? wordOf(server, 'default_svid_ttl');
  const authority = wordOf(server, 'ca_ttl');
  const key = wordOf(server, 'ca_key_type');
  const first = authority ?? key;
  return [
    ...(lifetime
      ? [
          buildFact<Mesh>(
            { technology: 'spire', subject: `identities of ${labelOf(object)}`, self: spanOfWord(lifetime) },
            { kind: 'mesh', scope: 'mesh' },
            { certificateLifetimeSeconds: secondsOf(lifetime) },
          ),
        ]
      : []),
    ...(first
      ? [
          buildFact<Issuance>(
            { technology: 'spire', subject: authorityOf(object), self: spanOfWord(first) },
            { kind: 'issuance', issuer: authorityOf(object), issuerType: 'self-signed', ca: true },
            { durationSeconds: authority && secondsOf(authority), key: key && keyField(key) },
          ),
        ]
      : []),
  ];
}

const authorityOf = (object: KubernetesObject): string => `authority of ${labelOf(object)}`;

function secondsOf(word: Word): Field<number> {
  const seconds = word.unknown ? undefined : goDurationSeconds(word.text);
  return seconds === undefined ? unknown : written(seconds, spanOfWord(word));
}

/** `rsa-2048`, `ec-p256`. */
function keyField(word: Word): Field<NonNullable<Issuance['key']>> {
  const [, bits] = /^rsa-(\d+)$/.exec(word.text) ?? [];
  if (bits !== undefined) return written({ algorithm: 'RSA', bits: Number(bits) }, spanOfWord(word));
  const [, curve] = /^ec-p(256|384)$/.exec(word.text) ?? [];
  return curve === undefined ? unknown : written({ algorithm: 'ECDSA', bits: Number(curve) }, spanOfWord(word));
}

/** `insecure_bootstrap`: an agent trusts whichever server answers its first call. */
function agentFacts(object: KubernetesObject, agent: HclBody): readonly Fact<Client>[] {
  const insecure = wordOf(agent, 'insecure_bootstrap');
  if (insecure?.text !== 'true') return [];
  const server = wordOf(agent, 'server_address');
  const span = spanOfWord(insecure);
  return [
    buildFact<Client>(
      { technology: 'spire', subject: `the agent of ${labelOf(object)}`, self: span },
      {
        kind: 'client',
        program: 'spire-agent',
        mechanism: 'insecure_bootstrap = true',
        executes: false,
        phase: 'run',
        exposure: 'private',
        ...(server && !server.unknown && { target: server.text }),
      },
      { verify: written(false, span) },
    ),
  ];
}
