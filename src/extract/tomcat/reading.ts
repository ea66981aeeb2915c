import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { type Source, spanOf } from '../../core/source.ts';
import type { Extraction, Unit, VersionEvidence, Versions } from '../../core/technology.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { attributeOf, childrenNamed, descendantsNamed, parseXml, type XmlElement } from '../../formats/xml.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import { isSince } from '../versions.ts';
import {
  certificatesOf,
  ciphersOf,
  clientAuthOf,
  groupsOf,
  type Lookup,
  preferenceOf,
  protocolsOf,
  suites13Of,
} from './fields.ts';

/** What the connectors of one server.xml say; a fragment may be a connector, or a service with some. */
export function readTomcat({ sources: [source] }: Unit, versions: Versions): Extraction {
  const { root, diagnostics, open } = parseXml(source);
  if (!root || !/^(?:Server|Service|Connector|GlobalNamingResources|Engine)$/.test(root.name)) {
    return { facts: [], diagnostics: [] };
  }
  const version = versions('tomcat', source.path);
  const connectors = root.name === 'Connector' ? [root] : descendantsNamed(root, 'Connector');
  const reading = { source, version, open };
  return { facts: connectors.flatMap((connector) => listeners(connector, reading)), diagnostics };
}

interface Reading {
  readonly source: Source;
  readonly version: VersionEvidence;
  /** A template or an entity may add what is absent. */
  readonly open: boolean;
}

/** TLS is on where `SSLEnabled` is true; `scheme` and `secure` only tell what a proxy in front does. */
function listeners(connector: XmlElement, reading: Reading): readonly Fact<Listener>[] {
  const enabled = attributeOf(connector, 'SSLEnabled');
  const tls = enabled ? (enabled.unknown ? undefined : /^true$/i.test(enabled.text)) : false;
  const ajp = /ajp/i.test(attributeOf(connector, 'protocol')?.text ?? '');
  if (tls === false || ajp) return [plainListener(connector, ajp, reading, enabled)];
  const hosts = childrenNamed(connector, 'SSLHostConfig');
  const settings = hosts.length > 0 ? hosts.map(hostSettings) : [olderSettings(connector, reading)];
  return settings.map((host) => secureListener(connector, host, tls && enabled ? enabled : undefined, reading));
}

function plainListener(
  connector: XmlElement,
  ajp: boolean,
  reading: Reading,
  enabled: Word | undefined,
): Fact<Listener> {
  const { source, open } = reading;
  const self = spanOf(source, connector.nameRange.start, connector.nameRange.end);
  return buildFact<Listener>(
    { technology: 'tomcat', subject: subjectOf(connector, undefined), self },
    { kind: 'listener', application: ajp ? 'other' : 'http' },
    {
      ...whereOf(connector),
      tls: enabled
        ? written(false, spanOfWord(enabled))
        : open && !ajp
          ? unknown
          : byDefault(false, ajp ? 'AJP has no TLS' : 'a connector speaks plain HTTP unless SSLEnabled is true'),
      ...(!ajp && { redirectsToHttps: unknown }),
    },
  );
}

/** The TLS settings of one host of a connector. */
interface Host {
  readonly name: Word | undefined;
  readonly self: XmlElement;
  readonly look: Lookup;
  readonly certificates: readonly Word[];
  /** OpenSSL commands that change what the attributes say. */
  readonly commands: readonly string[];
}

function hostSettings(element: XmlElement): Host {
  const name = attributeOf(element, 'hostName');
  const holders = [element, ...childrenNamed(element, 'Certificate')];
  return {
    name: name && name.text !== '_default_' ? name : undefined,
    self: element,
    look: (attribute) => attributeOf(element, attribute),
    certificates: holders.flatMap(
      (holder) => attributeOf(holder, 'certificateFile') ?? attributeOf(holder, 'certificateKeystoreFile') ?? [],
    ),
    commands: descendantsNamed(element, 'OpenSSLConfCmd').map((command) => attributeOf(command, 'name')?.text ?? ''),
  };
}

