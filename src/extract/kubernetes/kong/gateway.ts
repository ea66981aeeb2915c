import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import { boolean, spanInScalar, spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import { readListenAddress } from '../../dialects/listen-address.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { labelOf } from '../objects.ts';
import { textIn } from '../settings.ts';
import { type KongSettings, parametersOf, scalarOf, settingOf, settingsInPods } from './settings.ts';

/**
 * A pod that runs Kong Gateway: its variables are kong.conf's settings. Source: Kong 3.9, kong.conf.default,
 * kong/conf_loader/listeners.lua.
 */
export const kongGateway: KindExtractor = (object, { versions }) => {
  const settings = settingsInPods(object);
  if (settings.length === 0) return nothing;
  const evidence = versions('kong', object.root.source.path);
  return { facts: settings.flatMap((one) => gatewayFacts(one, labelOf(object), evidence)), diagnostics: [] };
};

/** What the settings of a gateway say, in a pod or in the values of its chart. */
export const gatewayFacts = (settings: KongSettings, label: string, evidence: VersionEvidence): readonly Fact[] => [
  ...proxyListener(settings, label, evidence),
  ...adminListener(settings, label),
  ...database(settings, label),
];

/** TLS of all routes, where a setting says something about it. */
function proxyListener(settings: KongSettings, label: string, evidence: VersionEvidence): readonly Fact<Listener>[] {
  const places = ['ssl_cipher_suite', 'ssl_protocols', 'ssl_ciphers'].flatMap((name) => scalarOf(settings, name) ?? []);
  const [first] = places;
  if (!first) return [];
  const listen = scalarOf(settings, 'proxy_listen');
  const secured = listen && addressesIn(listen).filter(({ tls }) => tls);
  if (secured && secured.length === 0) return [];
  const ports = secured?.flatMap(({ port }) => port ?? []) ?? [];
  return [
    buildFact<Listener>(
      { technology: 'kong', subject: `proxy of ${label}`, self: spanOfNode(first) },
      { kind: 'listener', application: 'http' },
      {
        tls: written(true, spanOfNode(first)),
        exposure: unknown,
        ports: listen && ports.length > 0 ? written(ports, spanOfNode(listen)) : undefined,
        ...parametersOf(settings, evidence),
      },
    ),
  ];
}

interface Address {
  readonly host: string;
  readonly port: number | undefined;
  readonly tls: boolean;
  readonly start: number;
  readonly end: number;
}

/** `0.0.0.0:8000, 0.0.0.0:8443 http2 ssl`: addresses with their flags, between commas. */
function addressesIn(node: YamlScalar): readonly Address[] {
  return [...node.value.matchAll(/[^,\s][^,]*/g)].flatMap(({ 0: part, index }): readonly Address[] => {
    const [address = '', ...flags] = part.trim().split(/\s+/);
    const read = readListenAddress(address);
    if (!read || address === 'off') return [];
    const end = index + part.trimEnd().length;
    return [{ host: read.host, port: read.ports[0], tls: flags.includes('ssl'), start: index, end }];
  });
}

/** The Admin API changes everything: who may reach it, and whether it is encrypted. */
const adminListener = (settings: KongSettings, label: string): readonly Fact<Listener>[] => {
  const listen = scalarOf(settings, 'admin_listen');
  if (!listen) return [];
  return addressesIn(listen).map(({ host, port, tls, start, end }) => {
    const span = spanInScalar(listen, start, end);
    const isLocal = host !== '' && reachOf(host.includes(':') ? `[${host}]` : host) === 'internal';
    return buildFact<Listener>(
      { technology: 'kong', subject: `Admin API of ${label}`, self: span },
      { kind: 'listener', application: 'http' },
      {
        tls: written(tls, span),
        ports: port === undefined ? undefined : written([port], span),
        exposure: isLocal ? written('internal', span) : unknown,
        ...(!tls && { redirectsToHttps: unknown }),
      },
    );
  });
};

/** `pg_ssl` encrypts; only `pg_ssl_verify` checks who answers. */
function database(settings: KongSettings, label: string): readonly Fact<Upstream>[] {
  const ssl = scalarOf(settings, 'pg_ssl');
  if (!ssl || boolean(ssl) !== true) return [];
  const host = scalarOf(settings, 'pg_host');
  const verify = settingOf(settings, 'pg_ssl_verify');
  const checks: Field<boolean> =
    verify.state === 'absent'
      ? byDefault(false, 'Kong leaves pg_ssl_verify off')
      : verify.state === 'written'
        ? fieldOf(verify.node)
        : unknown;
  const target = host?.value;
  return [
    buildFact<Upstream>(
      { technology: 'kong', subject: `database of ${label}`, self: spanOfNode(ssl) },
      { kind: 'upstream', exposure: target === undefined ? 'private' : reachOf(target), ...(target && { target }) },
      {
        tls: written(true, spanOfNode(ssl)),
        verify: composite<NonNullable<Upstream['verify']>>({ chain: checks, hostname: checks }),
        ca: authorities(settings),
      },
    ),
  ];
}

const fieldOf = (node: YamlScalar): Field<boolean> => {
  const value = boolean(node);
  return value === undefined ? unknown : written(value, spanOfNode(node));
};

/** `lua_ssl_trusted_certificate`: `system`, or paths between commas. */
function authorities(settings: KongSettings): Field<string> | undefined {
  const setting = settingOf(settings, 'lua_ssl_trusted_certificate');
  const name = textIn(setting);
  return setting.state === 'written' && name !== undefined ? written(name, spanOfNode(setting.node)) : undefined;
}
