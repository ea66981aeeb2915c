import { data } from '../../../data/caddy.yaml';
import type { CertificateReference } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { CaddyDirective, Caddyfile, CaddySite } from '../../formats/caddyfile.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { type Address, isInternalName, readAddress } from './address.ts';
import { behaviourOf } from './caddyfile-behaviour.ts';
import { certificatesOf, policyOf } from './caddyfile-policy.ts';
import type { CaddyDefaults } from './defaults.ts';
import { named } from './directives.ts';
import type { CaddyListener, Policy } from './model.ts';
import { exposureOf, type Options, withoutHttp3 } from './options.ts';
import { type Choice, chosenPolicies, type SitePolicies } from './policy-choice.ts';

/** A site block with what it says about TLS. */
export interface Site {
  readonly site: CaddySite;
  readonly addresses: readonly Address[];
  readonly tls: readonly CaddyDirective[];
  readonly policies: readonly Policy[];
  readonly binds: readonly Word[];
}

/** Addresses that share a socket, and so whether they speak TLS (Caddy 2.11, caddyconfig/httpcaddyfile/httptype.go). */
interface Server {
  readonly entries: { readonly site: Site; readonly address: Address }[];
}

export function sitesOf({ sites }: Caddyfile, { defaultSni }: Options): readonly Site[] {
  return sites.map((site) => {
    const addresses = site.addresses.map(readAddress);
    const tls = named(site.block, 'tls');
    const isDefault = addresses.some(({ host }) => host !== undefined && defaultSni.includes(host));
    return {
      site,
      addresses,
      tls,
      policies: tls.map((directive) => policyOf(directive, isDefault)),
      binds: named(site.block, 'bind').flatMap((directive) => directive.arguments),
    };
  });
}

/** A file for Caddy 1, which has other directives and other rules. */
export const isCaddy1 = (sites: readonly Site[]): boolean =>
  sites.some(
    ({ site, tls }) =>
      site.block.directives.some(({ name }) => data.directivesOfCaddy1.includes(name.text)) ||
      tls.some(({ arguments: [first] }) => /^(?:off|self_signed)$/.test(first?.text ?? '')),
  );

/** The listeners of a Caddyfile: one for each port of each site, and for what its names have in common there. */
export function listenersOf(
  file: Caddyfile,
  sites: readonly Site[],
  options: Options,
  defaults: CaddyDefaults,
): readonly CaddyListener[] {
  const servers = new Map<string, Server>();
  for (const site of sites) {
    for (const address of site.addresses) {
      const key = socketOf(site, address, options);
      const server = servers.get(key) ?? { entries: [] };
      server.entries.push({ site, address });
      servers.set(key, server);
    }
  }
  const secureHosts = secureHostsOf(sites, servers, options);
  return sites.flatMap((site) => {
    const groups = new Map<string, Group>();
    for (const address of site.addresses) {
      const server = servers.get(socketOf(site, address, options)) ?? { entries: [] };
      const tls = speaksTls(server, site, address, options);
      const choice = tls === false ? undefined : choiceFor(server, site, address, options, defaults);
      const port = portOf(address, options) ?? address.word.text;
      const key = [port, tls, choice?.policies?.map(identityOf).join() ?? 'hidden'].join('|');
      const group = groups.get(key) ?? { tls, choice, addresses: [] };
      group.addresses.push(address);
      groups.set(key, group);
    }
    return [...groups.values()].flatMap((group) => listenerOf(group, { site, sites, file, options, secureHosts }));
  });
}

/** Where it was written, and whether client authentication is part of it. */
const identityOf = ({ head, clientAuth }: Policy): string =>
  `${head.source.path}:${head.range.start}${clientAuth ? '!' : ''}`;

interface Group {
  readonly tls: boolean | undefined;
  readonly choice: Choice<Site> | undefined;
  readonly addresses: Address[];
}

