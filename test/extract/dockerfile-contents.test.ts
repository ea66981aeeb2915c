import { describe, expect, test } from '@jest/globals';
import type { Fact, Image } from '../../src/core/fact.ts';
import { imagesOf } from '../../src/extract/image/images.ts';
import { inMemory } from '../support/lint-files.ts';

/** The final image of the Dockerfile at `path`, and a function that cuts out what a pointer points at. */
function final(files: Readonly<Record<string, string>> | string, path = 'Dockerfile') {
  const all = typeof files === 'string' ? { [path]: files } : files;
  const { repository } = inMemory(all);
  const source = repository.read(path);
  if (!source) throw new Error(`no ${path}`);
  const fact = imagesOf(source, repository).facts.findLast((one): one is Fact<Image> => one.data.kind === 'image');
  const at = (pointer: string) => {
    const span = fact?.spans[pointer];
    return span && source.text.slice(span.start, span.end);
  };
  return { data: fact?.data, at };
}
const keys = (files: Readonly<Record<string, string>> | string, path?: string) =>
  final(files, path).data?.keys?.map(
    ({ origin, what, development }) => `${origin} ${what}${development ? ' (dev)' : ''}`,
  );

const key = '-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n';

describe('private keys in an image', () => {
  test('a file that is not in the repository, with its place', () => {
    const { data, at } = final('FROM nginx\nCOPY nginx.conf tls/server.key /etc/nginx/\n');
    expect(data?.keys).toEqual([{ origin: 'copied', what: 'tls/server.key', development: false }]);
    expect(at('keys/0')).toBe('tls/server.key');
  });
  test('one of the repository is told apart, and a public key is none', () => {
    const text = 'FROM nginx\nCOPY tls/server.key /etc/nginx/\n';
    expect(keys({ Dockerfile: text, 'tls/server.key': key })).toEqual(['committed tls/server.key']);
    expect(keys({ Dockerfile: text, 'tls/server.key': '-----BEGIN PUBLIC KEY-----\n' })).toBeUndefined();
  });
  test.each([
    ['COPY id_rsa /root/.ssh/', 'copied id_rsa'],
    ['ADD certs/shop.p12 /app/', 'copied certs/shop.p12'],
    ['COPY live/privkey.pem /etc/tls/', 'copied live/privkey.pem'],
    ['COPY localhost.key /etc/tls/', 'copied localhost.key (dev)'],
    [
      'RUN openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=shop -keyout /k.pem -out /c.pem',
      'generated openssl req -x509',
    ],
    [
      'RUN openssl genrsa -out /k.pem 2048 && openssl req -new -x509 -key /k.pem -subj /CN=shop -out /c.pem',
      'generated openssl req -x509',
    ],
    [
      'RUN openssl req -x509 -newkey rsa:2048 -subj "/O=x/CN=shop.local" -keyout /k -out /c',
      'generated openssl req -x509 (dev)',
    ],
    ['RUN sh -c "mkcert example.com localhost"', 'generated mkcert (dev)'],
    ['RUN keytool -genkeypair -alias a -keystore /ks.p12 -dname CN=shop', 'generated keytool -genkeypair'],
    ['RUN make-ssl-cert generate-default-snakeoil', 'generated make-ssl-cert (dev)'],
    ['ARG TLS_KEY\nRUN printf "%s" "$TLS_KEY" > /etc/tls.key', 'argument TLS_KEY'],
    ['ENV K="-----BEGIN PRIVATE KEY-----\\nMIGH"', 'argument K'],
  ])('%s', (line, expected) => {
    expect(keys(`FROM debian:12\n${line}\n`)).toEqual([expected]);
  });
  test.each([
    'COPY server.crt chain.pem /etc/tls/',
    'COPY signing.rsa.pub /etc/apk/keys/',
    'COPY docker.gpg.key /etc/apt/keyrings/docker.key',
    'COPY --from=nginx /etc/server.key /x',
    'RUN echo "openssl req -x509 -newkey rsa:2048 -keyout /k"',
    'RUN openssl req -x509 -newkey rsa:2048 -keyout /tmp/k -out /tmp/c',
    'RUN openssl req -x509 -newkey rsa:2048 -keyout /opt/k -out /opt/c && rm /opt/k',
    'RUN openssl req -x509 -key /run/secrets/k -out /c.pem',
    'RUN openssl req -new -newkey rsa:2048 -keyout /k -out /r.csr',
    'RUN mkcert -install',
    'ARG TLS_KEY=/etc/tls.key\nRUN echo "$TLS_KEY" > /etc/path',
    'ARG TLS_KEY\nENV TLS_KEY_FILE=/run/secrets/key',
    '# COPY server.key /etc/',
    'CMD openssl req -x509 -newkey rsa:2048 -keyout /k -out /c && exec server',
  ])('%s is none', (line) => {
    expect(keys(`FROM debian:12\n${line}\n`)).toBeUndefined();
  });
  test('made in another stage: only if it is copied', () => {
    const pair =
      'FROM debian:12 AS pair\nRUN openssl req -x509 -newkey rsa:2048 -nodes -keyout /tls/k.pem -out /tls/c.pem\n';
    expect(keys(`${pair}FROM nginx\nCOPY --from=pair /tls/ /etc/nginx/tls/\n`)).toEqual([
      'generated openssl req -x509',
    ]);
    expect(keys(`${pair}FROM nginx\nCOPY --from=pair /tls/c.pem /etc/nginx/\n`)).toBeUndefined();
    expect(keys(`${pair}FROM pair\n`)).toEqual(['generated openssl req -x509']);
  });
  test('images for tests and examples are left out', () => {
    const text = 'FROM nginx\nCOPY server.key /etc/nginx/\n';
    expect(keys(text, 'examples/tls/Dockerfile')).toBeUndefined();
    expect(keys(text, 'tests/Dockerfile')).toBeUndefined();
    expect(keys(text, 'Dockerfile.dev')).toBeUndefined();
  });
});

