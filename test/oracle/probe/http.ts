import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { CertificateFiles } from '../core/certificates.ts';
import { everySuite13 } from './codes.ts';
import { countProbe } from './server-hello.ts';

export interface Request {
  readonly port: number;
  readonly tls: boolean;
  /** Sent as server name and as Host; without it no server name is sent. */
  readonly host?: string;
  readonly path?: string;
  readonly method?: 'GET' | 'POST';
  readonly clientCertificate?: CertificateFiles;
}

export interface Response {
  /** `undefined` when no HTTP answer came: the connection was refused or broken off. */
  readonly status: number | undefined;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The certificates that the server sent, DER, leaf first. */
  readonly chain: readonly Buffer[];
  readonly problem?: string;
}

const patience = 5000;

/**
 * One HTTP/1.1 request on a new connection, which is closed afterwards. Any certificate is accepted and any version and
 * suite that this Node can do: what is tested is the server. Never rejects.
 */
export function request({
  port,
  tls,
  host,
  path = '/',
  method = 'GET',
  clientCertificate,
}: Request): Promise<Response> {
  countProbe();
  return new Promise((resolve) => {
    let received = '';
    let chain: readonly Buffer[] = [];
    const socket = tls
      ? connectTls({ ...secureOptions(port, host, clientCertificate), ALPNProtocols: ['http/1.1'] })
      : connect({ port, host: '127.0.0.1' });
    const finish = (problem?: string): void => {
      socket.destroy();
      resolve({ ...readResponse(received), chain, ...(problem !== undefined && { problem }) });
    };
    socket.setTimeout(patience, () => finish(noAnswer));
    socket.on(tls ? 'secureConnect' : 'connect', () => {
      if ('getPeerCertificate' in socket) chain = chainOf(socket.getPeerCertificate(true));
      const body = method === 'POST' ? 'Content-Length: 1\r\n' : '';
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: ${host ?? 'localhost'}\r\nConnection: close\r\n${body}\r\n${method === 'POST' ? 'x' : ''}`,
      );
    });
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
    });
    socket.on('error', ({ message }) => finish(message));
    socket.on('close', () => finish());
  });
}

/** How long a server may take to find out that a client certificate will not do, in milliseconds. */
const afterthought = 80;

/**
 * Whether a handshake is completed, for what speaks no HTTP: no alert comes, not even late, as TLS 1.3 allows for a
 * client certificate that is missing or not trusted. Never rejects.
 */
export function handshakes({ port, host, clientCertificate }: Omit<Request, 'tls'>): Promise<boolean> {
  countProbe();
  return new Promise((resolve) => {
    const socket = connectTls(secureOptions(port, host, clientCertificate));
    const finish = (completed: boolean): void => {
      socket.destroy();
      resolve(completed);
    };
    socket.setTimeout(patience, () => finish(false));
    socket.on('secureConnect', () => setTimeout(() => finish(true), afterthought));
    socket.on('error', () => finish(false));
    socket.resume();
  });
}

/** Any certificate is accepted, and any version and suite that this Node can do. */
const secureOptions = (
  port: number,
  host: string | undefined,
  clientCertificate?: CertificateFiles,
): ConnectionOptions => ({
  port,
  host: '127.0.0.1',
  ...(host !== undefined && !/^[\d.]+$/.test(host) && { servername: host }),
  rejectUnauthorized: false,
  minVersion: 'TLSv1',
  ciphers: `${everySuite13}:ALL:@SECLEVEL=0`,
  ...(clientCertificate && { cert: readFileSync(clientCertificate.chain), key: readFileSync(clientCertificate.key) }),
});

const noAnswer = 'no answer';

interface Link {
  readonly raw: Buffer;
  readonly issuerCertificate?: Link;
}

/** The certificates as sent. Node closes the circle at a root that signed itself. */
function chainOf(leaf: Link | Record<string, never>): readonly Buffer[] {
  const chain: Buffer[] = [];
  let current: Link | undefined = isLink(leaf) ? leaf : undefined;
  while (current && !chain.some((seen) => seen.equals(current?.raw ?? seen))) {
    chain.push(current.raw);
    current = current.issuerCertificate;
  }
  return chain;
}

const isLink = (value: Link | Record<string, never>): value is Link => Buffer.isBuffer(value.raw);

function readResponse(text: string): Omit<Response, 'chain'> {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const status = /^HTTP\/[\d.]+ (\d{3})/.exec(statusLine)?.[1];
  const headers = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]] : [];
  });
  return {
    status: status === undefined ? undefined : Number(status),
    // Of a header that is sent twice the first one counts (RFC 6797, section 8.1).
    headers: new Map(headers.reverse()),
    body: rest.join('\r\n\r\n'),
  };
}
