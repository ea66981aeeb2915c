import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { extname, join } from 'node:path';

/*
 * Starts Traefik and listens on the port that the main file names in a comment once the dynamic configuration is in
 * force. Traefik itself listens at once, and serves TLS with its defaults until then. Readiness is seen at an entry
 * point that is added to the main file, whose only router comes from the same folder as the others and is swapped in
 * together with them.
 */
const [program, folder, main] = process.argv.slice(2);
const text = readFileSync(join(folder, main), 'utf8');
const announced = Number(/# ready (\d+)/.exec(text)?.[1]);
const inner = await freePort();
const address = `127.0.0.1:${inner}`;
const extended = main.endsWith('.toml')
  ? `${text}\n[entryPoints.oracle-ready]\naddress = "${address}"\n[ping]\nmanualRouting = true\n`
  : `${text.replace(/^entryPoints:$/im, (key) => `${key}\n  oracle-ready: { address: "${address}" }`)}\nping: { manualRouting: true }\n`;
const started = join(folder, `started${extname(main)}`);
writeFileSync(started, extended);
mkdirSync(join(folder, 'dynamic'), { recursive: true });
writeFileSync(
  join(folder, 'dynamic', 'oracle-ready.yml'),
  'http: { routers: { oracle-ready: { rule: "PathPrefix(`/`)", priority: 100000, entryPoints: [oracle-ready], service: ping@internal } } }\n',
);
const child = spawn(program, [`--configFile=${started}`], { cwd: folder, stdio: 'inherit' });
child.on('close', (code) => process.exit(code ?? 1));
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
while (!(await answers())) await pause(15);
// The entry points are given their routers one after the other: the others follow while Traefik has something to do.
for (let quiet = 0; quiet < 2; quiet = isBusy() ? 0 : quiet + 1) await pause(10);
createServer((socket) => socket.destroy()).listen(announced, '127.0.0.1');

/** Whether a thread of Traefik runs, or would if there were a processor for it: proc(5), /proc/pid/stat. */
function isBusy() {
  const tasks = `/proc/${child.pid}/task`;
  try {
    return readdirSync(tasks).some((task) => /\) R /.test(readFileSync(`${tasks}/${task}/stat`, 'utf8')));
  } catch {
    // A thread ended in between.
    return true;
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function answers() {
  return new Promise((resolve) => {
    const asked = request({ port: inner, host: '127.0.0.1', path: '/' }, ({ statusCode }) =>
      resolve(statusCode === 200),
    );
    asked.on('error', () => resolve(false));
    asked.end();
  });
}
