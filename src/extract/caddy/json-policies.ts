import type { CertificateReference } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { boolean, entries, get, items, keyOf, lookUp, type YamlNode } from '../../formats/yaml-tree.ts';
import { isUnknownAt, wordAt, wordOf, wordsAt } from './json-words.ts';
import { type ClientAuth, isFixed, type Policy } from './model.ts';

/** A connection policy, and the server names that it is for. */
export interface JsonPolicy {
  readonly policy: Policy;
  /** The names of its `sni` matcher; `undefined` without one. */
  readonly names: readonly Word[] | undefined;
  /** It also asks for something that a name does not tell. */
  readonly conditional: boolean;
  readonly node: YamlNode;
}

/** The policies of a server up to the first that takes every connection (Caddy 2.11, modules/caddytls/connpolicy.go). */
export function policiesOf(server: YamlNode): readonly JsonPolicy[] {
  const all = items(server, 'tls_connection_policies').filter((node) => boolean(get(node, 'drop')) !== true);
  const policies = all.map(policyFrom);
  const end = policies.findIndex(({ names, conditional }) => !names && !conditional);
  return end === -1 ? policies : policies.slice(0, end + 1);
}

function policyFrom(node: YamlNode): JsonPolicy {
  const match = entries(node, 'match');
  const open = node.kind === 'unknown' || (node.kind === 'mapping' && node.open);
  return {
    node,
    names: match.some(({ key }) => key.value === 'sni') ? wordsAt(node, 'match', 'sni') : undefined,
    conditional: match.some(({ key }) => key.value !== 'sni') || isUnknownAt(node, 'match'),
    policy: {
      head: headOf(node),
      minimum: wordAt(node, 'protocol_min'),
      maximum: wordAt(node, 'protocol_max'),
      ciphers: wordsAt(node, 'cipher_suites'),
      curves: wordsAt(node, 'curves'),
      clientAuth: clientAuthAt(node),
      effective: true,
      open,
      settings: '',
    },
  };
}

/** A policy has no name of its own: its first key stands for it. */
function headOf(node: YamlNode): Word {
  const key = node.kind === 'mapping' ? node.entries[0]?.key : undefined;
  return wordOf(key) ?? { text: '', source: node.source, range: node.range, unknown: false };
}

function clientAuthAt(node: YamlNode): ClientAuth | undefined {
  const found = lookUp(node, 'client_authentication');
  if (found.state === 'absent') return undefined;
  const head = wordOf(keyOf(node, 'client_authentication')) ?? headOf(node);
  const auth = found.node;
  const key = (name: string): Word | undefined => (get(auth, name) ? wordOf(keyOf(auth, name)) : undefined);
  const lists = ['trusted_ca_certs', 'trusted_ca_certs_pem_files', 'trusted_leaf_certs'];
  return {
    head,
    mode: wordAt(auth, 'mode'),
    trust: key('ca') ?? lists.filter((name) => items(auth, name).length > 0).map(key)[0],
    ca: wordsAt(auth, 'ca', 'pem_files')[0] ?? wordsAt(auth, 'trusted_ca_certs_pem_files')[0],
    verifier: items(auth, 'verifiers').length > 0 ? key('verifiers') : undefined,
    open: auth.kind === 'unknown' || (auth.kind === 'mapping' && auth.open),
    settings: '',
  };
}

/** The files with one of the tags that the policy selects certificates by. */
export function certificatesOf(
  { node }: JsonPolicy,
  tlsApp: YamlNode | undefined,
): Field<readonly CertificateReference[]> | undefined {
  const tags = wordsAt(node, 'certificate_selection', 'any_tag');
  if (tags.length === 0) return undefined;
  if (!tags.every(isFixed)) return unknown;
  const files = items(tlsApp, 'certificates', 'load_files').flatMap((file): readonly Word[] => {
    const certificate = wordAt(file, 'certificate');
    const own = wordsAt(file, 'tags').map(({ text }) => text);
    return certificate && tags.some(({ text }) => own.includes(text)) ? [certificate] : [];
  });
  const [first] = files;
  if (!first || !files.every(isFixed)) return unknown;
  return written(
    files.map(({ text }) => ({ from: 'file', ref: text })),
    spanOfWord(first),
    Object.fromEntries(files.map((file, index) => [String(index), spanOfWord(file)])),
  );
}
