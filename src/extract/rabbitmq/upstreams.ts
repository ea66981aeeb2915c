import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { flagOf, protocolListField, reachField, textField } from '../dialects/setting-fields.ts';
import type { Settings } from './settings.ts';

/** What the broker talks to over TLS. */
interface Service {
  readonly subject: string;
  /** Where it is, the settings that say so in their order. */
  readonly targets: (settings: Settings) => readonly Word[];
  /** What says that TLS is on. */
  readonly secure: (settings: Settings, targets: readonly Word[]) => Word | undefined;
  /** The prefix of its TLS options. */
  readonly options: string;
  readonly verify: string;
  /** Where it is when nothing says so. */
  readonly standard?: string;
}

const isHttps = (word: Word): boolean => /^https:/i.test(word.text);
const overHttps = (_settings: Settings, targets: readonly Word[]): Word | undefined => targets.find(isHttps);
const present = (...words: readonly (Word | undefined)[]): readonly Word[] => words.flatMap((word) => word ?? []);

const services: readonly Service[] = [
  {
    subject: 'the LDAP servers',
    targets: (settings) => settings.all('auth_ldap.servers'),
    secure: (settings) =>
      present(settings.get('auth_ldap.use_ssl'), settings.get('auth_ldap.use_starttls')).find((word) => flagOf(word)),
    options: 'auth_ldap.ssl_options',
    verify: 'verify',
  },
  {
    subject: 'the HTTP authentication service',
    targets: (settings) =>
      present(
        ...['user_path', 'vhost_path', 'resource_path', 'topic_path'].map((name) => settings.get(`auth_http.${name}`)),
      ),
    secure: overHttps,
    options: 'auth_http.ssl_options',
    verify: 'verify',
  },
  {
    subject: 'the OAuth 2 server',
    targets: (settings) => present(settings.get('auth_oauth2.jwks_url'), settings.get('auth_oauth2.issuer')),
    secure: overHttps,
    options: 'auth_oauth2.https',
    verify: 'peer_verification',
  },
  {
    subject: 'Consul',
    targets: (settings) => present(settings.get('cluster_formation.consul.host')),
    secure: (settings) => present(settings.get('cluster_formation.consul.scheme')).find(({ text }) => text === 'https'),
    options: 'cluster_formation.consul.ssl_options',
    verify: 'verify',
    standard: 'localhost',
  },
  {
    subject: 'etcd',
    targets: (settings) => settings.all('cluster_formation.etcd.endpoints'),
    secure: (settings) => settings.get('cluster_formation.etcd.ssl_options.verify'),
    options: 'cluster_formation.etcd.ssl_options',
    verify: 'verify',
  },
  {
    subject: 'the Kubernetes API',
    targets: (settings) => present(settings.get('cluster_formation.k8s.host')),
    secure: (settings) => settings.get('cluster_formation.k8s.tls.verify'),
    options: 'cluster_formation.k8s.tls',
    verify: 'verify',
    standard: 'kubernetes.default.svc.cluster.local',
  },
  {
    subject: 'the source of definitions',
    targets: (settings) => present(settings.get('definitions.https.url')),
    secure: overHttps,
    options: 'definitions.tls',
    verify: 'verify',
  },
];

/** An upstream for each service that TLS is on for. Whether an unwritten `verify` verifies depends on the Erlang release. */
export const upstreamsOf = (settings: Settings): readonly Fact<Upstream>[] =>
  services.flatMap((service) => {
    const targets = service.targets(settings);
    const secure = service.secure(settings, targets);
    if (!secure || secure.unknown) return [];
    const [target] = targets;
    const chain = chainOf(settings.get(`${service.options}.${service.verify}`));
    const versions = settings.all(`${service.options}.versions`);
    const [first] = versions;
    return [
      buildFact<Upstream>(
        { technology: 'rabbitmq', subject: service.subject, self: spanOfWord(target ?? secure) },
        { kind: 'upstream' },
        {
          target: textField(target),
          tls: written(true, spanOfWord(secure)),
          exposure:
            targets.length > 0
              ? reachField(targets)
              : service.standard === undefined
                ? unknown
                : byDefault(
                    service.standard === 'localhost' ? 'internal' : 'private',
                    `it is ${service.standard} unless told otherwise`,
                  ),
          verify: composite<NonNullable<Upstream['verify']>>({ chain, hostname: hostnameOf(chain) }),
          protocols: first && protocolListField(versions, first),
          ca: textField(settings.get(`${service.options}.cacertfile`)),
          clientCertificate: textField(settings.get(`${service.options}.certfile`)),
        },
      ),
    ];
  });

function chainOf(verify: Word | undefined): Field<boolean> {
  if (!verify || verify.unknown) return unknown;
  if (verify.text === 'verify_peer') return written(true, spanOfWord(verify));
  return verify.text === 'verify_none' ? written(false, spanOfWord(verify)) : unknown;
}

/** Without the chain the name proves nothing; with it, other options decide what name is expected. */
const hostnameOf = (chain: Field<boolean>): Field<boolean> =>
  chain.origin === 'written' && !chain.value ? chain : unknown;
