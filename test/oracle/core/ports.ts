import { createServer, type Server } from 'node:net';

/** Starts a server on a port of this machine that nothing else uses, and says which. */
export async function listenAnywhere(server: Server): Promise<number> {
  await listen(server, 0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port');
  return address.port;
}

/**
 * Below the ports that the system gives to outgoing connections and to servers that take any, and a stretch of its own
 * for each process: suites that run at the same time must not be given what another one's server is about to take.
 */
const first = 10_000;
const stretch = 1000;
const stretches = 22;
let next = 0;

/** Ports that were free a moment ago, all different, and not given out before until all others were. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  for (let tried = 0; ports.length < count; tried++) {
    if (tried > 2 * stretch) throw new Error('no free ports are left');
    const port = first + (process.pid % stretches) * stretch + (next++ % stretch);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, port);
  } catch {
    return false;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
