import type { Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord } from '../../formats/word.ts';
import { type ComponentPlace, type Flags, hasAny, spanOfFlag } from './component-flags.ts';
import { suiteListField } from './openssl-fields.ts';
import { flagOf, protocolRangeField } from './setting-fields.ts';

const etcdFlags = [
  'tls-min-version',
  'cipher-suites',
  'client-cert-auth',
  'auto-tls',
  'peer-client-cert-auth',
] as const;

/**
 * Arguments for an etcd whose certificates a tool provides: kubeadm, k3s, Talos. Source: etcd 3.6 documentation,
 * "Configuration options".
 */
export function etcdFacts(flags: Flags, place: ComponentPlace): readonly Fact[] {
  const plain = flags
    .list('listen-client-urls')
    .find(({ text }) => /^http:\/\/(?!127\.|localhost|\[::1\])/i.test(text));
  const automatic = flags.get('peer-auto-tls');
  const evidence = { reason: 'etcd', guessed: false };
  const protocols = protocolRangeField(flags.get('tls-min-version'), flags.get('tls-max-version'), {
    oldest: 'TLSv1.2',
    newest: 'TLSv1.3',
    evidence,
  });
  const suites = flags.list('cipher-suites');
  const [firstSuite] = suites;
  const auth = flags.get('client-cert-auth');
  const listener = buildFact<Listener>(
    { technology: place.technology, subject: place.subject, self: spanOfFlag(flags, etcdFlags) },
    { kind: 'listener', application: 'other' },
    {
      tls: plain
        ? written(false, spanOfWord(plain))
        : byDefault(true, 'the tool that runs etcd gives it certificates, and asks clients for theirs'),
      protocols: plain ? undefined : protocols,
      ciphers: firstSuite && !plain ? suiteListField(suites, spanOfWord(firstSuite), protocols) : undefined,
      clientAuth: auth && flagOf(auth) === false ? written({ mode: 'none' }, spanOfWord(auth)) : undefined,
    },
  );
  const verified: Field<boolean> = automatic ? written(false, spanOfWord(automatic)) : unknown;
  return [
    ...(plain || hasAny(flags, etcdFlags) ? [listener] : []),
    ...(automatic && flagOf(automatic)
      ? [
          buildFact<Upstream>(
            {
              technology: place.technology,
              subject: `the other members of ${place.subject}`,
              self: spanOfWord(automatic),
            },
            { kind: 'upstream', exposure: 'private' },
            {
              tls: written(true, spanOfWord(automatic)),
              verify: composite<NonNullable<Upstream['verify']>>({ chain: verified, hostname: verified }),
            },
          ),
        ]
      : []),
  ];
}
