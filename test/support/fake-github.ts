import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A GitHub API on loopback that answers `pulls.listFiles`, two files a page. */
export interface FakeGitHub {
  readonly url: string;
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

export async function fakeGitHub(files: readonly object[], status = 200): Promise<FakeGitHub> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://127.0.0.1');
    requests.push(`${request.method} ${address.pathname}${address.search} ${request.headers.authorization ?? ''}`);
    const page = Number(address.searchParams.get('page') ?? '1');
    const next = new URL(address);
    next.searchParams.set('page', String(page + 1));
    const more = files.length > page * 2;
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(more && { link: `<http://${request.headers.host}${next.pathname}${next.search}>; rel="next"` }),
    });
    response.end(
      JSON.stringify(status === 200 ? files.slice((page - 1) * 2, page * 2) : { message: 'Resource not accessible' }),
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => new Promise((done) => server.close(() => done())),
  };
}
