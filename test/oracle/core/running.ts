import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import type { Installed, RealServer } from './real-server.ts';

/** How long a server may take until it listens, in milliseconds. */
const patience = 15_000;

/**
 * Lifts what the installed OpenSSL forbids by itself, so that the server's own settings are what is measured: no
 * oldest version, security level 0 (SSL_CTX_set_security_level(3)).
 */
export const opensslWithoutFloor = `openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = floor
[floor]
MinProtocol = None
CipherString = DEFAULT:@SECLEVEL=0
`;

export type Started =
  | { readonly state: 'running'; readonly stop: () => Promise<void> }
  /** It ended by itself before it listened: it does not take this configuration. */
  | { readonly state: 'refused'; readonly output: string };

/** Writes the files and starts the server; it runs once every one of `ports` accepts connections. */
export async function startServer(
  server: RealServer,
  installed: Installed,
  folder: string,
  files: Readonly<Record<string, string>>,
  ports: readonly number[],
): Promise<Started> {
  for (const [path, text] of Object.entries({ 'openssl-without-floor.cnf': opensslWithoutFloor, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const [main = ''] = Object.keys(files);
  const { arguments: args, environment } = server.start({ installed, folder, main });
  let output = '';
  const child = spawn(installed.command, args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      OPENSSL_CONF: join(folder, 'openssl-without-floor.cnf'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      if (output.length < 20_000) output += bytes.toString('utf8');
    });
  const ended = new Promise<'ended'>((resolve) => {
    child.on('close', () => resolve('ended'));
    child.on('error', ({ message }) => {
      output += message;
      resolve('ended');
    });
  });
  const stopped = { value: false };
  const listening = Promise.all(ports.map((port) => untilListening(port, stopped)));
  const first = await Promise.race([listening.then((all) => (all.every(Boolean) ? 'listening' : 'silent')), ended]);
  stopped.value = true;
  if (first === 'listening') return { state: 'running', stop: () => stop(child, ended) };
  await stop(child, ended);
  return { state: 'refused', output: first === 'silent' ? `${output}\nit does not listen on every port` : output };
}

/** How long a server may take to end by itself, in milliseconds: some wait for connections that nobody uses any more. */
const grace = 150;

/** Ends the server and all that it started. */
async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // It has ended already.
    }
  };
  signal('SIGTERM');
  const late = setTimeout(() => signal('SIGKILL'), grace);
  await ended;
  clearTimeout(late);
  signal('SIGKILL');
}

async function untilListening(port: number, stopped: { readonly value: boolean }): Promise<boolean> {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline && !stopped.value) {
    if (await accepts(port)) return true;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return false;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
