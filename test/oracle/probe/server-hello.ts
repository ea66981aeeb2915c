import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { ProtocolVersion } from '../../../src/core/fact.ts';
import { clientHello, type Offer, wireVersions } from './client-hello.ts';

/** What a server answered to a ClientHello. */
export type Answer =
  | {
      readonly kind: 'accepted';
      readonly version: ProtocolVersion;
      readonly suite: number;
      /** The group of the key exchange, where one is named. */
      readonly group: number | undefined;
      /** Up to TLS 1.2: SHA-256 of each certificate sent, lower-case hex. Encrypted in TLS 1.3. */
      readonly chain: readonly string[] | undefined;
      /** Up to TLS 1.2: whether a client certificate is asked for. Encrypted in TLS 1.3. */
      readonly asksForCertificate: boolean | undefined;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** How long a server on this machine may take to answer, in milliseconds. */
const patience = 5000;

let made = 0;
/** How many connections the oracle has opened to ask something, in this process. */
export const probesMade = (): number => made;
export function countProbe(): void {
  made++;
}

/**
 * Sends one ClientHello to a port of this machine and reads the server's first flight. What a busy machine may cause, no
 * answer or a broken connection, is asked again. Never rejects.
 */
export async function offer(port: number, hello: Offer): Promise<Answer> {
  for (let left = 2; ; left--) {
    const answer = await offerOnce(port, hello);
    const inconclusive = answer.kind === 'refused' && (answer.reason === noAnswer || /\bE[A-Z]+\b/.test(answer.reason));
    if (!inconclusive || left === 0) return answer;
  }
}

const noAnswer = 'no answer';

function offerOnce(port: number, hello: Offer): Promise<Answer> {
  countProbe();
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (answer: Answer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(patience, () => finish({ kind: 'refused', reason: noAnswer }));
    socket.on('connect', () => socket.write(clientHello(hello)));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      const answer = readFlight(received, hello);
      if (answer) finish(answer);
    });
    socket.on('error', ({ message }) => finish({ kind: 'refused', reason: message }));
    socket.on('close', () => finish({ kind: 'refused', reason: 'closed' }));
  });
}

/** The answer, once enough has arrived: a HelloRetryRequest, everything up to ServerHelloDone, or an alert. */
function readFlight(bytes: Buffer, hello: Offer): Answer | undefined {
  const { handshake, alert, foreign } = readRecords(bytes);
  if (foreign)
    return { kind: 'refused', reason: `no TLS: ${JSON.stringify(bytes.subarray(0, 20).toString('latin1'))}` };
  const messages = readMessages(handshake);
  const greeting = messages.find(({ type }) => type === 2);
  const done = messages.some(({ type }) => type === 14);
  if (greeting && (done || hello.version === 'TLSv1.3')) return accepted(greeting.body, messages, hello);
  return alert === undefined ? undefined : { kind: 'refused', reason: `alert ${alert}` };
}

interface Message {
  readonly type: number;
  readonly body: Buffer;
}

function accepted(greeting: Buffer, messages: readonly Message[], hello: Offer): Answer {
  const session = greeting.readUInt8(34);
  const suite = greeting.readUInt16BE(35 + session);
  const extensions = readExtensions(greeting.subarray(38 + session));
  const wire = extensions.get(43)?.readUInt16BE(0) ?? greeting.readUInt16BE(0);
  const version = versionOf(wire);
  if (version !== hello.version) return { kind: 'refused', reason: `answered with ${version ?? wire.toString(16)}` };
  const modern = version === 'TLSv1.3';
  const certificates = messages.find(({ type }) => type === 11);
  const keyExchange = messages.find(({ type }) => type === 12);
  return {
    kind: 'accepted',
    version,
    suite,
    group: modern
      ? extensions.get(51)?.readUInt16BE(0)
      : keyExchange && keyExchange.body.readUInt8(0) === 3
        ? keyExchange.body.readUInt16BE(1)
        : undefined,
    chain: modern ? undefined : certificates ? readChain(certificates.body) : [],
    asksForCertificate: modern ? undefined : messages.some(({ type }) => type === 13),
  };
}

function versionOf(wire: number): ProtocolVersion | undefined {
  const found = Object.entries(wireVersions).find(([, value]) => value === wire)?.[0];
  return found === 'SSLv3' || found === 'TLSv1.0' || found === 'TLSv1.1' || found === 'TLSv1.2' || found === 'TLSv1.3'
    ? found
    : undefined;
}

/** The handshake bytes of the complete records, and the first alert's description (RFC 8446, sections 5.1 and 6). */
function readRecords(bytes: Buffer): { handshake: Buffer; alert: number | undefined; foreign: boolean } {
  const parts: Buffer[] = [];
  let alert: number | undefined;
  let at = 0;
  while (at + 5 <= bytes.length) {
    const type = bytes.readUInt8(at);
    if (type < 20 || type > 23 || bytes.readUInt8(at + 1) !== 3)
      return { handshake: Buffer.concat(parts), alert, foreign: at === 0 };
    const length = bytes.readUInt16BE(at + 3);
    if (at + 5 + length > bytes.length) break;
    const body = bytes.subarray(at + 5, at + 5 + length);
    if (type === 22) parts.push(body);
    if (type === 21 && body.length === 2 && body.readUInt8(0) === 2) alert ??= body.readUInt8(1);
    at += 5 + length;
  }
  return { handshake: Buffer.concat(parts), alert, foreign: false };
}

function readMessages(bytes: Buffer): readonly Message[] {
  const messages: Message[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUIntBE(at + 1, 3);
    if (at + 4 + length > bytes.length) break;
    messages.push({ type: bytes.readUInt8(at), body: bytes.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  return messages;
}

function readExtensions(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const extensions = new Map<number, Buffer>();
  for (let at = 2; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    extensions.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return extensions;
}

function readChain(body: Buffer): readonly string[] {
  const hashes: string[] = [];
  for (let at = 3; at + 3 <= body.length; ) {
    const length = body.readUIntBE(at, 3);
    hashes.push(
      createHash('sha256')
        .update(body.subarray(at + 3, at + 3 + length))
        .digest('hex'),
    );
    at += 3 + length;
  }
  return hashes;
}
