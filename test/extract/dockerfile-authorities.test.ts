import { describe, expect, test } from '@jest/globals';
import type { Fact, Image } from '../../src/core/fact.ts';
import { imagesOf } from '../../src/extract/image/images.ts';
import { inMemory } from '../support/lint-files.ts';

/** The final image of the Dockerfile, and a function that cuts out what a pointer points at. */
function final(files: Readonly<Record<string, string>> | string) {
  const all = typeof files === 'string' ? { Dockerfile: files } : files;
  const { repository } = inMemory(all);
  const source = repository.read('Dockerfile');
  if (!source) throw new Error('no Dockerfile');
  const fact = imagesOf(source, repository).facts.findLast((one): one is Fact<Image> => one.data.kind === 'image');
  const at = (pointer: string) => {
    const span = fact?.spans[pointer];
    return span && source.text.slice(span.start, span.end);
  };
  return { authorities: fact?.data.authorities, at, related: fact?.related ?? [] };
}

const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const installed = 'FROM debian:12\nRUN apt-get update && apt-get install -y ca-certificates\n';

describe('authorities of its own that an image never trusts', () => {
  test('with their place and what to do', () => {
    const { authorities, at } = final(`${installed}COPY corp.crt /usr/local/share/ca-certificates/\n`);
    expect(authorities?.untrusted).toEqual([
      {
        how: 'unregistered',
        what: '/usr/local/share/ca-certificates/corp.crt',
        repair:
          'no program reads that folder until update-ca-certificates has run; add `RUN update-ca-certificates` after it',
      },
    ]);
    expect(at('authorities/untrusted/0')).toBe('/usr/local/share/ca-certificates/');
  });
  test('several: what certainly fails comes first, the others are shown beside it', () => {
    const { authorities, at, related } = final(
      'FROM python:3.13\nCOPY a.pem /usr/local/share/ca-certificates/a.pem\nRUN update-ca-certificates\nCOPY b.crt /usr/local/share/ca-certificates/b.crt\n',
    );
    expect(authorities?.untrusted?.map(({ how, what }) => `${how} ${what}`)).toEqual([
      'skipped /usr/local/share/ca-certificates/a.pem',
      'unregistered /usr/local/share/ca-certificates/b.crt',
    ]);
    expect(at('authorities/untrusted/1')).toBe('/usr/local/share/ca-certificates/b.crt');
    expect(related.map(({ about }) => about)).toEqual(['authorities/untrusted']);
  });
  test.each([
    ['a name in capitals', 'COPY CORP.CRT /usr/local/share/ca-certificates/\nRUN update-ca-certificates', 'skipped'],
    ['a pattern', 'COPY certs/*.pem /usr/local/share/ca-certificates/\nRUN update-ca-certificates', 'skipped'],
    ['a copy in a step', 'RUN cp /tmp/x.crt /usr/local/share/ca-certificates/', 'unregistered'],
    ['a here-document', 'COPY <<corp.crt /usr/local/share/ca-certificates/\nMIIB\ncorp.crt', 'unregistered'],
    [
      'another package with the same step',
      'COPY corp.crt /usr/local/share/ca-certificates/\nRUN apt-get install -y git',
      'unregistered',
    ],
    ['no list names it', 'COPY corp.crt /usr/share/ca-certificates/\nRUN update-ca-certificates', 'unlisted'],
  ])('%s', (_note, lines, how) => {
    expect(final(`FROM python:3.13\n${lines}\n`).authorities?.untrusted?.map((one) => one.how)).toEqual([how]);
  });
  test.each([
    ['a later upgrade', 'COPY corp.crt /usr/local/share/ca-certificates/\nRUN apt-get update && apt-get upgrade -y'],
    [
      'an installation of the package',
      'COPY corp.crt /usr/local/share/ca-certificates/\nRUN apt-get install -y ca-certificates',
    ],
    ['debconf', 'COPY corp.pem /usr/share/ca-certificates/corp.crt\nRUN dpkg-reconfigure ca-certificates'],
    ['every one of them', 'COPY corp.pem /usr/share/ca-certificates/corp.crt\nRUN update-ca-certificates --default'],
    [
      'started with the program',
      'COPY corp.crt /usr/local/share/ca-certificates/\nCMD update-ca-certificates && exec app',
    ],
    ['the exec form', 'COPY corp.crt /usr/local/share/ca-certificates/\nRUN ["update-ca-certificates"]'],
    [
      'told to curl',
      'COPY corp.pem /usr/local/share/ca-certificates/\nRUN curl --cacert /usr/local/share/ca-certificates/corp.pem https://x',
    ],
    [
      'told to pip',
      'COPY corp.pem /usr/local/share/ca-certificates/\nRUN pip config set global.cert /usr/local/share/ca-certificates/corp.pem',
    ],
    [
      'appended by hand',
      'COPY corp.crt /usr/local/share/ca-certificates/\nRUN cat /usr/local/share/ca-certificates/corp.crt >> /etc/ssl/certs/ca-certificates.crt',
    ],
    ['copied elsewhere too', 'COPY corp.crt /usr/local/share/ca-certificates/\nCOPY corp.crt /etc/app/'],
    ['a file that may be anything', 'COPY corp /usr/local/share/ca-certificates/corp\nRUN update-ca-certificates'],
    [
      'a name that only the build knows',
      'ARG CA\nCOPY $CA /usr/local/share/ca-certificates/\nRUN update-ca-certificates',
    ],
  ])('%s: silent', (_note, lines) => {
    expect(final(`FROM python:3.13\n${lines}\n`).authorities?.untrusted).toBeUndefined();
  });
  test('a file of the repository without a certificate is none', () => {
    const files = {
      Dockerfile: 'FROM python:3.13\nCOPY ca.pem /usr/local/share/ca-certificates/\nRUN update-ca-certificates\n',
    };
    expect(final({ ...files, 'ca.pem': 'none yet' }).authorities).toBeUndefined();
    expect(final({ ...files, 'ca.pem': certificate }).authorities?.untrusted).toHaveLength(1);
  });
  test('settings of a program in the repository name the folder: silent', () => {
    const files = { Dockerfile: 'FROM python:3.13\nCOPY ca.crt /usr/local/share/ca-certificates/\n' };
    expect(final(files).authorities?.untrusted).toHaveLength(1);
    expect(
      final({ ...files, 'settings.py': 'ssl_cafile = "/usr/local/share/ca-certificates/ca.crt"' }).authorities,
    ).toBeUndefined();
  });
  test('nothing is said of images for tests', () => {
    const { repository } = inMemory({
      'test/Dockerfile': `${installed}COPY c.crt /usr/local/share/ca-certificates/\n`,
    });
    const source = repository.read('test/Dockerfile');
    const [fact] = source ? imagesOf(source, repository).facts : [];
    expect(fact?.data).not.toHaveProperty('authorities');
  });
});

