import { execFileSync } from 'node:child_process';
import { cipherSuite } from '../../../src/tls/suites.ts';

/** Suites that the installed OpenSSL leaves out and servers written in Go or with BoringSSL may still do. */
const beyondOpenssl: Readonly<Record<string, number>> = {
  TLS_RSA_WITH_RC4_128_SHA: 0x0005,
  TLS_RSA_WITH_3DES_EDE_CBC_SHA: 0x000a,
  TLS_ECDHE_ECDSA_WITH_RC4_128_SHA: 0xc007,
  TLS_ECDHE_RSA_WITH_RC4_128_SHA: 0xc011,
  TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA: 0xc012,
};

/** Whether the oracle asks for a suite, by any name, that the installed OpenSSL leaves out: for `cannot.suite`. */
export const isBeyondOpenssl = (name: string): boolean => {
  const iana = cipherSuite(name)?.iana;
  return iana !== undefined && iana in beyondOpenssl;
};

/** IANA "TLS Supported Groups". */
export const groupCodes: Readonly<Record<string, number>> = {
  secp224r1: 0x0015,
  secp256r1: 0x0017,
  secp384r1: 0x0018,
  secp521r1: 0x0019,
  x25519: 0x001d,
  x448: 0x001e,
  ffdhe2048: 0x0100,
  ffdhe3072: 0x0101,
  ffdhe4096: 0x0102,
  SecP256r1MLKEM768: 0x11eb,
  X25519MLKEM768: 0x11ec,
  SecP384r1MLKEM1024: 0x11ed,
};

let byCode: ReadonlyMap<number, string> | undefined;

/**
 * Two-byte values and IANA names of all suites that can be offered, from `openssl ciphers -V -stdname`, without those
 * that need a shared key or a password.
 */
export function suiteNames(): ReadonlyMap<number, string> {
  byCode ??= new Map([
    ...opensslSuites(),
    ...Object.entries(beyondOpenssl).map(([name, code]) => [code, name] as const),
  ]);
  return byCode;
}

function opensslSuites(): readonly (readonly [number, string])[] {
  const list = execFileSync(
    'openssl',
    ['ciphers', '-V', '-stdname', '-ciphersuites', everySuite13, 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'],
    { encoding: 'utf8' },
  );
  return [...list.matchAll(/0x([\dA-F]{2}),0x([\dA-F]{2}) - (\S+)/g)].flatMap(([, high, low, name = '']) =>
    /PSK|SRP/.test(name) ? [] : [[Number.parseInt(`${high}${low}`, 16), name] as const],
  );
}

/** Every suite of TLS 1.3 as OpenSSL lists them (RFC 8446, appendix B.4). */
export const everySuite13 =
  'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256';

/** Suites for TLS 1.3, or for the versions before it. */
export const suiteCodes = (kind: '1.3' | 'older'): readonly number[] =>
  [...suiteNames()].filter(([code]) => (code >> 8 === 0x13) === (kind === '1.3')).map(([code]) => code);

/** The name that facts use for a suite: OpenSSL's where it has one. */
export function commonName(name: string): string {
  const suite = cipherSuite(name);
  return suite?.openssl[0] ?? suite?.iana ?? name;
}
