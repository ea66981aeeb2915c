import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Listener } from '../../../src/core/fact.ts';
import { type Certificates, makeCertificates } from '../core/certificates.ts';
import { factsOf } from '../core/facts.ts';
import type { World } from '../core/oracle-case.ts';
import { startServer } from '../core/running.ts';
import { type Backends, makeWorld, startBackends } from '../core/world.ts';
import { request } from '../probe/http.ts';
import { entryPoint, realTraefik, staticYaml } from './server.ts';

/**
 * Traefik's entry points take TLS and plain HTTP on the same port; which of them a router answers is what its facts
 * say. So each router is asked both ways, and what came is set beside what the facts say.
 */
const host = 'one.oracle.test';

interface PlainCase {
  readonly name: string;
  /** What stands in the braces of each entry point. */
  readonly points: Readonly<Record<string, string>>;
  readonly routers: Readonly<Record<string, string>>;
  readonly more?: string;
}

const site = (name = host): string => `rule: "Host(\`${name}\`)", service: ping@internal`;

const cases: readonly PlainCase[] = [
  { name: 'a router without tls', points: { main: '' }, routers: { a: site() } },
  { name: 'a router with an empty tls', points: { main: '' }, routers: { a: `${site()}, tls: {}` } },
  { name: 'tls without a value', points: { main: '' }, routers: { a: `${site()}, tls: ` } },
  { name: 'tls: null', points: { main: '' }, routers: { a: `${site()}, tls: null` } },
  { name: 'tls: false', points: { main: '' }, routers: { a: `${site()}, tls: false` } },
  { name: 'tls: "true"', points: { main: '' }, routers: { a: `${site()}, tls: "true"` } },
  { name: 'http.tls of the entry point', points: { main: 'http: { tls: {} }' }, routers: { a: site() } },
  { name: 'http.tls: true', points: { main: 'http: { tls: true }' }, routers: { a: site() } },
  { name: 'http.tls: false', points: { main: 'http: { tls: false }' }, routers: { a: site() } },
  {
    name: 'tls: false on an entry point with http.tls',
    points: { main: 'http: { tls: {} }' },
    routers: { a: `${site()}, tls: false` },
  },
  {
    name: 'a router on two entry points, one with http.tls',
    points: { main: '', other: 'http: { tls: {} }' },
    routers: { a: site() },
  },
  {
    name: 'a router with tls on two entry points',
    points: { main: '', other: 'http: { tls: {} }' },
    routers: { a: `${site()}, tls: {}` },
  },
  {
    name: 'an entry point that redirects',
    points: { main: 'http: { redirections: { entryPoint: { to: other } } }', other: 'http: { tls: {} }' },
    routers: { a: site() },
  },
  {
    name: 'a redirection to a port',
    points: { main: 'http: { redirections: { entryPoint: { to: ":443", permanent: false } } }', other: '' },
    routers: { a: `entryPoints: [main], ${site()}` },
  },
  {
    name: 'a redirection with the scheme http',
    points: { main: 'http: { redirections: { entryPoint: { to: other, scheme: http } } }', other: '' },
    routers: { a: `entryPoints: [main], ${site()}` },
  },
  {
    name: 'a redirection of low priority',
    points: { main: 'http: { redirections: { entryPoint: { to: other, priority: 1 } } }', other: '' },
    routers: { a: `entryPoints: [main], ${site()}` },
  },
  {
    name: 'a redirection to nowhere',
    points: { main: 'http: { redirections: { entryPoint: { scheme: https } } }' },
    routers: { a: site() },
  },
  {
    name: 'a redirection to an entry point that does not exist',
    points: { main: 'http: { redirections: { entryPoint: { to: nowhere } } }' },
    routers: { a: site() },
  },
  {
    name: 'redirectScheme',
    points: { main: '' },
    routers: { a: `${site()}, middlewares: [go]` },
    more: '  middlewares: { go: { redirectScheme: { scheme: https } } }',
  },
  {
    name: 'redirectScheme of a chain of the entry point',
    points: { main: 'http: { middlewares: [all@file] }' },
    routers: { a: site() },
    more: '  middlewares: { all: { chain: { middlewares: [go] } }, go: { redirectScheme: { scheme: https, permanent: true } } }',
  },
  {
    name: 'redirectRegex',
    points: { main: '' },
    routers: { a: `${site()}, middlewares: [go]` },
    more: '  middlewares: { go: { redirectRegex: { regex: "^http://(.*)", replacement: "https://${1}" } } }',
  },
  {
    name: 'a redirect for every name beside a router for one',
    points: { main: '' },
    routers: { a: site(), all: 'rule: "HostRegexp(`.+`)", service: noop@internal, middlewares: [go]' },
    more: '  middlewares: { go: { redirectScheme: { scheme: https } } }',
  },
];

