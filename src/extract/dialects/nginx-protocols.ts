import type { ProtocolVersion } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfArgument, spanOfArguments } from '../../formats/nginx.ts';
import { type CipherSelection, evaluateCipherString } from '../../tls/cipher-string.ts';
import { namedGroup } from '../../tls/groups.ts';
import { compareProtocols, oldestRun, parseProtocol, protocolVersions } from '../../tls/protocols.ts';
import { confCommands, firstArgument, type Lookup, literal } from './nginx-settings.ts';

/**
 * The versions that `ssl_protocols` and `ssl_conf_command` leave on, oldest first; `fallback` where the former is not
 * written. Several `ssl_protocols` on one level add up (observed on nginx 1.22.1). `prefix`: `` for listeners, `proxy_`,
 * `grpc_` or `uwsgi_` for upstreams.
 */
export function protocolsOf(
  look: Lookup,
  prefix: string,
  fallback: Field<readonly ProtocolVersion[]> | undefined,
): Field<readonly ProtocolVersion[]> | undefined {
  const base = writtenProtocols(look, prefix) ?? fallback;
  const field = confCommands(look, prefix, 'Protocol', 'MinProtocol', 'MaxProtocol').reduce(applyCommand, base);
  return prefix === '' ? field : asClient(field);
}

/** A client that is told to leave a version out offers only what is older. */
function asClient(field: Field<readonly ProtocolVersion[]> | undefined): Field<readonly ProtocolVersion[]> | undefined {
  if (field?.origin !== 'written') return field;
  const offered = oldestRun(field.value);
  return written(offered, field.span, keptParts(field.value, field.parts ?? {}, offered));
}

function writtenProtocols(look: Lookup, prefix: string): Field<readonly ProtocolVersion[]> | undefined {
  const setting = look(`${prefix}ssl_protocols`);
  if (setting.state === 'absent') return undefined;
  if (setting.state === 'unknown') return unknown;
  const places = new Map<ProtocolVersion, Span>();
  for (const directive of setting.directives) {
    for (const argument of directive.arguments) {
      const value = literal(argument);
      if (value === undefined) return unknown;
      const version = parseProtocol(value);
      if (version && !places.has(version)) places.set(version, spanOfArgument(directive, argument));
    }
  }
  if (places.size === 0) return unknown;
  const versions = [...places.keys()].sort(compareProtocols);
  const parts = versions.flatMap((version, index): [string, Span][] => {
    const place = places.get(version);
    return place ? [[String(index), place]] : [];
  });
  return written(versions, spanOfArguments(setting.directives[0]), Object.fromEntries(parts));
}

/** `MinProtocol` and `MaxProtocol` narrow what `ssl_protocols` allows; `Protocol` switches single versions (SSL_CONF_cmd(3); observed on 1.22.1). */
function applyCommand(
  base: Field<readonly ProtocolVersion[]> | undefined,
  command: ReturnType<typeof confCommands>[number],
): Field<readonly ProtocolVersion[]> | undefined {
  if (!base || !('value' in base)) return base;
  const { value, span, directive } = command;
  if (value === undefined) return unknown;
  const after = changed(base.value, directive.arguments[0]?.value.toLowerCase() ?? '', value);
  const same = after.length === base.value.length && after.every((version) => base.value.includes(version));
  if (same) return base;
  // What `ssl_protocols` wrote and the command left on keeps its place.
  const parts = base.origin === 'written' ? keptParts(base.value, base.parts ?? {}, after) : {};
  return written(after, span, parts);
}

function keptParts(
  before: readonly ProtocolVersion[],
  parts: Readonly<Record<string, Span>>,
  after: readonly ProtocolVersion[],
): Readonly<Record<string, Span>> {
  const kept = after.flatMap((version, index): [string, Span][] => {
    const place = parts[String(before.indexOf(version))];
    return place ? [[String(index), place]] : [];
  });
  return Object.fromEntries(kept);
}

