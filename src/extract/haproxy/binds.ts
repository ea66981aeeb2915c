import type { Diagnostic } from '../../core/finding.ts';
import type { HaproxyLine } from '../../formats/haproxy.ts';
import type { HaproxyWord } from '../../formats/haproxy-words.ts';
import {
  chained,
  noOptions,
  type Option,
  type OptionList,
  optionInForce,
  readOptions,
} from '../dialects/haproxy-options.ts';
import type { ProxySection } from './configuration.ts';
import { type CrtListEntry, parseCrtList } from './crt-list.ts';
import type { FileReader } from './files.ts';

/** A certificate of a bind line, with what its crt-list line changes for the clients that ask for it. */
export type BoundCertificate = CrtListEntry;

/** One `bind` line of a section. */
export interface Bind {
  readonly proxy: ProxySection;
  readonly line: HaproxyLine;
  readonly address: HaproxyWord;
  readonly options: OptionList;
  /** `doubtful`: a template decides. */
  readonly tls: { readonly state: 'set'; readonly word: HaproxyWord } | { readonly state: 'absent' | 'doubtful' };
  /** In the order in which they are loaded; the first one is for clients that ask for none of them. */
  readonly certificates: readonly BoundCertificate[];
  /** A crt-list is not in the repository. */
  readonly hidden: boolean;
}

export interface Binds {
  readonly binds: readonly Bind[];
  /** What is wrong with the crt-list files. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Every bind line of the sections, with the certificates that its crt-list files name. */
export function bindsOf(proxies: readonly ProxySection[], read: FileReader): Binds {
  const lists = new Map<string, ReturnType<typeof parseCrtList> | undefined>();
  const listNamed = (path: string): ReturnType<typeof parseCrtList> | undefined => {
    if (!lists.has(path)) {
      const source = read(path);
      lists.set(path, source && parseCrtList(source));
    }
    return lists.get(path);
  };
  const binds = proxies.flatMap((proxy) =>
    proxy.section.lines.flatMap((line) => {
      const bind = bindOf(line, proxy, listNamed);
      return bind ? [bind] : [];
    }),
  );
  return { binds, diagnostics: [...lists.values()].flatMap((list) => list?.diagnostics ?? []) };
}

type Lists = (path: string) => ReturnType<typeof parseCrtList> | undefined;

function bindOf(line: HaproxyLine, proxy: ProxySection, lists: Lists): Bind | undefined {
  const [address, ...words] = line.arguments;
  if (line.keyword.text !== 'bind' || !address) return undefined;
  const { branch } = line;
  const options = chained([defaultBind(proxy, line), readOptions(words, 'bind', branch)]);
  const ssl = optionInForce(options, ['ssl'], branch);
  const certificates: BoundCertificate[] = [];
  let hidden = false;
  for (const { keyword, value } of options.options) {
    if (!value) continue;
    if (/^(?:default-)?crt$/.test(keyword.text)) certificates.push(bare(value));
    else if (keyword.text === 'crt-list') {
      const list = value.unknown ? undefined : lists(value.text);
      hidden ||= !list;
      for (const entry of list?.entries ?? []) certificates.push(entry);
    }
  }
  for (const used of proxy.section.lines.filter(({ keyword }) => keyword.text === 'ssl-f-use')) {
    certificates.push(...usedBy(used));
  }
  return {
    proxy,
    line,
    address,
    options,
    tls: ssl.state === 'set' ? { state: 'set', word: ssl.setting.keyword } : ssl,
    certificates,
    hidden,
  };
}

const bare = (certificate: HaproxyWord): BoundCertificate => ({
  certificate,
  options: undefined,
  hosts: [],
});

/** `default-bind` in a `peers` section speaks for the lines after it. */
function defaultBind({ section }: ProxySection, line: HaproxyLine): OptionList {
  if (section.kind !== 'peers') return noOptions;
  const before = section.lines.slice(0, section.lines.indexOf(line));
  return chained(
    before
      .filter(({ keyword }) => keyword.text === 'default-bind')
      .map(({ arguments: words, branch }) => readOptions(words, 'bind', branch)),
  );
}

/** `ssl-f-use crt site.pem ssl-min-ver TLSv1.2` (3.2): a crt-list line of every TLS port of its section. */
function usedBy({ arguments: words, branch }: HaproxyLine): readonly BoundCertificate[] {
  const options = readOptions(words, 'bind', branch);
  const isFile = ({ keyword }: Option): boolean => keyword.text === 'crt';
  return options.options
    .filter(isFile)
    .flatMap(({ value }): readonly BoundCertificate[] => (value ? [{ certificate: value, options, hosts: [] }] : []));
}
