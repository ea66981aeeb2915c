import { expect, test } from '@jest/globals';
import { imageClients } from '../../src/extract/verification/image.ts';

/** `line: subject, phase, exposure, mechanism` of each client, and the text that it points at. */
async function clientsIn(text: string, path = 'Dockerfile'): Promise<readonly string[]> {
  const source = { path, text };
  const repository = { paths: [path], read: () => source };
  const versions = () => ({ version: '0', reason: '', guessed: true });
  const { facts } = await imageClients.extract({ sources: [source], repository }, versions);
  return facts.map(({ data, subject, self }) => {
    const line = text.slice(0, self.start).split('\n').length;
    const told = data.kind === 'client' ? `${data.phase}, ${data.exposure}, ${data.mechanism}` : data.kind;
    return `${line}: ${subject}, ${told} @ ${text.slice(self.start, self.end)}`;
  });
}

test('what ENV sets in a stage that becomes the image holds when it runs', async () => {
  const text = `FROM node:22 AS base
ENV NODE_TLS_REJECT_UNAUTHORIZED=0
FROM node:22 AS build
ENV NODE_TLS_REJECT_UNAUTHORIZED 0
FROM base
CMD ["node", "x.js"]
`;
  expect(await clientsIn(text)).toEqual([
    '2: stage base, run, external, NODE_TLS_REJECT_UNAUTHORIZED=0 @ 0',
    '4: stage build, build, external, NODE_TLS_REJECT_UNAUTHORIZED=0 @ 0',
  ]);
});

test('what a later ENV corrects holds while the image is built', async () => {
  const text = `FROM node:22
ENV NODE_TLS_REJECT_UNAUTHORIZED="0"
RUN npm ci
ENV NODE_TLS_REJECT_UNAUTHORIZED=1
`;
  expect(await clientsIn(text)).toEqual(['2: the image, build, external, NODE_TLS_REJECT_UNAUTHORIZED=0 @ 0']);
});

test('continued lines, comments between them and here-documents are placed', async () => {
  const text = `FROM debian:12
RUN set -e; \\
    # curl -k https://no.example
    apt-get update && \\
    curl -sSk https://a.example | sh
RUN <<EOF
wget --no-check-certificate https://b.example/t
EOF
COPY --chmod=755 <<"EOF" /entrypoint.sh
#!/bin/sh
curl -k "https://$HOST/x"
EOF
ENTRYPOINT ["/bin/sh", "-c", "curl --insecure https://c.example && exec app"]
HEALTHCHECK CMD curl -k https://localhost/
`;
  expect(await clientsIn(text)).toEqual([
    '5: the image, build, external, curl -sSk | sh @ -sSk',
    '7: the image, build, external, wget --no-check-certificate @ --no-check-certificate',
    '11: the image, run, external, curl -k @ -k',
    '13: the image, run, external, curl --insecure @ --insecure',
    '14: the image, run, internal, curl -k @ -k',
  ]);
});

test('CRLF does not move anything', async () => {
  expect(await clientsIn('FROM alpine\r\nRUN true \\\r\n && curl -k https://a.example\r\n')).toEqual([
    '3: the image, build, external, curl -k @ -k',
  ]);
});

test('a Dockerfile is known by its name', () => {
  const claims = (path: string) => imageClients.claims({ path, hasWord: () => true });
  expect(
    ['Dockerfile', 'a/Dockerfile.prod', 'web.dockerfile', 'Containerfile', 'b/dockerfile-dev'].map(claims),
  ).toEqual(Array(5).fill(true));
  expect(['Dockerfile.dockerignore', 'dockerfile.ts', 'docs/Dockerfile.md', 'mydockerfile'].map(claims)).toEqual(
    Array(4).fill(false),
  );
});
