import type { EarlyDataMitigation, Listener, Upstream } from '../../core/fact.ts';
import type { Field, Fields } from '../../core/fact-builder.ts';
import type { Diagnostic } from '../../core/finding.ts';
import type { Source } from '../../core/source.ts';
import { type NginxDirective, parseNginx } from '../../formats/nginx.ts';
import { mitigationsOn } from './nginx-early-data.ts';
import {
  certificatesOf,
  clientAuthOf,
  hasDhParameters,
  hstsOf,
  preferenceOf,
  staplingOf,
  ticketsOf,
} from './nginx-listener.ts';
import { ciphersOf, groupsOf, protocolsOf, writtenSuites13 } from './nginx-protocols.ts';
import { absent, flag, type Lookup, settingOf } from './nginx-settings.ts';
import { type UpstreamPrefix, upstreamFields } from './nginx-upstream.ts';

/** The block that a fragment is put into: an `http-snippet`, a `server-snippet`, a `configuration-snippet` (location). */
export type NginxContext = 'http' | 'server' | 'location';

/**
 * What an nginx fragment says, for merging into its owner's fact. Only what it writes is there: a key that is missing
 * leaves the owner's own value in force. A value made of variables or of template expressions is `unknown`.
 */
export interface NginxFragment {
  /**
   * `protocols`, `ciphers`, `suites13`, `groups`, `preferServerCiphers`, `sessionTickets`, `ocspStapling`, `clientAuth`,
   * `certificates`, `hsts`; never `earlyData`, which several fragments and the owner decide together. Empty for a
   * `location`, apart from `hsts`: nginx refuses the others there.
   */
  readonly listener: Fields<Listener>;
  /** The half of `earlyData` that the fragment writes: `ssl_early_data`, and what it does about replays. */
  readonly earlyData: {
    readonly enabled: Field<boolean> | undefined;
    readonly mitigations: readonly EarlyDataMitigation[];
  };
  /** `verify`, `ca`, `serverName`, `protocols`, `ciphers`, `clientCertificate`, from `proxy_ssl_*` or else `grpc_ssl_*`. */
  readonly upstream: Fields<Upstream>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a fragment of nginx configuration that stands in another technology's file, such as an ingress-nginx snippet.
 * `source` is the snippet's own text (`sourceOfScalar`), so that spans point into the outer file. DHE suites count as
 * usable only where the fragment itself gives DH parameters. Never throws.
 * Source: ngx_http_ssl_module, ngx_http_proxy_module, ngx_http_grpc_module, ngx_http_headers_module.
 */
export function nginxFragmentFields(source: Source, context: NginxContext): NginxFragment {
  const { directives, open, diagnostics } = parseNginx(source);
  const look = lookupIn(directives, open);
  return {
    listener: defined(context === 'location' ? { hsts: hstsOf(look) } : listenerFields(look)),
    earlyData: {
      enabled: context === 'location' ? undefined : flag(look, 'ssl_early_data'),
      mitigations: mitigationsOn(look, directives),
    },
    upstream: defined(upstreamFields(look, prefixIn(directives))),
    diagnostics,
  };
}

function listenerFields(look: Lookup): Fields<Listener> {
  const protocols = protocolsOf(look, '', undefined);
  return {
    protocols,
    ciphers: ciphersOf(look, '', protocols, hasDhParameters(look), undefined),
    suites13: writtenSuites13(look),
    groups: groupsOf(look),
    preferServerCiphers: preferenceOf(look),
    sessionTickets: ticketsOf(look),
    ocspStapling: staplingOf(look),
    clientAuth: clientAuthOf(look),
    certificates: certificatesOf(look),
    hsts: hstsOf(look),
  };
}

/** What a template may add is not known to be absent, but the owner's value is the better guess than silence. */
const lookupIn =
  (directives: readonly NginxDirective[], open: boolean): Lookup =>
  (name) => {
    const found = directives.filter((directive) => directive.name === name);
    return found.length > 0 ? settingOf(found, open) : absent;
  };

const prefixIn = (directives: readonly NginxDirective[]): UpstreamPrefix =>
  directives.some(({ name }) => name.startsWith('grpc_ssl_')) &&
  !directives.some(({ name }) => name.startsWith('proxy_ssl_'))
    ? 'grpc_'
    : 'proxy_';

/** Without the keys that say nothing, so that spreading one over the owner's fields changes only what is written. */
function defined<T extends object>(fields: T): T {
  const entries = Object.entries(fields).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as T;
}