describe('Traefik: which routers answer with TLS, and which without', () => {
  const installed = realTraefik.find();
  if (!installed) {
    test.skip(`traefik is not installed: ${realTraefik.install}`, () => {});
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tlslint-oracle-traefik-plain-'));
  let certificates: Certificates;
  let backends: Backends;
  beforeAll(async () => {
    certificates = await makeCertificates(join(folder, 'certificates'));
    backends = await startBackends(certificates);
  });
  afterAll(() => {
    backends.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(cases.map((item, index) => ({ ...item, index })))(
    '$name',
    async ({ points, routers, more = '', index }) => {
      const own = join(folder, `case-${index}`);
      const { world, ports } = await makeWorld(own, certificates, backends);
      const files = filesOf(world, points, routers, more);
      const { facts } = await factsOf(realTraefik, installed, files);
      const listeners = facts.flatMap(({ data, subject }) => (data.kind === 'listener' ? [{ data, subject }] : []));
      const started = await startServer(realTraefik, installed, own, files, ports());
      if (started.state === 'refused') throw new Error(started.output);
      try {
        for (const name of Object.keys(points)) {
          const port = world.port(name);
          const here = listeners.filter(({ data, subject }) => data.ports?.includes(port) && subject !== 'router all');
          const plain = here.map(({ data }) => data).filter(({ tls }) => tls === false);
          const said = {
            tls: here.some(({ data, subject }) => subject === 'router a' && data.tls === true),
            plain: plain.length > 0,
            redirects: redirectsOf(plain),
          };
          expect({ name, ...said }).toEqual({ name, ...(await observed(port, said.redirects !== undefined)) });
        }
      } finally {
        await started.stop();
      }
    },
    60_000,
  );
});

/** Whether plain requests are sent on to https; `undefined` where the facts do not know. */
function redirectsOf(plain: readonly Listener[]): boolean | undefined {
  if (plain.some(({ redirectsToHttps }) => redirectsToHttps === true)) return true;
  return plain.some(({ redirectsToHttps }) => redirectsToHttps === false) ? false : undefined;
}

async function observed(port: number, redirectsMatter: boolean) {
  const secure = await request({ port, tls: true, host });
  const plain = await request({ port, tls: false, host });
  const redirects = /^https:/i.test(plain.headers.get('location') ?? '');
  return {
    tls: secure.status === 200,
    plain: plain.status !== 404,
    redirects: redirectsMatter ? redirects : undefined,
  };
}

const filesOf = (
  world: World,
  points: PlainCase['points'],
  routers: PlainCase['routers'],
  more: string,
): Readonly<Record<string, string>> => ({
  'traefik.yml': staticYaml(
    world,
    Object.entries(points).map(([name, rest]) => entryPoint(world, name, rest)),
  ),
  'dynamic/site.yml': `http:
  routers:
${Object.entries(routers)
  .map(([name, text]) => `    ${name}: { ${text} }`)
  .join('\n')}
${more}
tls: { certificates: [{ certFile: ${world.certificates.rsa.chain}, keyFile: ${world.certificates.rsa.key} }] }
`,
});
