import type { Upstream } from '../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord } from '../../formats/word.ts';
import type { YamlNode } from '../../formats/yaml-tree.ts';
import { protocolRange } from '../../tls/protocols.ts';
import type { TraefikDefaults } from './traefik-defaults.ts';
import { isPlainName } from './traefik-names.ts';
import { ciphersOf, isBrokenTransport, protocolsOf } from './traefik-options.ts';
import { flagField, listAt, nodeAt, settingAt, textField } from './traefik-settings.ts';

const verifies = byDefault(true, 'Traefik checks the certificates of servers unless told not to');

/** Towards servers for which no transport is named and none is the default. */
export const defaultTransportFields = (defaults: TraefikDefaults): Fields<Upstream> => ({
  verify: composite<NonNullable<Upstream['verify']>>({ chain: verifies, hostname: verifies }),
  protocols: defaults.because(protocolRange(defaults.clientMinimum, 'TLSv1.3')),
});

/** What the TLS settings of a servers transport say (Traefik 3.7, pkg/server/service/transport.go, createTLSConfig). */
export function transportFields(tls: YamlNode, defaults: TraefikDefaults): Fields<Upstream> {
  if (defaults.transportVersions && isBrokenTransport(tls)) return { verify: unknown, protocols: unknown };
  const protocols = defaults.transportVersions
    ? protocolsOf(tls, defaults.clientMinimum, defaults)
    : defaults.because(protocolRange(defaults.clientMinimum, 'TLSv1.3'));
  const [ca] = listAt(tls, 'rootCAs') ?? [];
  const certificate = certificateOf(tls);
  return {
    verify: transportVerification(tls),
    protocols,
    ...(defaults.transportVersions && listAt(tls, 'cipherSuites') && { ciphers: ciphersOf(tls, protocols, defaults) }),
    ca: ca && (ca.unknown ? unknown : written(isPlainName(ca.text) ? ca.text : 'inline', spanOfWord(ca))),
    serverName: textField(settingAt(tls, 'serverName')),
    clientCertificate: certificate,
  };
}

/** With SPIFFE, or names that the certificate must hold, something else than `insecureSkipVerify` decides. */
export function transportVerification(tls: YamlNode): Field<NonNullable<Upstream['verify']>> {
  if (['spiffe', 'peerCertURI', 'peerCertSANs'].some((name) => settingAt(tls, name).state !== 'absent')) return unknown;
  const skip = flagField(settingAt(tls, 'insecureSkipVerify'));
  if (skip?.origin === 'unknown') return unknown;
  const checks = skip?.origin === 'written' ? written(!skip.value, skip.span) : verifies;
  return composite<NonNullable<Upstream['verify']>>({ chain: checks, hostname: checks });
}

function certificateOf(tls: YamlNode): Field<string> | undefined {
  const certificates = nodeAt(tls, 'certificates');
  const first = certificates?.kind === 'sequence' ? certificates.items[0] : undefined;
  const file = first && textField(settingAt(first, 'certFile'));
  return file?.origin === 'written' && !isPlainName(file.value) ? undefined : file;
}
