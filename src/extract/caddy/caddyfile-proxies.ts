import type { CaddyBlock, CaddyDirective, Caddyfile } from '../../formats/caddyfile.ts';
import { partOfWord, type Word } from '../../formats/word.ts';
import { fileOfPool } from './caddyfile-policy.ts';
import { argument, last, matched, named } from './directives.ts';
import { isFixed, type ReverseProxy } from './model.ts';

/** The proxies of the sites that open TLS, and of the named routes that these invoke. */
export function proxiesOf({ sites, routes }: Caddyfile): readonly ReverseProxy[] {
  const blocks = sites.map(({ block }) => block);
  const invoked = new Set<string>();
  for (let at = 0; at < blocks.length; at++) {
    for (const name of invokedIn(blocks[at])) {
      const route = routes.get(name);
      if (!route || invoked.has(name)) continue;
      invoked.add(name);
      blocks.push(route);
    }
  }
  return blocks.flatMap(proxiesIn);
}

const invokedIn = (block: CaddyBlock | undefined): readonly string[] =>
  block?.directives.flatMap(({ name, arguments: words, block: inner }) => [
    ...(name.text === 'invoke' ? words.map(({ text }) => text) : []),
    ...invokedIn(inner),
  ]) ?? [];

/** The proxies in a block that open TLS, at any depth. */
export const proxiesIn = (block: CaddyBlock): readonly ReverseProxy[] =>
  block.directives.flatMap((directive) => [
    ...(/^(?:reverse_proxy|forward_auth)$/.test(directive.name.text) ? proxyOf(directive) : []),
    ...(directive.block ? proxiesIn(directive.block) : []),
  ]);

/**
 * `https://` upstreams, or a transport with a word about TLS: each of them switches it on
 * (Caddy 2.11, modules/caddyhttp/reverseproxy/caddyfile.go).
 */
function proxyOf(directive: CaddyDirective): readonly ReverseProxy[] {
  const { name, block } = directive;
  const upstreams = [...matched(directive).words, ...named(block, 'to').flatMap((to) => to.arguments)];
  const transport = last(block, 'transport');
  const settings =
    transport && /^http(?:_ntlm)?$/.test(transport.arguments[0]?.text ?? '') ? transport.block : undefined;
  const tls =
    upstreams.find(({ text }) => /^https:\/\//i.test(text)) ??
    settings?.directives.find((setting) => /^tls(?:_|$)/.test(setting.name.text))?.name;
  if (!tls) return [];
  const pool = last(settings, 'tls_trust_pool');
  const except = named(settings, 'tls_except_ports').flatMap(({ arguments: ports }) => ports.map(({ text }) => text));
  const dynamic = last(block, 'dynamic');
  const targets = upstreams.map(targetOf).filter(({ text }) => !except.includes(portIn(text)));
  return [
    {
      head: name,
      tls,
      targets: dynamic ? [...targets, dynamicTarget(dynamic)] : targets,
      skipsVerification: last(settings, 'tls_insecure_skip_verify')?.name,
      serverName: argument(settings, 'tls_server_name'),
      ca: (pool && fileOfPool(pool)) ?? argument(settings, 'tls_trusted_ca_certs'),
      clientCertificate: argument(settings, 'tls_client_auth'),
      open: (block?.open ?? false) || (settings?.open ?? false),
    },
  ];
}

const portIn = (target: string): string => /:(\d+)$/.exec(target)?.[1] ?? '';

/** An upstream's address without its scheme. */
function targetOf(word: Word): Word {
  const start = /^[a-z\d]+:\/\//i.exec(word.text)?.[0].length ?? 0;
  return { ...partOfWord(word, { start, end: word.text.length }), unknown: !isFixed(word) };
}

/** `dynamic a backend.internal 443` says where the names come from; other sources say nothing (Upstream sources). */
function dynamicTarget({ name, arguments: [source, host], block }: CaddyDirective): Word {
  const found = host ?? argument(block, 'name') ?? name;
  const known = /^(?:a|srv)$/.test(source?.text ?? '') && found !== name && isFixed(found);
  return { ...found, unknown: !known };
}
