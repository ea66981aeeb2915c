import 'reflect-metadata';
import { createHash, X509Certificate as NativeCertificate } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CertificatePolicyExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509Certificates,
} from '@peculiar/x509';
import { data as names } from '../../../data/certificate-names.yaml';
import type { Certificate } from '../../core/fact.ts';
import { derAt, dottedIdentifier } from '../../formats/der.ts';
import { commonNameOf, rfc4514 } from './distinguished-name.ts';

/** What one certificate says, before anything is known about its surroundings. */
export interface ParsedCertificate
  extends Pick<
    Certificate,
    | 'name'
    | 'issuer'
    | 'serial'
    | 'notBefore'
    | 'notAfter'
    | 'key'
    | 'signature'
    | 'sans'
    | 'ca'
    | 'selfSigned'
    | 'eku'
    | 'hash'
  > {
  readonly commonName?: string;
  readonly issuerCommonName?: string;
  readonly organisation?: string;
  /** Its DNS names and IP addresses. */
  readonly hosts: readonly string[];
  /** The key usage lets it sign certificates; absent without that extension. */
  readonly signsCertificates?: boolean;
  /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex. */
  readonly publicKeyHash: string;
  readonly subjectKeyId?: string;
  readonly authorityKeyId?: string;
  /** Who issued the issuer, where the authority key identifier says so. */
  readonly issuerOfIssuer?: string;
  /** It carries what only publicly trusted certificates carry. */
  readonly publiclyTrusted: boolean;
  readonly der: Uint8Array;
}

const remembered = new Map<string, ParsedCertificate | undefined>();
const mostRemembered = 5000;

/**
 * The certificate in `der`, `undefined` when it cannot be read. The same bytes are parsed once, since an authority's
 * certificate is often embedded in dozens of manifests.
 */
export function readCertificate(der: Uint8Array): ParsedCertificate | undefined {
  const hash = sha256(der);
  if (remembered.has(hash)) return remembered.get(hash);
  if (remembered.size >= mostRemembered) remembered.clear();
  const parsed = parse(der, hash);
  remembered.set(hash, parsed);
  return parsed;
}

/** The certificates in a PKCS #7 structure (RFC 5652 section 5.1), `undefined` when it cannot be read. */
export function certificatesInPkcs7(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  try {
    return new X509Certificates(Uint8Array.from(bytes)).map(({ rawData }) => new Uint8Array(rawData));
  } catch {
    return undefined;
  }
}

/**
 * Whether `issuer` issued `certificate`: names and key identifiers agree (RFC 5280 sections 4.2.1.1 and 6.1), and so
 * does the signature, where its algorithm is one that can be checked here.
 */
export function isIssuedBy(certificate: ParsedCertificate, issuer: ParsedCertificate): boolean {
  if (certificate.issuer !== issuer.name) return false;
  const { authorityKeyId } = certificate;
  if (authorityKeyId && issuer.subjectKeyId && authorityKeyId !== issuer.subjectKeyId) return false;
  return signatureVerifies(certificate.der, issuer.der);
}

/** True also where the algorithm is unknown to OpenSSL: then the names have to do. */
function signatureVerifies(der: Uint8Array, issuer: Uint8Array): boolean {
  try {
    return new NativeCertificate(der).verify(new NativeCertificate(issuer).publicKey);
  } catch {
    return true;
  }
}

