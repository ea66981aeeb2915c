import type { EarlyDataMitigation, Listener, ProtocolVersion } from '../../core/fact.ts';
import { byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Related } from '../../core/finding.ts';
import type { Span } from '../../core/source.ts';
import { type NginxDirective, spanOfName } from '../../formats/nginx.ts';
import { allowsOnlySafeMethods, forwardsEarlyData, passesOn, rejectsEarlyData } from '../dialects/nginx-early-data.ts';
import { ticketsOf } from '../dialects/nginx-listener.ts';
import { flag, type Lookup, optionFlag, text } from '../dialects/nginx-settings.ts';
import { innerScope, lookupFrom, type Scope } from './scope.ts';

type EarlyData = NonNullable<Listener['earlyData']>;

export interface EarlyDataFinding {
  readonly field: Field<EarlyData> | undefined;
  /** The location that passes replayable requests on. */
  readonly related: readonly Related[];
}

/**
 * Whether a server takes early data, and what stops replays. The default server of the address decides the former
 * (observed on nginx 1.22.1), the server's own locations the latter. Off by default, and without effect where TLS 1.3 is
 * off. Source: ngx_http_ssl_module, ssl_early_data; RFC 8470 sections 3 and 5.
 */
export function earlyDataOf(
  server: Scope,
  byAddress: Scope,
  protocols: Field<readonly ProtocolVersion[]> | undefined,
): EarlyDataFinding {
  const look = lookupFrom(byAddress);
  const enabled = flag(look, 'ssl_early_data');
  if (!enabled)
    return {
      field: byDefault({ enabled: false, mitigations: [] }, 'nginx accepts no early data unless told to'),
      related: [],
    };
  if (enabled.origin !== 'written') return { field: unknown, related: [] };
  const without13 = protocols && 'value' in protocols && !protocols.value.includes('TLSv1.3');
  if (!enabled.value || without13 || !resumes(look) || !resumes(lookupFrom(server))) {
    return {
      field: composite<EarlyData>({ enabled: written(false, enabled.span), mitigations: noMitigation }),
      related: [],
    };
  }
  // nginx switches OpenSSL's replay cache off; the command switches it on again (observed on 1.22.1).
  const replay = optionFlag(look, '', 'AntiReplay');
  if (replay?.origin === 'written' && replay.value) {
    return {
      field: composite<EarlyData>({
        enabled,
        mitigations: written<readonly EarlyDataMitigation[]>(['anti-replay'], replay.span),
      }),
      related: [],
    };
  }
  const { mitigations, open } = serverMitigations(server, enabled.span);
  return {
    field: composite<EarlyData>({ enabled, mitigations }),
    related: open
      ? [{ span: spanOfName(open), phrase: 'requests that may be replayed are passed on here', about: 'earlyData' }]
      : [],
  };
}

/**
 * Whether a session can be resumed, without which there is no early data: by tickets, which are on unless switched off, or
 * from a cache (observed on nginx 1.22.1: with `ssl_session_tickets off` and no cache, early data is always refused,
 * whether the default server of the address or the one that the name selects says so).
 */
function resumes(look: Lookup): boolean {
  const tickets = ticketsOf(look);
  if (tickets?.origin !== 'written' || tickets.value) return true;
  const cache = text(look, 'ssl_session_cache');
  return cache?.origin === 'unknown' || (cache?.origin === 'written' && !/^(?:off|none)$/.test(cache.value));
}

const noMitigation: Field<readonly EarlyDataMitigation[]> = byDefault([], 'nothing is written about replays');

/** What one place that passes requests on does about replays; `undefined` where it cannot be seen. */
interface Passage {
  readonly handler: NginxDirective;
  readonly mitigations: readonly EarlyDataMitigation[] | undefined;
}

function serverMitigations(
  server: Scope,
  place: Span,
): { readonly mitigations: Field<readonly EarlyDataMitigation[]>; readonly open?: NginxDirective } {
  const passages = passagesIn(server, []);
  const bare = passages.find(({ mitigations }) => mitigations?.length === 0);
  if (bare) return { mitigations: noMitigation, open: bare.handler };
  if (hidesLocations(server) || passages.some(({ mitigations }) => !mitigations)) return { mitigations: unknown };
  if (passages.length === 0) return { mitigations: written<readonly EarlyDataMitigation[]>(['static-only'], place) };
  const all = [...new Set(passages.flatMap(({ mitigations }) => mitigations ?? []))];
  const everywhere = all.filter((one) => passages.every(({ mitigations }) => mitigations?.includes(one)));
  return { mitigations: written(everywhere.length > 0 ? everywhere : all, place) };
}

const inherited = ['location', 'if', 'limit_except'];

/** Every place below a scope that passes requests on; `above`: what outer levels already reject. */
function passagesIn(scope: Scope, above: readonly EarlyDataMitigation[]): readonly Passage[] {
  const here = [
    ...above,
    ...(rejectsEarlyData(scope.directives) ? (['rejected-425'] as const) : []),
    ...(allowsOnlySafeMethods(scope.directives) ? (['safe-methods-only'] as const) : []),
  ];
  const handler = scope.directives.find(passesOn);
  return [
    ...(handler ? [{ handler, mitigations: mitigationsOf(scope, handler, here) }] : []),
    ...scope.directives
      .filter(({ name, block }) => block && inherited.includes(name))
      .flatMap((inner) => passagesIn(innerScope(inner, scope), here)),
  ];
}

function mitigationsOf(
  scope: Scope,
  handler: NginxDirective,
  here: readonly EarlyDataMitigation[],
): readonly EarlyDataMitigation[] | undefined {
  const forwards = forwardsEarlyData(lookupFrom(scope), handler);
  if (forwards) return [...new Set<EarlyDataMitigation>([...here, 'header-forwarded'])];
  if (here.length > 0) return [...new Set(here)];
  return forwards === undefined || scope.mayHide('if') ? undefined : [];
}

/** Whether an include that is not there may hold what passes requests on. */
const hidesLocations = (scope: Scope): boolean =>
  scope.mayHide('location') ||
  scope.mayHide('proxy_pass') ||
  scope.directives.some((inner) => inner.name === 'location' && hidesLocations(innerScope(inner, scope)));