const portOf = ({ scheme, port, portHidden }: Address, { httpPort, httpsPort }: Options): number | undefined =>
  port ?? (portHidden ? undefined : scheme === 'http' ? httpPort : httpsPort);

function socketOf({ binds }: Site, address: Address, options: Options): string {
  const hosts = (binds.length > 0 ? binds : options.defaultBind).map(({ text }) => text);
  return `${hosts.join(' ')}:${portOf(address, options) ?? address.word.text}`;
}

/**
 * Whether connections are TLS. A scheme and the HTTP port decide alone; else a `tls` directive or a host name of any
 * site on the same socket does. The HTTPS port does too, unless `auto_https` is off.
 */
function speaksTls(server: Server, site: Site, address: Address, options: Options): boolean | undefined {
  const own = asksForTls(site, address, options);
  if (own !== false || isPlain(address, options)) return own;
  const states = server.entries.map((entry) => asksForTls(entry.site, entry.address, options));
  return states.includes(true) ? true : states.includes(undefined) ? undefined : false;
}

const isPlain = (address: Address, options: Options): boolean =>
  address.scheme === 'http' || portOf(address, options) === options.httpPort;

function asksForTls({ site, tls }: Site, address: Address, options: Options): boolean | undefined {
  if (address.scheme === 'https') return true;
  if (isPlain(address, options)) return false;
  if (tls.length > 0) return true;
  const port = portOf(address, options);
  if (port === options.httpsPort && port !== undefined && address.host !== undefined) {
    if (!options.off.has('off') && !options.open) return true;
    if (address.host !== '') return true;
    return options.open || site.block.open ? undefined : false;
  }
  if (address.host === undefined || port === undefined || address.scheme === undefined) {
    return address.port === options.httpsPort ? true : undefined;
  }
  if (address.host !== '') return true;
  return site.block.open ? undefined : false;
}

function choiceFor(
  server: Server,
  site: Site,
  address: Address,
  options: Options,
  defaults: CaddyDefaults,
): Choice<Site> {
  const owners = [...new Set(server.entries.map((entry) => entry.site))];
  const candidates = owners.map((owner): SitePolicies<Site> => {
    const hosts = policyHosts(owner, options);
    return {
      owner,
      hosts: hosts.includes('') ? [] : hosts.filter((host) => host !== undefined),
      hidden: hosts.includes(undefined),
      policies: owner.policies,
      hasDirective: owner.tls.length > 0,
      isDefault: hosts.some((host) => host !== undefined && options.defaultSni.includes(host)),
      open: owner.site.block.open || owner.policies.some(({ open }) => open),
    };
  });
  return chosenPolicies(candidates, site, address.host, defaults.shieldedFromWildcard);
}

/**
 * The names that a site's policies are for, on all of its sockets: those on the last of these, in the order of their
 * addresses as text. A site with other names on other ports loses its settings there (observed on 2.11.7).
 */
function policyHosts(site: Site, options: Options): readonly (string | undefined)[] {
  const sockets = site.addresses.map((address) => socketOf(site, address, options));
  const last = [...sockets].sort().at(-1);
  return site.addresses.filter((_address, index) => sockets[index] === last).map(({ host }) => host);
}

/** Host names, and sites without one, that are served over TLS, with the place that says so. */
interface SecureHosts {
  readonly hosts: ReadonlyMap<string, Address>;
  readonly sites: ReadonlyMap<Site, Address>;
}

function secureHostsOf(sites: readonly Site[], servers: ReadonlyMap<string, Server>, options: Options): SecureHosts {
  const hosts = new Map<string, Address>();
  const bySite = new Map<Site, Address>();
  for (const site of sites) {
    for (const address of site.addresses) {
      const server = servers.get(socketOf(site, address, options));
      if (!server || speaksTls(server, site, address, options) !== true) continue;
      bySite.set(site, address);
      if (address.host) hosts.set(address.host, address);
    }
  }
  return { hosts, sites: bySite };
}

/** Where a browser ends up that was given a bare name, also in a container that may not open port 80. */
const portsForVisitors = [80, 8080];

