import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { CertificateFiles } from '../core/certificates.ts';
import { listenAnywhere } from '../core/ports.ts';
import { everySuite13 } from './codes.ts';
import { countProbe } from './server-hello.ts';

export interface EarlyRequest {
  readonly port: number;
  readonly serverName?: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Shown, should the server ask for one. */
  readonly clientCertificate: CertificateFiles;
  /** For the session and the request. */
  readonly folder: string;
}

/** How long the backend is given to see a request, and a busy machine to answer, in milliseconds. */
const patience = 2000;

export interface EarlyAnswer {
  /** Early data of a client that goes on to finish its handshake is accepted. */
  readonly accepted: boolean;
  /** A request reached the backend although the client never finished. */
  readonly reached: boolean;
  /** So did the same bytes, sent once more. */
  readonly replayed: boolean;
}

/**
 * Resumes a session and sends a request as early data: first as a client that means it, then while nothing of what the
 * server says reaches the client, so that it never sends its Finished, and at last the very same bytes on another
 * connection, as an attacker who recorded them would. `seen`: how often the backend has got the request.
 */
export async function sendEarly(early: EarlyRequest, seen: () => number): Promise<EarlyAnswer> {
  const nothing = { accepted: false, reached: false, replayed: false };
  const first = await ticket(early);
  if (!first) return nothing;
  const harmless = `${first.session}.harmless`;
  writeFileSync(harmless, requestText(early, '/ticket'));
  const meant = await openssl(
    early,
    early.port,
    [...first.resume, '-early_data', harmless],
    '',
    patience,
    /Early data was \w+/,
  );
  const accepted = meant.includes('Early data was accepted');
  const fresh = await ticket(early);
  if (!fresh) return { ...nothing, accepted };
  const data = `${fresh.session}.request`;
  writeFileSync(data, requestText(early, early.path));
  const { record, stop, port } = await recorder(early.port);
  const before = seen();
  const sending = openssl(early, port, [...fresh.resume, '-early_data', data], '', patience, /(?!)/);
  const reached = await within(patience, () => seen() > before);
  await (reached ? undefined : sending);
  const bytes = record();
  stop();
  const replay = connect({ port: early.port, host: '127.0.0.1' });
  replay.on('error', () => {});
  replay.resume();
  replay.write(bytes);
  const afterFirst = seen();
  const replayed = await within(patience, () => seen() > afterFirst);
  replay.destroy();
  await sending;
  return { accepted, reached, replayed };
}

/** A session that allows early data. */
interface Ticket {
  readonly session: string;
  /**
   * Options that resume it. They name the group that the server chose: were another one offered first, the server would
   * have to ask again, and then it takes no early data (RFC 8446, section 4.2.10).
   */
  readonly resume: readonly string[];
}

/** `undefined` where the server gives no ticket that allows early data. */
async function ticket(early: EarlyRequest): Promise<Ticket | undefined> {
  const session = join(early.folder, `session-${early.port}-${Math.random().toString(36).slice(2)}`);
  const words = await openssl(
    early,
    early.port,
    ['-sess_out', session],
    requestText(early, '/ticket'),
    2 * patience,
    /Max Early Data: \d+/,
  );
  if (!existsSync(session) || !/Max Early Data: [1-9]/.test(words)) return undefined;
  const group = /Server Temp Key: (?:ECDH, )?([\w-]+)/.exec(words)?.[1];
  return { session, resume: ['-sess_in', session, ...(group === undefined ? [] : ['-groups', group])] };
}

const requestText = ({ method, serverName = 'localhost' }: EarlyRequest, path: string): string =>
  `${method} ${path} HTTP/1.1\r\nHost: ${serverName}\r\nConnection: close\r\n${
    method === 'POST' ? 'Content-Length: 1\r\n\r\nx' : '\r\n'
  }`;

/** Runs s_client with TLS 1.3 and gives what it printed; ended after `milliseconds`, or soon after it printed `until`. */
function openssl(
  { serverName, clientCertificate: { chain, key } }: EarlyRequest,
  port: number,
  options: readonly string[],
  input: string,
  milliseconds: number,
  until: RegExp,
): Promise<string> {
  countProbe();
  const name = serverName === undefined ? ['-noservername'] : ['-servername', serverName];
  const child: ChildProcess = spawn(
    'openssl',
    [
      's_client',
      '-connect',
      `127.0.0.1:${port}`,
      '-tls1_3',
      '-ciphersuites',
      everySuite13,
      '-cert',
      chain,
      '-cert_chain',
      chain,
      '-key',
      key,
      '-ign_eof',
      ...name,
      ...options,
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  return new Promise((resolve) => {
    let output = '';
    const end = (): void => {
      clearTimeout(timer);
      child.kill('SIGTERM');
    };
    const timer = setTimeout(end, milliseconds);
    child.stdout?.on('data', (bytes: Buffer) => {
      output += bytes.toString('latin1');
      if (until.test(output)) setTimeout(end, 30);
    });
    child.stdin?.on('error', () => {});
    child.stdin?.write(input);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(output);
    });
  });
}

/** Passes on what the client says and keeps it; swallows what the server says. */
async function recorder(
  target: number,
): Promise<{ readonly port: number; readonly record: () => Buffer; readonly stop: () => void }> {
  const chunks: Buffer[] = [];
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const onward = connect({ port: target, host: '127.0.0.1' });
    sockets.push(client, onward);
    client.on('data', (bytes) => {
      chunks.push(bytes);
      onward.write(bytes);
    });
    onward.resume();
    for (const socket of [client, onward]) socket.on('error', () => {});
  });
  return {
    port: await listenAnywhere(server),
    record: () => Buffer.concat(chunks),
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Whether something comes true in time. */
async function within(milliseconds: number, happened: () => boolean): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (!happened() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  return happened();
}
