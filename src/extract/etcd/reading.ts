import type { CertificateReference, Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { widestReach } from '../../tls/reach.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import { suiteListField } from '../dialects/openssl-fields.ts';
import { certificateFileField, flagOf, protocolRangeField, reachField, textField } from '../dialects/setting-fields.ts';
import { membersIn, type Settings } from './settings.ts';

/** What the members of one file say. */
export function readEtcd({ sources: [source] }: Unit): Extraction {
  const { members, diagnostics } = membersIn(source);
  const facts = members.flatMap((settings) => [
    ...sides.flatMap((side) => listeners(settings, side)),
    ...peers(settings),
  ]);
  return { facts, diagnostics };
}

/** The two sides of a member have the same flags, those for peers with a prefix. */
const sides = [
  {
    subject: 'etcd for clients',
    prefix: '',
    urls: 'listen-client-urls',
    standard: 'http://localhost:2379',
    port: 2379,
  },
  {
    subject: 'etcd for peers',
    prefix: 'peer-',
    urls: 'listen-peer-urls',
    standard: 'http://localhost:2380',
    port: 2380,
  },
] as const;
type Side = (typeof sides)[number];

/** One listener for the URLs with TLS and one for those without. */
function listeners(settings: Settings, side: Side): readonly Fact<Listener>[] {
  const urls = settings.list(side.urls);
  if (urls.length === 0) {
    const certificate = settings.get(`${side.prefix}cert-file`);
    return settings.open && certificate ? [secure(settings, side, [])] : [];
  }
  if (urls.some((url) => url.unknown)) return [secure(settings, side, urls)];
  const tls = urls.filter(({ text }) => /^(?:https|unixs):/i.test(text));
  const plain = urls.filter((url) => !tls.includes(url));
  return [
    ...(tls.length > 0 ? [secure(settings, side, tls)] : []),
    ...plain
      .slice(0, 1)
      .map((first) =>
        buildFact<Listener>(
          { technology: 'etcd', subject: `${side.subject}, in plain text`, self: spanOfWord(first) },
          { kind: 'listener', application: 'other' },
          { ...whereOf(plain), tls: written(false, spanOfWord(first)) },
        ),
      ),
  ];
}

function whereOf(urls: readonly Word[]) {
  const [first] = urls;
  if (!first || urls.some((url) => url.unknown)) return { ports: unknown, exposure: unknown };
  const read = urls.map(({ text }) => readListenAddress(text));
  const internal = read.every((address) => address?.exposure === 'internal');
  return {
    ports: written(
      read.flatMap((address) => address?.ports ?? []),
      spanOfWord(first),
    ),
    exposure: written<'internal' | 'external'>(internal ? 'internal' : 'external', spanOfWord(first)),
  };
}

function secure(settings: Settings, side: Side, urls: readonly Word[]): Fact<Listener> {
  const [first] = urls;
  const undecided = !first || urls.some((url) => url.unknown);
  return buildFact<Listener>(
    { technology: 'etcd', subject: side.subject, self: first ? spanOfWord(first) : settings.self },
    { kind: 'listener', application: 'other' },
    {
      ...whereOf(urls),
      tls: undecided ? unknown : written(true, spanOfWord(first)),
      ...tlsFields(settings),
      clientAuth: clientAuthOf(settings, side.prefix),
      certificates: certificatesOf(settings, side.prefix),
    },
  );
}

/** Versions and suites are the same on both sides. TLS 1.2 is the oldest that etcd takes. */
function tlsFields(settings: Settings) {
  const protocols = protocolRangeField(
    settings.get('tls-min-version'),
    settings.get('tls-max-version'),
    settings.open ? undefined : { oldest: 'TLSv1.2', newest: 'TLSv1.3', evidence: { reason: 'etcd', guessed: false } },
  );
  const suites = settings.list('cipher-suites');
  const [first] = suites;
  return { protocols, ciphers: first && suiteListField(suites, spanOfWord(first), protocols) };
}

/** A CA for clients, or `client-cert-auth`, makes a certificate necessary (`ServerConfig` in listener.go). */
function clientAuthOf(settings: Settings, prefix: string): Field<NonNullable<Listener['clientAuth']>> {
  const ca = filled(settings.get(`${prefix}trusted-ca-file`));
  const auth = settings.get(`${prefix}client-cert-auth`);
  const named = ca && !ca.unknown ? { ca: ca.text } : {};
  if (auth && flagOf(auth)) return written({ mode: 'required', ...named }, spanOfWord(auth));
  if (ca?.unknown || (auth && flagOf(auth) === undefined)) return unknown;
  if (ca) return written({ mode: 'required', ...named }, spanOfWord(ca));
  if (settings.open) return unknown;
  return auth
    ? written({ mode: 'none' }, spanOfWord(auth))
    : byDefault({ mode: 'none' }, 'etcd asks for no client certificate unless it is given a CA');
}

function certificatesOf(settings: Settings, prefix: string): Field<readonly CertificateReference[]> | undefined {
  const file = filled(settings.get(`${prefix}cert-file`));
  const automatic = settings.get(`${prefix}auto-tls`);
  if (file || !automatic || !flagOf(automatic)) return certificateFileField(file);
  return written([{ from: 'managed' }], spanOfWord(automatic));
}

/**
 * The other members, reached over TLS where the URLs of the cluster say https. With certificates that each member makes
 * for itself (`peer-auto-tls`) nobody is verified (`selfCert` in listener.go).
 */
function peers(settings: Settings): readonly Fact<Upstream>[] {
  const cluster = settings.list('initial-cluster');
  const urls = cluster.length > 0 ? cluster : settings.list('initial-advertise-peer-urls');
  const [first] = urls;
  if (!first || first.unknown || !/(?:^|=)https:/i.test(first.text)) return [];
  const own = filled(settings.get('peer-cert-file'));
  const automatic = settings.get('peer-auto-tls');
  const makesOwn = !own && automatic !== undefined && flagOf(automatic) !== false;
  const chain: Field<boolean> = makesOwn
    ? flagOf(automatic)
      ? written(false, spanOfWord(automatic))
      : unknown
    : settings.open && !own
      ? unknown
      : byDefault(true, 'etcd verifies the other members unless peer-auto-tls is set');
  const hosts = urls.map((url) => withoutName(url));
  const reach = widestReach(hosts.map((host) => reachOfUrl(host)));
  const { protocols, ciphers } = tlsFields(settings);
  return [
    buildFact<Upstream>(
      {
        technology: 'etcd',
        subject: 'the other etcd members',
        self: makesOwn && automatic ? spanOfWord(automatic) : spanOfWord(first),
      },
      { kind: 'upstream' },
      {
        tls: written(true, spanOfWord(first)),
        exposure: reach ? written(reach, spanOfWord(first)) : unknown,
        verify: composite<NonNullable<Upstream['verify']>>({ chain, hostname: chain }),
        protocols,
        ciphers,
        ca: textField(filled(settings.get('peer-trusted-ca-file'))),
        clientCertificate: textField(own),
      },
    ),
  ];
}

/** `name=https://host:2380` is how `initial-cluster` gives a URL. */
const withoutName = (url: Word): Word => ({ ...url, text: url.text.replace(/^[^=/]*=/, '') });

function reachOfUrl(url: Word) {
  const field = reachField([url]);
  return field.origin === 'written' ? field.value : 'external';
}

const filled = (word: Word | undefined): Word | undefined =>
  word && (word.unknown || word.text !== '') ? word : undefined;
