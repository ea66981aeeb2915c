import type { ProtocolVersion } from '../../../src/core/fact.ts';

/** Wire values of the versions (RFC 8446, section 4.2.1; RFC 6101 for SSL 3.0). */
export const wireVersions: Readonly<Record<Exclude<ProtocolVersion, 'SSLv2'>, number>> = {
  SSLv3: 0x0300,
  'TLSv1.0': 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
};

export interface Offer {
  /** The one version that the client says it can do. */
  readonly version: keyof typeof wireVersions;
  /** Suites as their two-byte values. */
  readonly suites: readonly number[];
  /** Groups as their two-byte values. */
  readonly groups: readonly number[];
  readonly serverName?: string;
}

/**
 * A ClientHello record that offers exactly one version. It carries no key share: a server that accepts TLS 1.3 answers
 * with a HelloRetryRequest, which tells version, suite and group as well as a ServerHello does, so that no key exchange
 * has to be computed (RFC 8446, section 4.1.4).
 */
export function clientHello({ version, suites, groups, serverName }: Offer): Buffer {
  const modern = version === 'TLSv1.3';
  const extensions = [
    ...(serverName !== undefined && version !== 'SSLv3' ? [extension(0, serverNames(serverName))] : []),
    ...(version === 'SSLv3' ? [] : [extension(10, vector16(words(groups))), extension(11, Buffer.from([1, 0]))]),
    ...(version === 'TLSv1.2' || modern ? [extension(13, vector16(words(signatureSchemes)))] : []),
    ...(version === 'SSLv3' ? [] : [extension(23, Buffer.alloc(0))]),
    ...(modern
      ? [
          extension(43, vector8(words([wireVersions['TLSv1.3']]))),
          extension(45, Buffer.from([1, 1])),
          extension(51, vector16(Buffer.alloc(0))),
        ]
      : []),
  ];
  const legacy = Math.min(wireVersions[version], wireVersions['TLSv1.2']);
  const body = Buffer.concat([
    words([legacy]),
    Buffer.alloc(32, 0x5a),
    vector8(modern ? Buffer.alloc(32, 0xa5) : Buffer.alloc(0)),
    vector16(words(suites)),
    vector8(Buffer.from([0])),
    extensions.length > 0 ? vector16(Buffer.concat(extensions)) : Buffer.alloc(0),
  ]);
  const length = Buffer.from([0, body.length >> 8, body.length & 0xff]);
  const message = Buffer.concat([Buffer.from([1]), length, body]);
  return Buffer.concat([Buffer.from([22]), words([Math.min(legacy, 0x0301)]), vector16(message)]);
}

/** Everything that a server of our day may sign with, SHA-1 among it (RFC 8446, section 4.2.3; RFC 5246). */
const signatureSchemes = [
  0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0807, 0x0808, 0x0401, 0x0501, 0x0601,
  0x0303, 0x0301, 0x0203, 0x0201, 0x0302, 0x0202, 0x0402, 0x0502, 0x0602,
];

const words = (values: readonly number[]): Buffer => Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
const vector8 = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([bytes.length]), bytes]);
const vector16 = (bytes: Buffer): Buffer => Buffer.concat([words([bytes.length]), bytes]);
const extension = (type: number, bytes: Buffer): Buffer => Buffer.concat([words([type]), vector16(bytes)]);
const serverNames = (name: string): Buffer => vector16(Buffer.concat([Buffer.from([0]), vector16(Buffer.from(name))]));
