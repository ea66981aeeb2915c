import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { HaproxyLine } from '../../formats/haproxy.ts';
import type { HaproxyWord } from '../../formats/haproxy-words.ts';
import { spanOfWord } from '../../formats/word.ts';
import type { HaproxyDefaults } from '../dialects/haproxy-defaults.ts';
import { chained, type OptionList, optionInForce, readOptions } from '../dialects/haproxy-options.ts';
import { serverProtocols } from '../dialects/haproxy-protocols.ts';
import { cipherStringField } from '../dialects/openssl-fields.ts';
import { readServerAddress } from './addresses.ts';
import {
  basedPath,
  type Configuration,
  type Global,
  globalBefore,
  globalOptions,
  globalSetting,
  type ProxySection,
} from './configuration.ts';

/** One server line with everything that speaks for it. */
interface Server {
  readonly proxy: ProxySection;
  readonly line: HaproxyLine;
  readonly name: HaproxyWord;
  readonly address: HaproxyWord;
  readonly options: OptionList;
  readonly defaults: HaproxyDefaults;
  /** `ssl-server-verify` counts wherever it stands. */
  readonly everything: Global;
}

/**
 * One fact for each server, peer or ring target that HAProxy speaks TLS to. TLS of health checks alone (`check-ssl`) is
 * no connection that data goes over. Source: configuration manual, 5.2; ssl_sock_prepare_srv_ssl_ctx() in ssl_sock.c.
 */
export function upstreamsOf(
  configuration: Configuration,
  proxies: readonly ProxySection[],
  defaults: HaproxyDefaults,
): readonly Fact<Upstream>[] {
  const everything = globalBefore(configuration);
  return [
    ...proxies.flatMap((proxy) =>
      proxy.lines.flatMap((line, index) => {
        const words = wordsOf(line, proxy);
        if (!words) return [];
        const options = chained([defaultServer(proxy, index), words.options]);
        const server = { proxy, line, ...words, options, defaults, everything };
        return upstream(server);
      }),
    ),
    ...httpClient(everything),
  ];
}

/** `server name address …`, `server-template prefix 1-5 address …`, `peer name address …`. */
function wordsOf({ keyword, arguments: words, branch }: HaproxyLine, { section }: ProxySection) {
  const template = keyword.text === 'server-template';
  const listens = /^(?:frontend|log-forward)$/.test(section.kind);
  if (listens || !(template || keyword.text === 'server' || (keyword.text === 'peer' && section.kind === 'peers')))
    return undefined;
  const [name] = words;
  const [address, ...rest] = words.slice(template ? 2 : 1);
  return name && address ? { name, address, options: readOptions(rest, 'server', branch) } : undefined;
}

/** `default-server` lines speak for the servers after them, those of `defaults` for all. */
const defaultServer = ({ lines }: ProxySection, index: number): OptionList =>
  chained(
    lines
      .slice(0, index)
      .filter(({ keyword }) => keyword.text === 'default-server')
      .map(({ arguments: words, branch }) => readOptions(words, 'server', branch)),
  );

function upstream(server: Server): readonly Fact<Upstream>[] {
  const { proxy, line, name, address, options } = server;
  const { branch } = line;
  const ssl = optionInForce(options, ['ssl', 'no-ssl'], branch);
  if (ssl.state === 'absent' || (ssl.state === 'set' && ssl.setting.keyword.text === 'no-ssl')) return [];
  // A template that may add anything says nothing by itself.
  if (ssl.state === 'doubtful' && !options.options.some(({ keyword }) => keyword.text === 'ssl')) return [];
  const { target, exposure } = readServerAddress(address);
  const word = ssl.state === 'set' ? ssl.setting.keyword : undefined;
  const settings = globalOptions(proxy.global, 'ssl-default-server-options');
  const protocols = serverProtocols({ own: options, global: settings, branch, defaults: server.defaults });
  const chain = chainOf(server);
  const ciphers = setting(server, 'ciphers', 'ssl-default-server-ciphers');
  return [
    buildFact<Upstream>(
      { technology: 'haproxy', subject: `server ${name.text} in ${proxy.title}`, self: spanOfWord(address) },
      { kind: 'upstream' },
      {
        target,
        exposure,
        tls: word ? written(true, spanOfWord(word)) : unknown,
        verify: composite<NonNullable<Upstream['verify']>>({ chain, hostname: hostnameOf(server, chain) }),
        ca: fileOf(server, 'ca-file', 'ca-base'),
        clientCertificate: fileOf(server, 'crt', 'crt-base'),
        serverName: serverNameOf(server),
        protocols,
        ciphers: ciphers === 'doubtful' ? unknown : ciphers && cipherStringField(ciphers, protocols),
      },
    ),
  ];
}

