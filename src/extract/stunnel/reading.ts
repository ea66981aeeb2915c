import type { CertificateReference, Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOf } from '../../core/source.ts';
import type { Extraction, Unit, VersionEvidence, Versions } from '../../core/technology.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { reachOf, widestReach } from '../../tls/reach.ts';
import { groupListField, listItems } from '../dialects/openssl-fields.ts';
import { suites13Field } from '../dialects/suites13-field.ts';
import { ciphersOf, protocolsOf } from './protocols.ts';
import { allOf, isYes, lastOf, type Service, servicesOf } from './services.ts';
import { clientAuthOf, upstreamVerification } from './verification.ts';

/** What the services of one file say. */
export function readStunnel({ sources: [source] }: Unit, versions: Versions): Extraction {
  const { services, file } = servicesOf(source);
  if (services.length === 0) return { facts: [], diagnostics: [] };
  const version = versions('stunnel', source.path);
  return {
    facts: services.flatMap((service): readonly Fact[] => {
      const client = lastOf(service, 'client');
      if (client?.unknown || (!client && service.open)) return [];
      return [isYes(client) ? upstream(service, version) : listener(service, version, services)];
    }),
    diagnostics: file.diagnostics,
  };
}

const headOf = (service: Service) => ({
  technology: 'stunnel',
  subject: `service ${service.name}`,
  self: spanOf(service.source, service.head.start, service.head.end),
});

function upstream(service: Service, version: VersionEvidence): Fact<Upstream> {
  const protocols = protocolsOf(service, version);
  const client = lastOf(service, 'client');
  const targets = targetsOf(service);
  const [target] = targets;
  const known = targets.length > 0 && targets.every((word) => !word.unknown);
  const reach = known ? widestReach(targets.map(({ text }) => reachOf(hostOf(text) ?? 'localhost'))) : undefined;
  return buildFact<Upstream>(
    headOf(service),
    { kind: 'upstream' },
    {
      target: target && known ? written(target.text, spanOfWord(target)) : unknown,
      tls: client ? written(true, spanOfWord(client)) : unknown,
      exposure: target && reach ? written(reach, spanOfWord(target)) : unknown,
      verify: upstreamVerification(service),
      ca: textOf(service, 'CAfile') ?? textOf(service, 'CApath'),
      serverName: textOf(service, 'sni') ?? textOf(service, 'checkHost'),
      protocols,
      ciphers: ciphersOf(service, protocols, version),
      clientCertificate: textOf(service, 'cert'),
    },
  );
}

/** Through an HTTP proxy the certificate is that of `protocolHost`, whoever `connect` names. */
function targetsOf(service: Service): readonly Word[] {
  const behind = lastOf(service, 'protocol')?.text.toLowerCase() === 'connect' && lastOf(service, 'protocolHost');
  return behind ? [behind] : allOf(service, 'connect');
}

/** `[HOST:]PORT`; IPv6 addresses stand without brackets. A port alone is this machine's. */
const hostOf = (address: string): string | undefined => {
  if (address.startsWith('/')) return `unix:${address}`;
  const colon = address.lastIndexOf(':');
  const host = colon === -1 ? undefined : address.slice(0, colon);
  return host?.includes(':') && !host.startsWith('[') ? `[${host}]` : host || undefined;
};

function listener(service: Service, version: VersionEvidence, all: readonly Service[]): Fact<Listener> {
  const sni = lastOf(service, 'sni');
  const [, primary = '', host = ''] = /^([^:]*):(.*)$/.exec(sni?.text ?? '') ?? [];
  const accept = lastOf(service, 'accept');
  const protocol = lastOf(service, 'protocol');
  const common = {
    certificates: certificatesOf(service),
    clientAuth: clientAuthOf(service),
    ...(protocol && !protocol.unknown && { application: written('other' as const, spanOfWord(protocol)) }),
  };
  const head = headOf(service);
  if (sni && !sni.unknown && !accept) {
    // A name of another service: that one has made the handshake's choices before the name is known.
    const address = all.find(({ name }) => name === primary);
    const outer = address && lastOf(address, 'accept');
    return buildFact<Listener>(
      head,
      { kind: 'listener', tls: true },
      {
        ...common,
        hosts: written([host], spanOfWord(sni)),
        ...endpointOf(outer),
      },
    );
  }
  const protocols = protocolsOf(service, version);
  const suites13 = lastOf(service, 'ciphersuites');
  const groups = lastOf(service, 'curves') ?? lastOf(service, 'curve');
  return buildFact<Listener>(
    head,
    { kind: 'listener', tls: true },
    {
      ...common,
      ...endpointOf(accept),
      protocols,
      ciphers: ciphersOf(service, protocols, version),
      ...(suites13 && { suites13: suites13Field(suites13) }),
      ...(groups && { groups: groupListField(listItems(groups), spanOfWord(groups)) }),
      preferServerCiphers: optionOf(service, 'CIPHER_SERVER_PREFERENCE', true),
      sessionTickets: optionOf(service, 'NO_TICKET', false),
    },
  );
}

function endpointOf(accept: Word | undefined) {
  if (!accept) return {};
  if (accept.unknown) return { ports: unknown, exposure: unknown };
  const port = /(?:^|:)(\d{1,5})$/.exec(accept.text)?.[1];
  const host = hostOf(accept.text);
  const internal = host !== undefined && !/^\[?::\]?$/.test(host) && reachOf(host) === 'internal';
  return {
    ...(port !== undefined && { ports: written([Number(port)], spanOfWord(accept)) }),
    exposure: written(internal ? ('internal' as const) : ('external' as const), spanOfWord(accept)),
  };
}

function certificatesOf(service: Service): Field<readonly CertificateReference[]> | undefined {
  const cert = lastOf(service, 'cert');
  if (!cert) return undefined;
  if (cert.unknown) return unknown;
  const managed = /^pkcs11:/i.test(cert.text) || lastOf(service, 'engineId') !== undefined;
  return written([{ from: managed ? 'managed' : 'file', ref: cert.text }], spanOfWord(cert));
}

/** An OpenSSL option as `options` sets it; `undefined` where it is not mentioned. */
function optionOf(service: Service, name: string, meaning: boolean): Field<boolean> | undefined {
  const word = allOf(service, 'options').findLast(({ text }) => text.replace(/^-/, '').toUpperCase() === name);
  return word && (word.unknown ? unknown : written(word.text.startsWith('-') ? !meaning : meaning, spanOfWord(word)));
}

const textOf = (service: Service, key: string): Field<string> | undefined => {
  const word = lastOf(service, key);
  return word && (word.unknown ? unknown : written(word.text, spanOfWord(word)));
};
