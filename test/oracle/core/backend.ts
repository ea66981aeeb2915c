import { readFileSync } from 'node:fs';
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { SecureVersion, TLSSocket } from 'node:tls';
import type { CertificateFiles, Certificates } from './certificates.ts';
import { listenAnywhere } from './ports.ts';

/** What is wrong with the certificate of a backend; `sound`: nothing, and it names `localhost` and `*.oracle.test`. */
export type Flaw = 'sound' | 'untrusted' | 'wrong-name' | 'expired';

export interface Backend {
  readonly port: number;
  /** Plain HTTP backends have none. */
  readonly flaw?: Flaw;
  /** The only version that it speaks. */
  readonly version?: SecureVersion;
  /** Requests received since it started. */
  readonly seen: () => readonly Received[];
  readonly close: () => void;
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Whether the client showed a certificate. */
  readonly clientCertificate: boolean;
}

/** What every backend answers with; a response that holds it came from there. */
export const backendAnswer = 'the backend answers';

export async function startPlainBackend(): Promise<Backend> {
  const received: Received[] = [];
  const server = createPlain(handler(received));
  return { ...(await started(server)), seen: () => received };
}

export interface TlsBackendOptions {
  readonly flaw?: Flaw;
  readonly version?: SecureVersion;
}

export async function startTlsBackend(
  certificates: Certificates,
  { flaw = 'sound', version }: TlsBackendOptions = {},
): Promise<Backend> {
  const received: Received[] = [];
  const files = certificateFor(certificates, flaw);
  const server = createSecure(
    {
      cert: readFileSync(files.chain),
      key: readFileSync(files.key),
      requestCert: true,
      rejectUnauthorized: false,
      ciphers: 'ALL:@SECLEVEL=0',
      minVersion: version ?? 'TLSv1',
      maxVersion: version ?? 'TLSv1.3',
    },
    handler(received),
  );
  server.on('tlsClientError', () => {});
  return { ...(await started(server)), flaw, ...(version && { version }), seen: () => received };
}

function certificateFor({ ecdsa, untrusted, wrongName, expired }: Certificates, flaw: Flaw): CertificateFiles {
  return { sound: ecdsa, untrusted, 'wrong-name': wrongName, expired }[flaw];
}

const handler =
  (received: Received[]) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '', headers, socket } = request;
    received.push({ method, path: url, headers, clientCertificate: showsCertificate(socket) });
    response.end(backendAnswer);
  };

const showsCertificate = (socket: IncomingMessage['socket'] | TLSSocket): boolean =>
  'getPeerCertificate' in socket && Object.keys(socket.getPeerCertificate()).length > 0;

async function started(server: Server): Promise<Pick<Backend, 'port' | 'close'>> {
  const port = await listenAnywhere(server);
  return {
    port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
