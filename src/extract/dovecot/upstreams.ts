import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { DovecotStatement } from '../../formats/dovecot.ts';
import { spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { reachOf, widestReach } from '../../tls/reach.ts';
import { type Scope, switchOf, wordOf } from './settings.ts';

/** Servers that Dovecot is a client of: where their names, their kind of TLS and their verification are written. */
const clients = [
  { subject: 'imapc', host: 'imapc_host', tls: 'imapc_ssl', verify: 'imapc_ssl_verify' },
  { subject: 'pop3c', host: 'pop3c_host', tls: 'pop3c_ssl', verify: 'pop3c_ssl_verify' },
  {
    subject: 'submission relay',
    host: 'submission_relay_host',
    tls: 'submission_relay_ssl',
    verify: 'submission_relay_ssl_verify',
  },
] as const;

export function upstreamsOf(scope: Scope): readonly Fact<Upstream>[] {
  return everyScope(scope).flatMap((inner) => [
    ...clients.flatMap((client) => mailClient(inner, client) ?? []),
    ...[directory(inner)].filter((fact) => fact !== undefined),
  ]);
}

/** The scope and every block below it: namespaces hold settings of imapc, passdb and userdb those of LDAP (2.4). */
const everyScope = (scope: Scope): readonly Scope[] => [
  scope,
  ...scope.statements
    .filter((statement): statement is Extract<DovecotStatement, { kind: 'block' }> => statement.kind === 'block')
    .flatMap((block) => everyScope({ ...scope, statements: block.body, outer: scope })),
];

/** Verified unless `ssl_client_require_valid_cert` or, before 2.4, the client's own switch says no (doveconf -d of 2.3.19). */
function mailClient(scope: Scope, names: (typeof clients)[number]): Fact<Upstream> | undefined {
  const host = wordOf({ ...scope, outer: undefined }, names.host);
  const tls = wordOf(scope, names.tls);
  if (!host || host.text === '') return undefined;
  const off = !tls || tls.text === 'no';
  const verify = [wordOf(scope, names.verify), wordOf(scope, 'ssl_client_require_valid_cert')];
  const refused = verify.find((word) => word && !word.unknown && /^(?:no|n|0|false)$/i.test(word.text));
  const isUnknown = verify.some((word) => word?.unknown);
  return upstream(scope, `${names.subject} ${host.text}`, host, [host.text], {
    tls: tls
      ? tls.unknown
        ? unknown
        : written(!off, spanOfWord(tls))
      : scope.whole
        ? byDefault(false, 'Dovecot uses no TLS here unless told to')
        : unknown,
    verify: off || tls?.unknown ? undefined : isUnknown ? unknown : verification(scope, refused),
  });
}

function verification(scope: Scope, refused: Word | undefined): Field<NonNullable<Upstream['verify']>> {
  const field = (): Field<boolean> =>
    refused
      ? written(false, spanOfWord(refused))
      : scope.whole
        ? byDefault(true, 'Dovecot verifies unless told not to')
        : unknown;
  return composite<NonNullable<Upstream['verify']>>({ chain: field(), hostname: field() });
}

/**
 * LDAP: `uris` or `hosts` with `tls` in dovecot-ldap.conf.ext (2.3), `ldap_uris` and `ldap_starttls` (2.4).
 * `tls_require_cert` has OpenLDAP's words (ldap.conf(5)): `never` and `allow` take any certificate.
 */
function directory(scope: Scope): Fact<Upstream> | undefined {
  const own = { ...scope, outer: undefined };
  const uris = wordOf(own, 'ldap_uris', 'uris', 'hosts');
  if (!uris || uris.text === '') return undefined;
  const starts = switchOf(own, 'ldap_starttls', 'tls');
  const items = splitWord(uris, /[\s,]+/);
  const encrypted = starts === true || items.some(({ text }) => /^ldaps:/i.test(text));
  const required = wordOf(own, 'tls_require_cert');
  const modern = wordOf(scope, 'ssl_client_require_valid_cert');
  const refused =
    required && /^(?:never|allow)$/i.test(required.text)
      ? required
      : !required && modern && /^no$/i.test(modern.text)
        ? modern
        : undefined;
  return upstream(
    scope,
    `LDAP ${uris.text}`,
    uris,
    items.map(({ text }) => text.replace(/^ldaps?:\/\/|\/.*$/gi, '')),
    {
      tls: uris.unknown && !encrypted ? unknown : written(encrypted, spanOfWord(uris)),
      verify: encrypted && refused ? verification(scope, refused) : undefined,
    },
  );
}

function upstream(
  scope: Scope,
  subject: string,
  place: Word,
  hosts: readonly string[],
  fields: { readonly tls: Field<boolean>; readonly verify: Field<NonNullable<Upstream['verify']>> | undefined },
): Fact<Upstream> {
  const self = spanOfWord(place);
  const reach = widestReach(hosts.map(reachOf)) ?? 'external';
  const authority = wordOf(scope, 'ssl_client_ca_file', 'tls_ca_cert_file');
  return buildFact<Upstream>(
    { technology: 'dovecot', subject: place.unknown ? (subject.split(' ', 1)[0] ?? subject) : subject, self },
    { kind: 'upstream' },
    {
      target: place.unknown ? unknown : written(place.text, self),
      exposure: place.unknown ? unknown : written(reach, self),
      ca:
        authority && !authority.unknown && authority.text !== ''
          ? written(authority.text, spanOfWord(authority))
          : undefined,
      ...fields,
    },
  );
}