interface Surroundings {
  readonly site: Site;
  readonly sites: readonly Site[];
  readonly file: Caddyfile;
  readonly options: Options;
  readonly secureHosts: SecureHosts;
}

function listenerOf({ tls, choice, addresses }: Group, around: Surroundings): readonly CaddyListener[] {
  const { site, file, options } = around;
  const self = addresses[0]?.word;
  if (!self) return [];
  const hosts = addresses.map(({ host }) => host);
  const known = hosts.filter((host) => host !== undefined && host !== '').map((host) => host ?? '');
  const binds = site.binds.length > 0 ? site.binds : options.defaultBind;
  const ports = [...new Set(addresses.map((address) => portOf(address, options)))];
  const [port] = ports;
  return [
    {
      subject: `site ${self.text}`,
      self: spanOfWord(self),
      hosts: hostsField(addresses),
      ports: ports.includes(undefined)
        ? unknown
        : written(
            ports.filter((one) => one !== undefined),
            spanOfWord(self),
          ),
      tls: tls === undefined ? unknown : written(tls, spanOfWord(self)),
      exposure: exposureOf(binds, known.length === hosts.length ? known : [], self),
      policies: choice?.policies,
      certificates: tls === false ? undefined : certificatesFor(choice, hosts, around),
      behaviour: behaviourOf(site.site.block, file.routes),
      twin: tls === false ? twinOf(addresses, around) : undefined,
      withoutHttp3: withoutHttp3(options, port),
    },
  ];
}

function hostsField(addresses: readonly Address[]): Field<readonly string[]> | undefined {
  const withName = addresses.filter(({ host }) => host !== '');
  const [first] = withName;
  if (!first) return undefined;
  if (withName.some(({ host }) => host === undefined)) return unknown;
  const hosts = withName.map(({ host }) => host ?? '');
  const unique = withName.filter(({ host }, index) => hosts.indexOf(host ?? '') === index);
  return written(
    unique.map(({ host }) => host ?? ''),
    spanOfWord(first.word),
    Object.fromEntries(unique.map(({ word }, index) => [String(index), spanOfWord(word)])),
  );
}

/** What a `tls` directive names, else what automatic HTTPS gets. */
function certificatesFor(
  choice: Choice<Site> | undefined,
  hosts: readonly (string | undefined)[],
  { site, sites, options }: Surroundings,
): Field<readonly CertificateReference[]> | undefined {
  const own = certificatesOf(site.tls);
  if (own) return own;
  const from = choice?.from;
  if (from && from !== site) {
    const others = certificatesOf(from.tls);
    if (others?.origin === 'written' && others.value.some((certificate) => certificate.from === 'file')) return others;
  }
  // A certificate that another site loads is used instead, if it names this site too.
  const loaded = sites.some(({ tls }) => tls.some(({ arguments: words }) => words.length === 2));
  if (loaded || options.open || site.site.block.open || hosts.some((host) => host === undefined)) return unknown;
  if (options.off.has('off') || options.off.has('disable_certs')) return undefined;
  const names = hosts.filter((host) => host !== undefined && host !== '').map((host) => host ?? '');
  if (names.length === 0) return undefined;
  if (options.issuer) return unknown;
  if (options.localCerts || names.every(isInternalName))
    return byDefault([{ from: 'managed' }], 'automatic HTTPS without a public authority');
  return names.some(isInternalName) ? unknown : byDefault([{ from: 'acme' }], 'automatic HTTPS');
}

function twinOf(addresses: readonly Address[], { site, options, secureHosts }: Surroundings) {
  const visited = addresses.some((address) =>
    [options.httpPort, ...portsForVisitors].includes(portOf(address, options) ?? -1),
  );
  if (!visited) return undefined;
  const twin =
    secureHosts.sites.get(site) ??
    addresses.map(({ host }) => (host ? secureHosts.hosts.get(host) : undefined)).find((found) => found !== undefined);
  return twin && spanOfWord(twin.word);
}
