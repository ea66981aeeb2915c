import type { CertificateReference } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { CaddyDirective } from '../../formats/caddyfile.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { argument, last, named } from './directives.ts';
import { type ClientAuth, isFixed, type Policy } from './model.ts';

/** What a `tls` directive sets for the handshake (Caddy 2.11, caddyconfig/httpcaddyfile/builtins.go, parseTLS). */
export function policyOf({ name, arguments: words, block }: CaddyDirective, defaultSni: boolean): Policy {
  const protocols = last(block, 'protocols');
  const ciphers = named(block, 'ciphers').flatMap((directive) => directive.arguments);
  const curves = named(block, 'curves').flatMap((directive) => directive.arguments);
  const auth = last(block, 'client_auth');
  const open = (block?.open ?? false) || words.some(standsForMore);
  const others = ['alpn', 'insecure_secrets_log'].flatMap((option) => named(block, option));
  return {
    head: name,
    minimum: protocols?.arguments[0],
    maximum: protocols?.arguments[1],
    ciphers,
    curves,
    clientAuth: auth && clientAuthOf(auth),
    effective:
      words.length === 2 ||
      words[0]?.text === 'force_automate' ||
      protocols !== undefined ||
      ciphers.length + curves.length > 0 ||
      !!auth ||
      others.length > 0 ||
      defaultSni,
    open,
    settings: [
      defaultSni ? 'default' : '',
      words.length === 2 ? words[0]?.text : '',
      ...[...named(block, 'protocols'), ...others].map(textOf),
      ...[...ciphers, ',', ...curves].map((word) => (typeof word === 'string' ? word : word.text)),
    ].join(' '),
  };
}

const textOf = ({ name, arguments: words, block }: CaddyDirective): string =>
  `${[name, ...words].map(({ text }) => text).join(' ')}{${(block?.directives ?? []).map(textOf).join(';')}}`;

/** A variable without anything around it may hold several arguments, or none. */
const standsForMore = ({ text, unknown: isUnknown }: Word): boolean => isUnknown && /^(?:\{\$|\{\{|\$\{)/.test(text);

/** `client_auth` (Caddy 2.11, modules/caddytls/connpolicy.go, ClientAuthentication). */
function clientAuthOf(directive: CaddyDirective): ClientAuth {
  const { name, block } = directive;
  const pool = last(block, 'trust_pool');
  const oldPool = ['trusted_ca_cert_file', 'trusted_ca_cert'].map((option) => last(block, option)).find(Boolean);
  const leaf = ['trusted_leaf_cert_file', 'trusted_leaf_cert'].map((option) => last(block, option)).find(Boolean);
  return {
    head: name,
    mode: argument(block, 'mode'),
    trust: (pool ?? oldPool ?? leaf)?.name,
    ca: (pool && fileOfPool(pool)) ?? argument(block, 'trusted_ca_cert_file'),
    verifier: last(block, 'verifier')?.name,
    open: block?.open ?? false,
    settings: textOf(directive),
  };
}

/** `trust_pool file a.pem`, or the same with `pem_file` in a block. */
export const fileOfPool = ({ arguments: [module, file], block }: CaddyDirective): Word | undefined =>
  module?.text === 'file' ? (file ?? argument(block, 'pem_file')) : undefined;

/** Where the certificates of `tls` directives come from; `undefined` where they leave that to automatic HTTPS. */
export function certificatesOf(
  directives: readonly CaddyDirective[],
): Field<readonly CertificateReference[]> | undefined {
  const sources = directives.flatMap((directive): readonly [CertificateReference, Word][] => {
    const [first, second] = directive.arguments;
    const { block } = directive;
    if (first && second) return [[{ from: 'file', ref: first.text }, first]];
    const folders = named(block, 'load').flatMap((load) => load.arguments);
    const issuers = named(block, 'issuer').flatMap((issuer) => issuer.arguments.slice(0, 1));
    const managers = named(block, 'get_certificate').map((manager) => manager.name);
    return [
      ...folders.map((folder): [CertificateReference, Word] => [{ from: 'file', ref: folder.text }, folder]),
      ...issuers.map((issuer): [CertificateReference, Word] => [{ from: fromIssuer(issuer.text) }, issuer]),
      ...managers.map((manager): [CertificateReference, Word] => [{ from: 'managed' }, manager]),
      ...(first && !isFixed(first) ? [] : first?.text === 'internal' ? [internal(first)] : []),
      ...(first && isFixed(first) && first.text.includes('@') ? [acme(first)] : []),
      ...acmeOptions.flatMap((option) => named(block, option).map(({ name }) => acme(name))).slice(0, 1),
    ];
  });
  const [first] = sources;
  if (!first) return undefined;
  if (sources.some(([, word]) => !isFixed(word))) return unknown;
  const parts = sources.map(([, word], index): [string, ReturnType<typeof spanOfWord>] => [
    String(index),
    spanOfWord(word),
  ]);
  return written(
    sources.map(([reference]) => reference),
    spanOfWord(first[1]),
    Object.fromEntries(parts),
  );
}

const internal = (word: Word): [CertificateReference, Word] => [{ from: 'managed' }, word];
const acme = (word: Word): [CertificateReference, Word] => [{ from: 'acme' }, word];
const fromIssuer = (module: string): 'acme' | 'managed' => (/^(?:acme|zerossl)$/.test(module) ? 'acme' : 'managed');

/** Options of `tls` that configure the ACME issuer without naming it. */
const acmeOptions = ['ca', 'dns', 'eab', 'resolvers', 'ca_root'];
