import type { ProtocolVersion } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfArgument, spanOfArguments } from '../../formats/nginx.ts';
import { compareProtocols, oldestRun, parseProtocol, protocolVersions } from '../../tls/protocols.ts';
import { usesFiniteField } from '../../tls/suites.ts';
import { confCommands, firstArgument, type Lookup, literal, wordOf } from './nginx-settings.ts';
import { cipherStringField, groupListField, listItems, suitesOfString } from './openssl-fields.ts';
import { suites13Field } from './suites13-field.ts';

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
  const unusable = (suite: string): boolean => !finiteField && usesFiniteField(suite);
  const setting = look(`${prefix}ssl_ciphers`);
  const place = confCommands(look, prefix, 'CipherString').at(-1) ?? firstArgument(setting);
  if (place) return cipherStringField(wordOf(place), protocols, { unusable });
  if (setting.state === 'unknown') return unknown;
  return fallback?.((string) => suitesOfString(string, protocols).filter((suite) => !unusable(suite)));
}

/** Key exchange groups by their IANA names, as far as those are known (ngx_http_ssl_module, ssl_ecdh_curve). */
export function groupsOf(look: Lookup): Field<readonly string[]> | undefined {
  const setting = look('ssl_ecdh_curve');
  const place = confCommands(look, '', 'Groups', 'Curves').at(-1) ?? firstArgument(setting);
  if (!place) return setting.state === 'unknown' ? unknown : undefined;
  return place.value === 'auto' ? unknown : groupListField(listItems(wordOf(place)), place.span);
}

/** TLS 1.3 suites: the `Ciphersuites` command only (SSL_CONF_cmd(3)). */
export function writtenSuites13(look: Lookup): Field<readonly string[]> | undefined {
  const place = confCommands(look, '', 'Ciphersuites').at(-1);
  return place && suites13Field(wordOf(place));
}
