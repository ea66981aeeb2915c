import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';
import type { Item, Setting } from './expand.ts';
import { flag, type Level } from './settings.ts';

/**
 * One fact for each LDAP directory that users are looked up in over TLS: `AuthLDAPURL ldaps://…`, or `ldap://…` with `SSL`,
 * `TLS` or `STARTTLS` behind it (mod_authnz_ldap). Certificates are verified unless `LDAPVerifyServerCert`, which only the
 * main server can set, is off (mod_ldap, 2.4).
 */
export const directoriesOf = (top: Level): readonly Fact<Upstream>[] =>
  urlsIn(top.items).flatMap(({ words: [url, mode] }): readonly Fact<Upstream>[] => {
    const [, scheme = '', host = ''] = /^(ldaps?):\/\/([^/?\s]*)/i.exec(url?.text ?? '') ?? [];
    const secure = scheme.toLowerCase() === 'ldaps' || /^(?:ssl|tls|starttls)$/i.test(mode?.text ?? '');
    if (!url || scheme === '' || !secure) return [];
    const self = spanOfWord(url);
    const known = host !== '' && !url.unknown;
    const verify = flag(top, 'ldapverifyservercert');
    return [
      buildFact<Upstream>(
        { technology: 'apache', subject: `directory ${host || url.text}`, self },
        { kind: 'upstream' },
        {
          target: known ? written(host, self) : unknown,
          tls: written(true, self),
          exposure: known ? written(reachOf(host), self) : unknown,
          verify: composite<NonNullable<Upstream['verify']>>({
            chain: verify ?? byDefault(true, 'Apache verifies the certificate of a directory unless told not to'),
          }),
        },
      ),
    ];
  });

const urlsIn = (items: readonly Item[]): readonly Setting[] =>
  items.flatMap((item) => {
    if (item.kind === 'hole') return [];
    return item.inner ? urlsIn(item.inner) : item.name === 'authldapurl' ? [item] : [];
  });