function changed(before: readonly ProtocolVersion[], name: string, value: string): readonly ProtocolVersion[] {
  const bound = parseProtocol(value);
  if (name === 'minprotocol') return bound ? before.filter((version) => compareProtocols(version, bound) >= 0) : before;
  if (name === 'maxprotocol') return bound ? before.filter((version) => compareProtocols(version, bound) <= 0) : before;
  const on = new Set(before);
  for (const item of value.split(',')) {
    const [, sign = '', named = ''] = /^([+-]?)(.*)$/.exec(item.trim()) ?? [];
    const versions = named.toLowerCase() === 'all' ? protocolVersions.slice(1) : [parseProtocol(named)];
    for (const version of versions) {
      if (version && sign === '-') on.delete(version);
      else if (version) on.add(version);
    }
  }
  return protocolVersions.filter((version) => on.has(version));
}

const selections = new Map<string, CipherSelection>();
const mostSelections = 100;

/** A string that a thousand servers inherit is evaluated once. */
function selectionOf(string: string): CipherSelection {
  const selection = selections.get(string) ?? evaluateCipherString(string);
  if (selections.size >= mostSelections) selections.clear();
  selections.set(string, selection);
  return selection;
}

/**
 * TLS 1.2 and older suites of `ssl_ciphers` or the `CipherString` command, which wins. `fallback` is the string in
 * force where neither is written. Without DH parameters nginx cannot use DHE suites (ssl_dhparam, since 1.11.0), so
 * `finiteField: false` leaves them out. No suite is in force where only TLS 1.3 is on.
 */
export function ciphersOf(
  look: Lookup,
  prefix: string,
  protocols: Field<readonly ProtocolVersion[]> | undefined,
  finiteField: boolean,
  fallback: ((text: (string: string) => readonly string[]) => Field<readonly string[]>) | undefined,
): Field<readonly string[]> | undefined {
  const evaluate = (string: string) => {
    const selection = selectionOf(string);
    return {
      ...selection,
      suites: selection.suites.filter((suite) => finiteField || !/^(?:DHE|EDH|ADH|EXP-EDH|EXP-ADH)-/.test(suite)),
    };
  };
  const only13 = protocols && 'value' in protocols && protocols.value.every((version) => version === 'TLSv1.3');
  const setting = look(`${prefix}ssl_ciphers`);
  const place = confCommands(look, prefix, 'CipherString').at(-1) ?? firstArgument(setting);
  if (!place) {
    if (setting.state === 'unknown') return unknown;
    return fallback?.((string) => (only13 ? [] : evaluate(string).suites));
  }
  if (only13) return written([], place.span);
  if (place.value === undefined) return unknown;
  const { suites, broughtInBy, unknownItems } = evaluate(place.value);
  if (suites.length === 0 && unknownItems.length > 0) return unknown;
  const parts = suites.map((suite, index): [string, Span] => [
    String(index),
    spanOfArgument(place.directive, place.argument, broughtInBy.get(suite)),
  ]);
  return written(suites, place.span, Object.fromEntries(parts));
}

/** Key exchange groups by their IANA names, as far as those are known (ngx_http_ssl_module, ssl_ecdh_curve). */
export const groupsOf = (look: Lookup): Field<readonly string[]> | undefined =>
  colonList(look, (item) => namedGroup(item) ?? item, 'ssl_ecdh_curve', 'Groups', 'Curves');

/** TLS 1.3 suites: the `Ciphersuites` command only (SSL_CONF_cmd(3)). */
export const writtenSuites13 = (look: Lookup): Field<readonly string[]> | undefined =>
  colonList(look, (item) => item, undefined, 'Ciphersuites');

/** A list separated by colons, as several directives and commands take it; `name` reads one item. */
function colonList(
  look: Lookup,
  name: (item: string) => string,
  directiveName: string | undefined,
  ...commands: readonly string[]
): Field<readonly string[]> | undefined {
  const setting = directiveName === undefined ? undefined : look(directiveName);
  const place = confCommands(look, '', ...commands).at(-1) ?? (setting && firstArgument(setting));
  if (!place) return setting?.state === 'unknown' ? unknown : undefined;
  if (place.value === undefined || place.value === 'auto') return unknown;
  const items = [...place.value.matchAll(/[^:\s]+/g)];
  const parts = items.map(({ 0: item, index }, position): [string, Span] => [
    String(position),
    spanOfArgument(place.directive, place.argument, { start: index, end: index + item.length }),
  ]);
  return written(
    items.map(([item]) => name(item.replace(/^\?/, ''))),
    place.span,
    Object.fromEntries(parts),
  );
}