function parse(der: Uint8Array, hash: string): ParsedCertificate | undefined {
  try {
    const certificate = new X509Certificate(Uint8Array.from(der));
    // The library decodes every extension each time that it is asked for one.
    const { extensions } = certificate;
    const find = <T>(type: Constructor<T>): T | undefined =>
      extensions.find((one): one is Extension & T => one instanceof type);
    const subject = certificate.subjectName.toJSON();
    const issuer = certificate.issuerName.toJSON();
    const identifier = find(AuthorityKeyIdentifierExtension);
    const authorityKeyId = identifier?.keyId;
    const issuerOfIssuer = directoryName(identifier);
    const subjectKeyId = find(SubjectKeyIdentifierExtension)?.keyId;
    const usages = find(KeyUsagesExtension)?.usages;
    const alternatives = find(SubjectAlternativeNameExtension)?.names.items ?? [];
    const commonName = commonNameOf(subject);
    const issuerCommonName = commonNameOf(issuer);
    const organisation = subject.find(({ O }) => O)?.O?.[0];
    const name = rfc4514(subject);
    const issuedBy = rfc4514(issuer);
    return {
      name,
      issuer: issuedBy,
      ...(commonName !== undefined && { commonName }),
      ...(issuerCommonName !== undefined && { issuerCommonName }),
      ...(organisation !== undefined && { organisation }),
      serial: certificate.serialNumber.toUpperCase(),
      notBefore: isoTime(certificate.notBefore),
      notAfter: isoTime(certificate.notAfter),
      key: keyOf(certificate),
      signature: nameOf(names.signatures, dottedIdentifier(der, derAt(der, 1, 0))),
      sans: alternatives.map(({ value }) => value),
      hosts: alternatives.filter(({ type }) => type === 'dns' || type === 'ip').map(({ value }) => value),
      ca: find(BasicConstraintsExtension)?.ca ?? false,
      selfSigned:
        name === issuedBy &&
        (!authorityKeyId || !subjectKeyId || authorityKeyId === subjectKeyId) &&
        signatureVerifies(der, der),
      eku: (find(ExtendedKeyUsageExtension)?.usages ?? []).map((usage) => nameOf(names.purposes, String(usage))),
      ...(usages !== undefined && { signsCertificates: (usages & KeyUsageFlags.keyCertSign) !== 0 }),
      publicKeyHash: sha256(new Uint8Array(certificate.publicKey.rawData)),
      ...(subjectKeyId && { subjectKeyId }),
      ...(authorityKeyId && { authorityKeyId }),
      ...(issuerOfIssuer !== undefined && { issuerOfIssuer }),
      publiclyTrusted: isPubliclyTrusted(extensions, find(CertificatePolicyExtension)),
      hash,
      der,
    };
  } catch {
    return undefined;
  }
}

function keyOf(certificate: X509Certificate): Certificate['key'] {
  const { algorithm: parameters } = certificate.publicKey;
  const key = new Uint8Array(certificate.publicKey.rawData);
  const name = nameOf(names.keys, dottedIdentifier(key, derAt(key, 0, 0)));
  if ('modulusLength' in parameters && typeof parameters.modulusLength === 'number') {
    return { algorithm: name, bits: parameters.modulusLength };
  }
  if (name !== 'EC' || !('namedCurve' in parameters) || typeof parameters.namedCurve !== 'string')
    return { algorithm: name };
  const bits = /\d{3}/.exec(parameters.namedCurve)?.[0];
  return { algorithm: name, ...(bits && { bits: Number(bits) }), curve: parameters.namedCurve };
}

/** The CA/Browser Forum lets no root sign a subscriber's certificate, so such a one always has an intermediate. */
const isPubliclyTrusted = (
  extensions: readonly Extension[],
  policies: CertificatePolicyExtension | undefined,
): boolean =>
  extensions.some(({ type }) => type === names.signedCertificateTimestamps) ||
  (policies?.policies ?? []).some((policy) => names.publicPolicies.includes(policy));

type Constructor<T> = abstract new (...values: never[]) => T;

function directoryName(identifier: AuthorityKeyIdentifierExtension | null | undefined): string | undefined {
  const directory = identifier?.certId?.name;
  if (!Array.isArray(directory)) return undefined;
  const [first] = directory;
  return first?.directoryName ? rfc4514(new Name(first.directoryName).toJSON()) : undefined;
}

const nameOf = (table: Readonly<Record<string, string>>, identifier: string): string => table[identifier] ?? identifier;
const isoTime = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/, 'Z');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