describe('the floor of TLS', () => {
  const floor = (line: string) => final(`FROM debian:12\n${line}\n`).data?.floor;
  test.each([
    ["RUN sed -i 's/MinProtocol = TLSv1.2/MinProtocol = TLSv1.0/' /etc/ssl/openssl.cnf", 'MinProtocol = TLSv1.0'],
    ["RUN sed -i 's|SECLEVEL=2|SECLEVEL=1|g' /etc/ssl/openssl.cnf", 'SECLEVEL=1'],
    ["RUN sed -i 's/^MinProtocol.*/MinProtocol = None/' /etc/pki/tls/openssl.cnf", 'MinProtocol = None'],
    ['RUN { echo "[sect]"; echo "CipherString=DEFAULT@SECLEVEL=0"; } >> /etc/ssl/openssl.cnf', 'DEFAULT@SECLEVEL=0'],
    ['RUN printf "Options = UnsafeLegacyRenegotiation\\n" | tee -a /etc/ssl/openssl.cnf', 'UnsafeLegacyRenegotiation'],
    ['RUN update-crypto-policies --set LEGACY', 'LEGACY'],
    ['RUN update-crypto-policies --set LEGACY:AD-SUPPORT', 'LEGACY:AD-SUPPORT'],
    ['COPY <<EOF /etc/ssl/openssl.cnf\nMinProtocol = TLSv1\nEOF', 'MinProtocol = TLSv1'],
  ])('%s', (line, expected) => {
    expect(floor(line)).toEqual([expected]);
  });
  test.each([
    "RUN sed -i 's/MinProtocol = TLSv1/MinProtocol = TLSv1.2/' /etc/ssl/openssl.cnf",
    "RUN sed -i 's/SECLEVEL=1/SECLEVEL=2/' /etc/ssl/openssl.cnf",
    "RUN sed -i 's/MinProtocol = TLSv1.2/MinProtocol = TLSv1/' /srv/app.conf",
    'RUN grep -q "MinProtocol = TLSv1" /etc/ssl/openssl.cnf',
    'RUN update-crypto-policies --set DEFAULT',
    'RUN update-crypto-policies --show | grep LEGACY',
    'RUN echo "MinProtocol = TLSv1"',
  ])('%s leaves it', (line) => {
    expect(floor(line)).toBeUndefined();
  });
  test('points at the expression', () => {
    const { at } = final("FROM debian:12\nRUN sed -i 's/SECLEVEL=2/SECLEVEL=0/' /etc/ssl/openssl.cnf\n");
    expect(at('floor/0')).toBe("'s/SECLEVEL=2/SECLEVEL=0/'");
  });
});

describe('bases without updates', () => {
  const ended = (image: string) => final(`FROM ${image}\n`).data?.ended?.since;
  test.each([
    ['debian:jessie', '2020-06-30'],
    ['docker.io/library/debian:8.11-slim', '2020-06-30'],
    ['ubuntu:16.04', '2021-04-30'],
    ['centos:centos7.9.2009', '2024-06-30'],
    ['node:8.17-alpine', '2019-12-31'],
    ['java:8-jre', '2017-01-17'],
    ['alpine:3.4', '2019-05-01'],
  ])('%s', (image, since) => {
    expect(ended(image)).toBe(since);
  });
  test.each([
    'debian',
    'debian:12',
    'debian:bookworm',
    'ubuntu:22.04',
    'node:18',
    'node:10',
    'node:80',
    'alpine:3.20',
    'centos',
    'corp/java:8',
    'debian:$X',
  ])('%s is not known as one', (image) => {
    expect(ended(image)).toBeUndefined();
  });
  test('below other stages', () => {
    const { data, at } = final('FROM centos:6 AS base\nRUN true\nFROM base\n');
    expect(data?.ended?.since).toBe('2020-11-30');
    expect(at('ended')).toBe('centos:6');
  });
});
