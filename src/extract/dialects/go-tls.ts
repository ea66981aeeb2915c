import type { CertificateReference, Listener, Upstream } from '../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import type { YamlNode } from '../../formats/yaml-tree.ts';
import { groupListField, suiteListField } from './openssl-fields.ts';
import { certificateFileField, flagOf, protocolRangeField, textField } from './setting-fields.ts';
import { filled, firstAt, wordsAt } from './yaml-words.ts';

/**
 * How a product names the settings of a block for `crypto/tls`, the TLS of Go. Each may have several names, and each name
 * may be a path: `caFile`, `ca/secret/name`.
 */
export interface TlsNames {
  readonly skip: readonly string[];
  readonly ca: readonly string[];
  readonly serverName: readonly string[];
  readonly certificate: readonly string[];
  readonly clientAuth: readonly string[];
  readonly clientCa: readonly string[];
  readonly oldest: readonly string[];
  readonly newest: readonly string[];
  readonly suites: readonly string[];
  readonly groups: readonly string[];
}

/** Prometheus, Alertmanager, Loki, the OpenTelemetry Collector and their relatives. */
export const snakeNames: TlsNames = {
  skip: ['insecure_skip_verify'],
  ca: ['ca_file', 'ca_pem', 'ca', 'ca_ref'],
  serverName: ['server_name', 'server_name_override'],
  certificate: ['cert_file', 'cert_pem', 'cert', 'cert_ref'],
  clientAuth: ['client_auth_type'],
  clientCa: ['client_ca_file', 'client_ca', 'client_ca_ref'],
  oldest: ['min_version'],
  newest: ['max_version'],
  suites: ['cipher_suites'],
  groups: ['curve_preferences'],
};

/** A client verifies unless it is told not to. */
export function clientTls(block: YamlNode | undefined, names: TlsNames, open: boolean): Fields<Upstream> {
  const skip = firstAt(block, names.skip);
  const skips = skip && (skip.unknown ? undefined : flagOf(skip));
  const chain: Field<boolean> =
    skip && skips !== undefined
      ? written(!skips, spanOfWord(skip))
      : skip || open
        ? unknown
        : byDefault(true, 'a program in Go verifies unless it is told not to');
  const oldest = firstAt(block, names.oldest);
  const newest = firstAt(block, names.newest);
  const protocols =
    oldest || newest
      ? protocolRangeField(oldest, newest, {
          oldest: 'TLSv1.2',
          newest: 'TLSv1.3',
          evidence: { reason: 'Go', guessed: false },
        })
      : undefined;
  const suites = listAt(block, names.suites);
  const [firstSuite] = suites;
  return {
    verify: composite<NonNullable<Upstream['verify']>>({ chain, hostname: chain }),
    ca: textField(filled(firstAt(block, names.ca))),
    serverName: textField(filled(firstAt(block, names.serverName))),
    clientCertificate: textField(filled(firstAt(block, names.certificate))),
    protocols,
    ciphers: firstSuite && suiteListField(suites, spanOfWord(firstSuite), protocols),
  };
}

/** Who says what holds where nothing is written. */
interface ServerDefaults {
  /** `Prometheus`. */
  readonly product: string;
  readonly open: boolean;
}

/** A server takes TLS 1.2 and later unless it is told otherwise, and asks for no certificate. */
export function serverTls(
  block: YamlNode | undefined,
  names: TlsNames,
  { product, open }: ServerDefaults,
): Fields<Listener> {
  const oldest = firstAt(block, names.oldest);
  const protocols = protocolRangeField(
    oldest,
    firstAt(block, names.newest),
    open
      ? undefined
      : { oldest: 'TLSv1.2', newest: 'TLSv1.3', evidence: { reason: `Go and ${product}`, guessed: false } },
  );
  const suites = listAt(block, names.suites);
  const groups = listAt(block, names.groups);
  const [firstSuite] = suites;
  const [firstGroup] = groups;
  return {
    protocols,
    ciphers: firstSuite && suiteListField(suites, spanOfWord(firstSuite), protocols),
    groups: firstGroup && groupListField(groups.map(groupOf), spanOfWord(firstGroup)),
    clientAuth: clientAuthOf(block, names, open),
    certificates: certificatesOf(filled(firstAt(block, names.certificate))),
  };
}

/** A certificate may be written into the file itself. */
function certificatesOf(word: Word | undefined): Field<readonly CertificateReference[]> | undefined {
  if (word?.text.includes('-----BEGIN')) return written([{ from: 'inline' }], spanOfWord(word));
  return certificateFileField(word);
}

/** `CurveP256` is how Go calls P-256. */
const groupOf = (word: Word): Word => ({ ...word, text: word.text.replace(/^Curve(?=P\d)/, '') });

function listAt(block: YamlNode | undefined, names: readonly string[]): readonly Word[] {
  return names.map((name) => wordsAt(block, ...name.split('/'))).find((words) => words.length > 0) ?? [];
}

/** `tls.ClientAuthType` by its names; a certificate that is only required, and not verified, may be anybody's. */
const modes: Readonly<Record<string, NonNullable<Listener['clientAuth']>['mode']>> = {
  NoClientCert: 'none',
  RequestClientCert: 'request',
  RequireAnyClientCert: 'request',
  VerifyClientCertIfGiven: 'optional',
  RequireAndVerifyClientCert: 'required',
};

function clientAuthOf(
  block: YamlNode | undefined,
  names: TlsNames,
  open: boolean,
): Field<NonNullable<Listener['clientAuth']>> | undefined {
  const type = filled(firstAt(block, names.clientAuth));
  const ca = filled(firstAt(block, names.clientCa));
  const named = ca && !ca.unknown ? { ca: ca.text } : {};
  if (type) {
    const mode = type.unknown ? undefined : modes[type.text];
    return mode ? written({ mode, ...named }, spanOfWord(type)) : unknown;
  }
  if (open || ca?.unknown) return unknown;
  if (names.clientAuth.length === 0 && ca) return written({ mode: 'required', ...named }, spanOfWord(ca));
  return ca ? unknown : byDefault({ mode: 'none' }, 'no client certificate is asked for unless somebody says so');
}