/** A value of the line, else of `global`. */
function setting(
  { options, proxy: { global }, line: { branch } }: Server,
  option: string,
  keyword?: string,
): HaproxyWord | undefined | 'doubtful' {
  const here = optionInForce(options, [option], branch);
  if (here.state === 'set') return here.setting.value;
  if (here.state === 'doubtful' || keyword === undefined) return here.state === 'doubtful' ? 'doubtful' : undefined;
  const there = globalSetting(global, keyword, branch);
  return there.state === 'set' ? there.setting.arguments[0] : there.state === 'doubtful' ? 'doubtful' : undefined;
}

/** `verify`, else `ssl-server-verify` of `global`, else required: without `ca-file` such a configuration is refused. */
function chainOf({ options, line: { branch }, everything }: Server): Field<boolean> {
  const own = optionInForce(options, ['verify'], branch);
  if (own.state === 'set') return verifyField(own.setting.value);
  if (own.state === 'doubtful') return unknown;
  const there = globalSetting(everything, 'ssl-server-verify', branch);
  if (there.state === 'set') return verifyField(there.setting.arguments[0]);
  return there.state === 'doubtful' ? unknown : byDefault(true, 'HAProxy verifies servers unless told not to');
}

function verifyField(word: HaproxyWord | undefined): Field<boolean> {
  const known = word && !word.unknown && /^(?:none|required)$/.test(word.text);
  return known ? written(word.text === 'required', spanOfWord(word)) : unknown;
}

/**
 * The certificate must name what `sni` or `verifyhost` says. Without either no name is checked; since 3.3 the Host header
 * gives one where HTTP is spoken (configuration manual, 5.2, verify and sni-auto).
 */
function hostnameOf(server: Server, chain: Field<boolean>): Field<boolean> {
  if (chain.origin === 'unknown' || ('value' in chain && !chain.value)) return chain;
  const names = ['sni', 'verifyhost'].map((option) => setting(server, option));
  for (const name of names) if (name && name !== 'doubtful') return written(true, spanOfWord(name));
  const automatic = optionInForce(server.options, ['no-sni-auto', 'sni-auto'], server.line.branch);
  if (names.includes('doubtful') || automatic.state === 'doubtful') return unknown;
  const off = automatic.state === 'set' && automatic.setting.keyword.text === 'no-sni-auto';
  const { defaults, proxy } = server;
  if (!defaults.sniAuto || off)
    return byDefault(false, 'HAProxy checks no name without sni or verifyhost', !off && defaults.guessed);
  if (proxy.mode === undefined) return unknown;
  return proxy.mode === 'http'
    ? byDefault(true, `sni-auto of ${defaults.reason}`, defaults.guessed)
    : byDefault(false, 'HAProxy checks no name without sni or verifyhost');
}

/** `sni str(name)`, else `verifyhost name`. */
function serverNameOf(server: Server): Field<string> | undefined {
  const sni = setting(server, 'sni');
  const word = sni ?? setting(server, 'verifyhost');
  if (!word) return undefined;
  if (word === 'doubtful' || word.unknown) return unknown;
  if (word !== sni) return written(word.text, spanOfWord(word));
  const name = /^str\(["']?([^"')]*)["']?\)$/.exec(word.text)?.[1];
  return name === undefined ? unknown : written(name, spanOfWord(word));
}

function fileOf(server: Server, option: string, base: 'ca-base' | 'crt-base'): Field<string> | undefined {
  const word = setting(server, option);
  if (word === undefined) return undefined;
  if (word === 'doubtful' || word.unknown) return unknown;
  return written(basedPath(word, server.proxy.global, base, server.line.branch), spanOfWord(word));
}

/** `httpclient.ssl.verify none`: HAProxy's own requests, for OCSP, ACME and Lua. */
function httpClient(everything: Global): readonly Fact<Upstream>[] {
  const found = globalSetting({ ...everything, open: false }, 'httpclient.ssl.verify', []);
  if (found.state !== 'set') return [];
  const { keyword, arguments: words } = found.setting;
  return [
    buildFact<Upstream>(
      { technology: 'haproxy', subject: 'httpclient', self: spanOfWord(keyword) },
      { kind: 'upstream', tls: true, exposure: 'external' },
      { verify: composite<NonNullable<Upstream['verify']>>({ chain: verifyField(words[0]) }) },
    ),
  ];
}
