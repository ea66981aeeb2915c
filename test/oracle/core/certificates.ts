import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

/** Files of one certificate, absolute paths. */
export interface CertificateFiles {
  /** The certificate and the intermediate that signed it. */
  readonly chain: string;
  /** The certificate without its intermediate. */
  readonly alone: string;
  readonly key: string;
  /** Chain and key in one file, as HAProxy, hitch and Apache's proxy want them. */
  readonly bundle: string;
}

/** A small public key infrastructure, made anew for each run. Names: `localhost`, `*.oracle.test` and `127.0.0.1`. */
export interface Certificates {
  /** The root that signed all but `untrusted`. */
  readonly root: string;
  /** A root that signed nothing here but `untrusted`. */
  readonly otherRoot: string;
  readonly rsa: CertificateFiles;
  readonly ecdsa: CertificateFiles;
  /** Names nobody that a test connects to: `elsewhere.example`. */
  readonly wrongName: CertificateFiles;
  readonly expired: CertificateFiles;
  readonly untrusted: CertificateFiles;
  /** For client authentication. RSA, for a server's choice of groups says which ECDSA certificates it takes. */
  readonly client: CertificateFiles;
  readonly untrustedClient: CertificateFiles;
}

const day = 86_400_000;
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
const namesInTests: x509.JsonGeneralNames = [
  { type: 'dns', value: 'localhost' },
  { type: 'dns', value: '*.oracle.test' },
  { type: 'ip', value: '127.0.0.1' },
];

interface Authority {
  readonly name: string;
  readonly keys: CryptoKeyPair;
  readonly certificate: x509.X509Certificate;
}
type CryptoKeyPair = webcrypto.CryptoKeyPair;

/** Writes the infrastructure into `folder`. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  mkdirSync(folder, { recursive: true });
  const root = await authority('Oracle Root');
  const other = await authority('Other Root');
  const intermediate = await authority('Oracle Intermediate', root);
  const otherIntermediate = await authority('Other Intermediate', other);
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o644 });
    return path;
  };
  const leaf = async (name: string, signer: Authority, options: LeafOptions = {}): Promise<CertificateFiles> => {
    const { certificate, key } = await leafOf(signer, options);
    const chain = `${certificate}\n${signer.certificate.toString('pem')}\n`;
    return {
      chain: write(`${name}.pem`, chain),
      alone: write(`${name}-alone.pem`, `${certificate}\n`),
      key: write(`${name}.key`, key),
      bundle: write(`${name}-bundle.pem`, `${chain}${key}`),
    };
  };
  return {
    root: write('root.pem', `${root.certificate.toString('pem')}\n`),
    otherRoot: write('other-root.pem', `${other.certificate.toString('pem')}\n`),
    rsa: await leaf('rsa', intermediate, { algorithm: rsa }),
    ecdsa: await leaf('ecdsa', intermediate),
    wrongName: await leaf('wrong-name', intermediate, { names: [{ type: 'dns', value: 'elsewhere.example' }] }),
    expired: await leaf('expired', intermediate, { days: [-20, -10] }),
    untrusted: await leaf('untrusted', otherIntermediate),
    client: await leaf('client', intermediate, {
      algorithm: rsa,
      names: [{ type: 'dns', value: 'client.oracle.test' }],
    }),
    untrustedClient: await leaf('untrusted-client', otherIntermediate, { algorithm: rsa }),
  };
}

interface LeafOptions {
  readonly algorithm?: typeof rsa | typeof ecdsa;
  readonly names?: x509.JsonGeneralNames;
  /** First and last day of validity, counted from today. */
  readonly days?: readonly [number, number];
}

async function leafOf(
  signer: Authority,
  { algorithm = ecdsa, names = namesInTests, days: [from, to] = [-10, 60] }: LeafOptions,
): Promise<{ readonly certificate: string; readonly key: string }> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serial(),
      subject: `CN=${names[0]?.value ?? 'oracle'}`,
      issuer: signer.name,
      notBefore: new Date(Date.now() + from * day),
      notAfter: new Date(Date.now() + to * day),
      signingAlgorithm: ecdsa,
      publicKey: keys.publicKey,
      signingKey: signer.keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension(names),
        await x509.AuthorityKeyIdentifierExtension.create(signer.certificate, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: certificate.toString('pem'), key: await pemOfKey(keys.privateKey) };
}

async function authority(commonName: string, signer?: Authority): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
  const name = `CN=${commonName}`;
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serial(),
      subject: name,
      issuer: signer?.name ?? name,
      notBefore: new Date(Date.now() - 100 * day),
      notAfter: new Date(Date.now() + 1000 * day),
      signingAlgorithm: ecdsa,
      publicKey: keys.publicKey,
      signingKey: (signer?.keys ?? keys).privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { name, keys, certificate };
}

const serial = (): string => `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex')}`;

async function pemOfKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}
