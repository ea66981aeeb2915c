import type { Fact, Issuance } from '../../core/fact.ts';
import type { CaddyDirective } from '../../formats/caddyfile.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { isInternalName } from './address.ts';
import { argument, named } from './directives.ts';
import { issuanceFact } from './issuance.ts';
import type { CaddyListener } from './model.ts';
import type { Options } from './options.ts';
import type { Site } from './sites.ts';

/**
 * A request for each site whose authority is written: in its `tls` directive, or for all sites in the global options.
 * What automatic HTTPS asks for without being told is not listed.
 */
export function issuancesOf(
  sites: readonly Site[],
  listeners: readonly CaddyListener[],
  options: Options,
): readonly Fact<Issuance>[] {
  return sites.flatMap(({ addresses, tls }) => {
    const [first] = addresses;
    const authority = tls.map(authorityIn).find((found) => found !== undefined) ?? globalAuthority(tls, options);
    const listener = listeners.find(
      ({ self, tls: speaks }) =>
        'value' in speaks && speaks.value && addresses.some(({ word }) => spanOfWord(word).start === self.start),
    );
    if (!first || !authority || !listener) return [];
    const names = listener.hosts && 'value' in listener.hosts ? listener.hosts.value : [];
    if (authority.global && (loadsFiles(listener) || (names.length > 0 && names.every(isInternalName)))) return [];
    const { module, directory, head } = authority;
    return [
      issuanceFact({
        subject: listener.subject,
        self: spanOfWord(head),
        module,
        directory,
        hosts: listener.hosts,
        keyType: tls.map(({ block }) => argument(block, 'key_type')).find(Boolean),
      }),
    ];
  });
}

/** A wildcard's certificate, for one. */
const loadsFiles = ({ certificates }: CaddyListener): boolean =>
  certificates?.origin === 'written' && certificates.value.some(({ from }) => from === 'file');

interface Authority {
  readonly head: Word;
  readonly module: string;
  readonly directory?: Word | undefined;
  readonly global: boolean;
}

/** `ca https://…`, `issuer acme https://…`, `issuer acme { dir https://… }`, `issuer zerossl …`. */
function authorityIn({ block }: CaddyDirective): Authority | undefined {
  const issuers = named(block, 'issuer').flatMap((issuer) => authorityOf(issuer, false));
  const directory = argument(block, 'ca');
  return issuers[0] ?? (directory && { head: directory, module: 'acme', directory, global: false });
}

function authorityOf({ arguments: [module, directory], block }: CaddyDirective, global: boolean): readonly Authority[] {
  if (!module || !/^(?:acme|zerossl)$/.test(module.text)) return [];
  const url = module.text === 'acme' ? (directory ?? argument(block, 'dir')) : undefined;
  return url || module.text === 'zerossl' ? [{ head: url ?? module, module: module.text, directory: url, global }] : [];
}

/** `acme_ca` and `cert_issuer` hold for sites that ask nobody else and load no certificate. */
function globalAuthority(tls: readonly CaddyDirective[], options: Options): Authority | undefined {
  const asksOthers = tls.some(
    ({ arguments: words, block }) =>
      words.length === 2 ||
      words[0]?.text === 'internal' ||
      ['issuer', 'get_certificate', 'load'].some((option) => named(block, option).length > 0),
  );
  if (asksOthers || options.localCerts || options.off.has('off') || options.off.has('disable_certs')) return undefined;
  if (options.issuer) return authorityOf(options.issuer, true)[0];
  const { directory } = options;
  return directory && { head: directory, module: 'acme', directory, global: true };
}