describe('authorities that nobody checked', () => {
  test.each([
    [
      'RUN wget -P /usr/local/share/ca-certificates/ http://pki.corp/ca.crt && update-ca-certificates',
      'plaintext http://pki.corp/ca.crt',
    ],
    [
      'RUN cd /usr/local/share/ca-certificates && curl -kO https://pki.corp/ca.crt && update-ca-certificates',
      'unverified https://pki.corp/ca.crt',
    ],
    [
      'ARG CA_URL\nRUN curl -k ${CA_URL} -o /etc/pki/ca-trust/source/anchors/ca.crt && update-ca-trust',
      'unverified ${CA_URL}',
    ],
    [
      'RUN openssl s_client -connect a.corp:443 </dev/null | openssl x509 | keytool -importcert -noprompt -cacerts -alias a',
      'first-use openssl s_client -connect a.corp:443',
    ],
    [
      'ARG d=/usr/local/share/ca-certificates\nRUN openssl s_client -showcerts -connect a.corp:443 </dev/null 2>/dev/null|openssl x509 -outform PEM > ${d}/a.crt',
      'first-use openssl s_client -connect a.corp:443',
    ],
  ])('%s', (lines, expected) => {
    const found = final(`FROM python:3.13\n${lines}\n`).authorities?.unproven;
    expect(found?.map(({ how, what }) => `${how} ${what}`)).toEqual([expected]);
  });
  test.each([
    'RUN curl -k https://pki.corp/ca.crt -o /usr/local/share/ca-certificates/ca.crt && echo "ab  ca" | sha256sum -c',
    'RUN curl http://pki.corp/list.txt -o /tmp/list.txt && cat /tmp/list.txt',
    'RUN openssl s_client -connect a.corp:443 </dev/null',
    'RUN echo "curl http://pki.corp/ca.crt > /usr/local/share/ca-certificates/ca.crt"',
    'RUN curl -fsSLo /usr/local/share/ca-certificates/ca.crt https://pki.corp/ca.crt',
  ])('%s: none', (lines) => {
    expect(final(`FROM python:3.13\n${lines}\n`).authorities?.unproven).toBeUndefined();
  });
});