/** What connectors said before 8.5 had hosts. 10.0 took it out: there it has no effect (observed on 10.0.27). */
const olderNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['protocols', ['sslEnabledProtocols', 'SSLProtocol']],
  ['ciphers', ['ciphers', 'SSLCipherSuite']],
  ['certificateVerification', ['clientAuth', 'SSLVerifyClient']],
  ['honorCipherOrder', ['useServerCipherSuitesOrder', 'SSLHonorCipherOrder']],
  ['truststoreFile', ['truststoreFile']],
  ['caCertificateFile', ['SSLCACertificateFile']],
  ['caCertificatePath', ['SSLCACertificatePath']],
  ['certificates', ['SSLCertificateFile', 'keystoreFile']],
]);

function olderSettings(connector: XmlElement, { version }: Reading): Host {
  const gone = !version.guessed && isSince(version, '10.0');
  const look: Lookup = (name) =>
    gone ? undefined : olderNames.get(name)?.flatMap((older) => attributeOf(connector, older) ?? [])[0];
  const certificate = look('certificates');
  return { name: undefined, self: connector, look, certificates: certificate ? [certificate] : [], commands: [] };
}

function secureListener(
  connector: XmlElement,
  { name, self: element, look, certificates, commands }: Host,
  enabled: Word | undefined,
  { source, open }: Reading,
): Fact<Listener> {
  const self = spanOf(source, element.nameRange.start, element.nameRange.end);
  const changed = (pattern: RegExp): boolean => open || commands.some((command) => pattern.test(command));
  const protocols = commandsDecide(commands, protocolsOf(look));
  const absent = <T>(attribute: string, field: Field<T>): Field<T> => (open && !look(attribute) ? unknown : field);
  return buildFact<Listener>(
    { technology: 'tomcat', subject: subjectOf(connector, name), self },
    { kind: 'listener', application: 'http' },
    {
      hosts: name && (name.unknown ? unknown : written([name.text], spanOfWord(name))),
      ...whereOf(connector),
      tls: enabled ? written(true, spanOfWord(enabled)) : unknown,
      protocols,
      ciphers: changed(/cipher/i) && !look('ciphers') ? unknown : ciphersOf(look, protocols),
      suites13: suites13Of(look),
      groups: groupsOf(look),
      preferServerCiphers: absent('honorCipherOrder', preferenceOf(look)),
      clientAuth: absent('certificateVerification', clientAuthOf(look)),
      certificates: certificatesOf(certificates),
      hsts: unknown,
    },
  );
}

/** `OpenSSLConfCmd` is applied after the attributes. */
const commandsDecide = <T>(commands: readonly string[], field: Field<T>): Field<T> =>
  commands.some((command) => /protocol|options/i.test(command)) ? unknown : field;

function subjectOf(connector: XmlElement, host: Word | undefined): string {
  const port = attributeOf(connector, 'port');
  const where = port && !port.unknown ? `connector on port ${port.text}` : 'connector';
  return host && !host.unknown ? `${where}, host ${host.text}` : where;
}

/** `address`: all unless given; AJP since 8.5.51 and 9.0.31 only this machine. */
function whereOf(connector: XmlElement): {
  readonly ports: Field<readonly number[]> | undefined;
  readonly exposure: Field<'internal' | 'external'>;
} {
  const port = attributeOf(connector, 'port');
  const address = attributeOf(connector, 'address');
  const read = address && !address.unknown ? readListenAddress(address.text) : undefined;
  const ajp = /ajp/i.test(attributeOf(connector, 'protocol')?.text ?? '');
  return {
    ports:
      port && (port.unknown || !/^\d+$/.test(port.text) ? unknown : written([Number(port.text)], spanOfWord(port))),
    exposure: address
      ? read
        ? written(read.exposure, spanOfWord(address))
        : unknown
      : ajp
        ? byDefault('internal', 'AJP listens on loopback unless told otherwise')
        : byDefault('external', 'a connector listens on every address unless told otherwise'),
  };
}
