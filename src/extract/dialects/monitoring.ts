import { data } from '../../../data/monitoring-settings.yaml';
import type { Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { get, keyOf, spanOfNode, type YamlEntry, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import { clientTls, serverTls, snakeNames, type TlsNames } from './go-tls.ts';
import { addressesOf, isScraping, reachOfAddresses } from './monitoring-addresses.ts';
import { flagOf } from './setting-fields.ts';
import { firstAt, wordAt } from './yaml-words.ts';

/** Where a configuration stands, and what to call it. */
export interface MonitoringPlace {
  readonly technology: string;
  /** `prometheus.yml`, `ServiceMonitor shop/web`. */
  readonly subject: string;
  /** What is absent may stand elsewhere. */
  readonly open: boolean;
  /** It runs in a cluster, where `name.namespace` is a Service. */
  readonly inCluster: boolean;
  /** All of it only fetches metrics. */
  readonly scrapes?: boolean;
  /** How a reference to certificates is written out: `Secret shop/ca`. */
  readonly authority?: (block: YamlNode) => Field<string> | undefined;
}

/** A mapping, the keys that lead to it, and the mappings around it, the nearest first. */
export interface Visit {
  readonly node: YamlMapping;
  readonly path: readonly string[];
  readonly around: readonly YamlMapping[];
}

/** Both spellings of the settings of Prometheus and what grew around it. */
const names: TlsNames = {
  ...snakeNames,
  skip: [...snakeNames.skip, 'insecureSkipVerify'],
  ca: ['ca/secret/name', 'ca/configMap/name', ...snakeNames.ca, 'caFile'],
  serverName: [...snakeNames.serverName, 'serverName'],
  certificate: ['cert/secret/name', 'cert/configMap/name', ...snakeNames.certificate, 'certFile'],
  oldest: [...snakeNames.oldest, 'minVersion'],
  newest: [...snakeNames.newest, 'maxVersion'],
  suites: [...snakeNames.suites, 'cipherSuites'],
};

/** What a configuration says: an `upstream` for each client's block or switch, a `listener` for each server's block. */
export function monitoringFacts(root: YamlNode, place: MonitoringPlace): readonly Fact[] {
  const facts: Fact[] = [];
  const seen = new Set<YamlNode>();
  const open: { readonly node: YamlNode; readonly path: readonly string[]; readonly around: readonly YamlMapping[] }[] =
    [{ node: root, path: [], around: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, path, around } = next;
    if (seen.has(node) || path.length > deepest) continue;
    seen.add(node);
    if (node.kind === 'sequence') for (const item of node.items.toReversed()) open.push({ node: item, path, around });
    if (node.kind !== 'mapping') continue;
    const visit: Visit = { node, path, around };
    const inner: YamlEntry[] = [];
    for (const entry of node.entries) {
      const found = factsOfEntry(entry, visit, place);
      facts.push(...found.facts);
      if (!found.whole) inner.push(entry);
    }
    for (const { key, value } of inner.toReversed())
      open.push({ node: value, path: [...path, key.value], around: [node, ...around].slice(0, nearest) });
  }
  return facts;
}

/** How many mappings around one are kept: an address stands no farther away. */
const nearest = 3;
const deepest = 40;

interface EntryFacts {
  readonly facts: readonly Fact[];
  /** Nothing more is to be read below. */
  readonly whole: boolean;
}

const nothing: EntryFacts = { facts: [], whole: false };

function factsOfEntry({ key, value }: YamlEntry, visit: Visit, place: MonitoringPlace): EntryFacts {
  const { path } = visit;
  if (data.serverBlocks.includes(key.value) && value.kind === 'mapping')
    return { facts: [serverFact(key, value, visit, place)], whole: true };
  if (key.value === 'tls' && value.kind === 'mapping' && servesWith(path, value))
    return { facts: [serverFact(key, value, visit, place)], whole: true };
  if ((data.clientBlocks.includes(key.value) || isTlsBlock(key.value, path)) && value.kind === 'mapping')
    return { facts: clientFacts(key, value, visit, place), whole: true };
  if (isMailSwitch(key.value)) return { facts: mailFacts(key, visit, place), whole: true };
  const found = switchFact(key, value, visit, place);
  if (found) return { facts: [found], whole: true };
  return nothing;
}

/** The Collector's receivers serve, apart from those that fetch. */
const servesWith = (path: readonly string[], block: YamlMapping): boolean =>
  path.includes('receivers') &&
  (path.includes('protocols') || !data.fetchingReceivers.includes(receiverOf(path))) &&
  keyOf(block, 'insecure_skip_verify') === undefined &&
  keyOf(block, 'insecure') === undefined &&
  (keyOf(block, 'cert_file') ?? keyOf(block, 'cert_pem') ?? keyOf(block, 'client_ca_file')) !== undefined;

const receiverOf = (path: readonly string[]): string =>
  (path[path.indexOf('receivers') + 1] ?? '').replace(/\/.*$/, '');

/** `tls` is a client's block in the Collector and in Google Managed Prometheus. */
const isTlsBlock = (key: string, path: readonly string[]): boolean =>
  key === 'tls' &&
  ['exporters', 'receivers', 'endpoints', 'extensions', 'connectors'].some((part) => path.includes(part));

function clientFacts(
  key: YamlNode,
  block: YamlMapping,
  visit: Visit,
  place: MonitoringPlace,
): readonly Fact<Upstream>[] {
  const scrapes = place.scrapes === true || isScraping(visit.path);
  const addresses = addressesOf(visit);
  const insecure = wordAt(block, 'insecure');
  const tls = tlsOf(visit, addresses, insecure, scrapes);
  const open = place.open || block.open;
  const service = serviceOf(visit);
  return [
    buildFact<Upstream>(
      {
        technology: place.technology,
        subject: `${labelOf(visit)} of ${place.subject}`,
        self: spanOfNode(key),
      },
      { kind: 'upstream', ...targetOf(addresses), ...(service !== undefined && { service }) },
      {
        tls,
        ...(insecure && flagOf(insecure) === true ? {} : withAuthority(clientTls(block, names, open), block, place)),
        exposure:
          service === undefined
            ? reachOfAddresses(addresses, visit, { scrapes, inCluster: place.inCluster })
            : written('private', spanOfNode(key)),
      },
    ),
  ];
}

/** Prometheus Operator names Alertmanagers by their Service: `{namespace, name, port}`. */
function serviceOf({ node, path }: Visit): string | undefined {
  const name = wordAt(node, 'name');
  const port = wordAt(node, 'port');
  const namespace = wordAt(node, 'namespace');
  if (path.at(-1) !== 'alertmanagers' || !name || name.unknown || !port || port.unknown || namespace?.unknown)
    return undefined;
  return `${namespace ? `${namespace.text}/` : ''}${name.text}:${port.text}`;
}

function withAuthority(fields: Fields<Upstream>, block: YamlNode, { authority }: MonitoringPlace): Fields<Upstream> {
  const ca = authority?.(block);
  return ca ? { ...fields, ca } : fields;
}

const targetOf = (addresses: readonly Word[]): { readonly target?: string } => {
  const [first] = addresses;
  return first && !first.unknown ? { target: first.text } : {};
};

/** By `insecure`, the scheme, or the address; a scrape without any of them is plain HTTP. */
function tlsOf(visit: Visit, addresses: readonly Word[], insecure: Word | undefined, scrapes: boolean): Field<boolean> {
  const { node, path } = visit;
  if (insecure) {
    const plain = flagOf(insecure);
    if (plain !== undefined) return plain ? written(false, spanOfWord(insecure)) : written(true, spanOfWord(insecure));
    return unknown;
  }
  const scheme = wordAt(node, 'scheme') ?? wordAt(node, 'prober', 'scheme');
  if (scheme) return scheme.unknown ? unknown : written(/^https$/i.test(scheme.text), spanOfWord(scheme));
  const url = addresses.find(({ text }) => /^https?:\/\//i.test(text));
  if (url) return url.unknown ? unknown : written(/^https:/i.test(url.text), spanOfWord(url));
  const collected = path.includes('exporters') || path.includes('kubernetes_sd_configs') || path.includes('modules');
  if (scrapes && !collected && !path.includes('receivers')) {
    const relabels = ['relabelings', 'relabel_configs', 'relabelConfigs', 'relabeling'].some((key) =>
      /__scheme__/.test(textOf(get(node, key))),
    );
    return relabels || node.open
      ? unknown
      : byDefault(false, 'metrics are fetched over plain HTTP unless scheme says otherwise');
  }
  return byDefault(true, 'it speaks TLS unless it is told not to');
}

const textOf = (node: YamlNode | undefined): string =>
  node ? node.source.text.slice(node.range.start, node.range.end) : '';

function serverFact(key: YamlNode, block: YamlMapping, visit: Visit, place: MonitoringPlace): Fact<Listener> {
  const { node } = visit;
  const outer = ['tls_min_version', 'tls_cipher_suites'].some((name) => keyOf(node, name) !== undefined);
  const own: TlsNames =
    keyOf(block, 'client_auth_type') || !visit.path.includes('receivers') ? names : { ...names, clientAuth: [] };
  const fields = serverTls(block, own, { product: place.subject, open: place.open || block.open });
  const shared = outer
    ? serverTls(
        node,
        { ...names, oldest: ['tls_min_version'], newest: [], suites: ['tls_cipher_suites'] },
        { product: place.subject, open: place.open },
      )
    : undefined;
  const certificate = fields.certificates;
  return buildFact<Listener>(
    { technology: place.technology, subject: `${labelOf(visit, key)} of ${place.subject}`, self: spanOfNode(key) },
    { kind: 'listener' },
    {
      tls: certificate?.origin === 'written' ? written(true, certificate.span) : unknown,
      ...fields,
      ...(shared && { protocols: shared.protocols, ciphers: shared.ciphers }),
    },
  );
}

const isMailSwitch = (key: string): boolean => /^(?:smtp_require_tls|require_tls|requireTLS)$/.test(key);

/**
 * Without `require_tls` Alertmanager does not even ask for STARTTLS; port 465 is TLS from the start
 * (prometheus/alertmanager, docs/configuration.md; notify/email/email.go).
 */
function mailFacts(key: YamlEntry['key'], visit: Visit, place: MonitoringPlace): readonly Fact<Upstream>[] {
  const required = wordAt(visit.node, key.value);
  const addresses = addressesOf(visit);
  const [server] = addresses;
  const implicit = firstAt(visit.node, ['force_implicit_tls', 'smtp_force_implicit_tls', 'forceImplicitTLS']);
  if (!required || flagOf(required) !== false || implicit || /:465$/.test(server?.text ?? '')) return [];
  return [
    buildFact<Upstream>(
      { technology: place.technology, subject: `mail of ${place.subject}`, self: spanOfNode(key) },
      { kind: 'upstream', ...targetOf(addresses) },
      {
        tls: written(false, spanOfWord(required)),
        exposure: reachOfAddresses(addresses, visit, { scrapes: false, inCluster: place.inCluster }),
      },
    ),
  ];
}

const switches = data.switches.map((one) => ({ ...one, off: new RegExp(`^(?:${one.off})$`, 'i') }));

/** A setting that switches verification off, wherever it stands. */
function switchFact(
  key: YamlEntry['key'],
  value: YamlNode,
  visit: Visit,
  place: MonitoringPlace,
): Fact<Upstream> | undefined {
  if (value.kind !== 'scalar') return undefined;
  const found = switches.find((one) => one.key === key.value && one.off.test(value.value));
  if (!found) return undefined;
  const addresses = found.target === undefined ? addressesOf(visit) : [];
  const span = spanOfNode(value);
  const off = written(false, span);
  const scrapes = place.scrapes === true || isScraping(visit.path) || found.target !== undefined;
  const plain = addresses.find(({ text }) => /^http:\/\//i.test(text));
  return buildFact<Upstream>(
    { technology: place.technology, subject: `${labelOf(visit)} of ${place.subject}`, self: span },
    { kind: 'upstream', ...(found.target === undefined ? targetOf(addresses) : { target: found.target }) },
    {
      tls: plain ? written(false, spanOfWord(plain)) : byDefault(true, 'verification is a matter of TLS'),
      verify: composite<NonNullable<Upstream['verify']>>({
        chain: found.half ? byDefault(true, `${key.value}: ${value.value} checks the chain`) : off,
        hostname: off,
      }),
      exposure: reachOfAddresses(addresses, visit, { scrapes, inCluster: place.inCluster }),
    },
  );
}

/** What a person would call the place: the key that leads there, and a name that stands in it. */
function labelOf({ node, path, around }: Visit, key?: YamlNode): string {
  const named = [node, ...around]
    .slice(0, 2)
    .map((one) =>
      ['job_name', 'jobName', 'name', 'port', 'uid']
        .map((name) => wordAt(one, name))
        .find((word) => word !== undefined),
    )
    .find((word) => word !== undefined);
  const last = path.findLast((part) => !/^(?:jsonData|http_config|httpConfig|tls|ssl)$/.test(part));
  const what = key?.kind === 'scalar' ? key.value : (last ?? 'a connection');
  return named && !named.unknown && named.text !== what ? `${what} ${named.text}` : what;
}
