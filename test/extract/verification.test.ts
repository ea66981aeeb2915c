import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Client, Fact } from '../../src/core/fact.ts';
import type { Source } from '../../src/core/source.ts';
import {
  type ClientPlace,
  clientsInArguments,
  clientsInEnvironment,
  clientsInScript,
} from '../../src/extract/dialects/verification.ts';

const place: ClientPlace = { technology: 'test', subject: 'script', phase: 'run' };
const source = (text: string): Source => ({ path: 'run.sh', text });
const clientsIn = (text: string, where: ClientPlace = place): readonly Fact<Client>[] =>
  clientsInScript(source(text), where);

/** Mechanism, target and exposure of each client, and the text that its finding points at. */
const told = (text: string, where?: ClientPlace) =>
  clientsIn(text, where).map(({ data, spans }) => {
    const span = spans.verify;
    return [data.mechanism, data.target ?? '-', data.exposure, text.slice(span?.start, span?.end)];
  });

const inEnvironment = (name: string, value: string | undefined): readonly Fact<Client>[] => {
  const span = { file: 'x', start: 0, end: name.length };
  const word = { value, raw: value ?? '$X', span: { file: 'x', start: name.length + 1, end: name.length + 9 } };
  return clientsInEnvironment(name, word, span, place);
};

const inArguments = (program: string | undefined, ...values: readonly string[]): readonly string[] =>
  clientsInArguments(
    program,
    values.map((value, index) => ({ value, raw: value, span: { file: 'x', start: index, end: index + 1 } })),
    place,
  ).map(({ data }) => data.mechanism);

describe('commands that switch verification off', () => {
  test.each([
    ['curl -k https://api.example.com/x', ['curl -k', 'api.example.com', 'external', '-k']],
    ['curl -fsSLk https://u:p@api.example.com:8443', ['curl -fsSLk', 'api.example.com:8443', 'external', '-fsSLk']],
    ['sudo -E /usr/bin/curl --insecure "$URL"', ['curl --insecure', '-', 'external', '--insecure']],
    ['timeout 5 curl -k https://$HOST/', ['curl -k', '-', 'external', '-k']],
    ['! curl -sk https://localhost:8443/', ['curl -sk', 'localhost:8443', 'internal', '-sk']],
    ['curl -k localhost:8443', ['curl -k', 'localhost:8443', 'internal', '-k']],
    ['curl -k https://$(hostname -f)/', ['curl -k', '-', 'internal', '-k']],
    [
      'busybox wget --no-check-certificate https://a.example',
      ['wget --no-check-certificate', 'a.example', 'external', '--no-check-certificate'],
    ],
    [
      'git -C /src -c http.sslVerify=false fetch',
      ['git -c http.sslVerify=false', '-', 'external', '-c http.sslVerify=false'],
    ],
    [
      'git config --global http.https://git.example.com/.sslVerify 0',
      ['git config http.https://git.example.com/.sslVerify 0', 'git.example.com', 'external', '0'],
    ],
    [
      'python3 -m pip install --trusted-host pypi.example.com x',
      ['pip --trusted-host pypi.example.com', 'pypi.example.com', 'external', '--trusted-host pypi.example.com'],
    ],
    ['yarn config set "strict-ssl" false -g', ['yarn set strict-ssl false', '-', 'external', 'false']],
    [
      'helm registry login reg.example.com --insecure',
      ['helm registry login --insecure', '-', 'external', '--insecure'],
    ],
    [
      'kubectl --insecure-skip-tls-verify get pods',
      ['kubectl --insecure-skip-tls-verify', '-', 'external', '--insecure-skip-tls-verify'],
    ],
    [
      'skopeo copy --dest-tls-verify=false a docker://reg.example.com/b',
      ['skopeo --dest-tls-verify=false', 'reg.example.com', 'external', '--dest-tls-verify=false'],
    ],
    ['aws --no-verify-ssl s3 ls', ['aws --no-verify-ssl', '-', 'external', '--no-verify-ssl']],
    [
      'GIT_SSL_NO_VERIFY=1 git clone https://git.example.com/x',
      ['GIT_SSL_NO_VERIFY=1', 'git.example.com', 'external', '1'],
    ],
    [
      'export NODE_TLS_REJECT_UNAUTHORIZED="0"',
      ['NODE_TLS_REJECT_UNAUTHORIZED=0', '-', 'external', 'NODE_TLS_REJECT_UNAUTHORIZED="0"'],
    ],
    [
      'Invoke-WebRequest https://a.example -SkipCertificateCheck',
      ['Invoke-WebRequest -SkipCertificateCheck', 'a.example', 'external', '-SkipCertificateCheck'],
    ],
  ])('%s', (text, expected) => {
    expect(told(text)).toEqual([expected]);
  });

  test('a shell that runs the download is named', () => {
    expect(told('curl -k https://a.example | sudo -E bash -s x').map(([mechanism]) => mechanism)).toEqual([
      'curl -k | bash',
    ]);
    expect(told('. <(curl -k https://a.example)').map(([mechanism]) => mechanism)).toEqual(['curl -k | sh']);
    expect(told('curl -k https://a.example | jq .').map(([mechanism]) => mechanism)).toEqual(['curl -k']);
  });
});

describe('what leaves verification on', () => {
  test.each([
    'echo "curl -k https://a.example"',
    '# curl -k https://a.example',
    'curl -K config -o k https://a.example',
    'curl -ok https://a.example',
    'curl -H -k https://a.example',
    'curl --no-insecure https://a.example',
    'curl -k http://a.example',
    'tar -k -x; ls -k; sort -k 2',
    'apt-get install -y curl wget -k',
    'wget --check-certificate=on https://a.example',
    'git config --get http.sslVerify',
    'git -c http.sslVerify=true clone https://a.example',
    'npm config set strict-ssl true',
    'kubectl --insecure-skip-tls-verify=false get pods',
    'podman pull --tls-verify=true reg.example.com/x',
    'openssl s_client -connect a.example:443',
    'argocd-server --insecure',
    'PYTHONHTTPSVERIFY=0 python3 app.py',
    'NODE_TLS_REJECT_UNAUTHORIZED=1 node app.js',
    'curl $OPTIONS https://a.example',
    'apk add --allow-untrusted local.apk',
  ])('%s', (text) => {
    expect(told(text)).toEqual([]);
  });

  test('a health check asks the container unless it names somebody else', () => {
    const probe = { ...place, probe: true };
    expect(told('curl -k "$URL"', probe)).toEqual([['curl -k', '-', 'internal', '-k']]);
    expect(told('curl -k https://kubernetes.default.svc/', probe)[0]?.[2]).toBe('internal');
    expect(told('curl -k https://a.example', probe)[0]?.[2]).toBe('external');
  });
});

describe('what checks a download', () => {
  const download = 'curl -kLo t https://a.example/t\n';
  const mechanisms = (text: string) => told(text).map(([mechanism]) => mechanism);

  test.each([
    ['echo "abc  t" | sha256sum --check', 'sha256sum'],
    ['echo "$SHA256  t" | shasum -a 256 -c', 'shasum'],
    ['sha512sum -c <<< "abc  t"', 'sha512sum'],
    ['sha256sum t | grep 3b1c9d3b0b7f6ae8d3f1d5c1f3a1a1b9e2d1c0f4', 'sha256sum'],
    ['gpg --batch --verify t.asc t', 'gpg'],
    ['gpgv --keyring /usr/share/keyrings/k.gpg t.asc t', 'gpgv'],
    ['cosign verify-blob --key cosign.pub --signature t.sig t', 'cosign'],
    ['openssl dgst -sha256 -verify key.pem -signature t.sig t', 'openssl'],
  ])('%s', (check, name) => {
    expect(mechanisms(download + check)).toEqual([`curl -kLo, checked by ${name}`]);
  });

  test.each([
    'sha256sum t',
    'gpg --import key.asc',
    // What is checked came verified, or is not what was downloaded.
    'curl -Lo u https://a.example/u.tgz; echo "abc  u.tgz" | sha256sum -c',
    // What is checked came the same way.
    'curl -k https://a.example/s | sha256sum -c -',
    'curl -kLo s https://a.example/s; sha256sum -c s',
    'curl -kLO "https://a.example/$T.sha256"; sha256sum -c "$T.sha256"',
    'curl -kLO https://a.example/t.sha256; sha256sum -c *.sha256',
    'curl -kLo k https://a.example/k; gpg --import k; gpg --verify t.asc t',
  ])('not by %s', (check) => {
    expect(mechanisms(download + check).filter((mechanism) => /checked/.test(mechanism ?? ''))).toEqual([]);
  });

  test('one file of two', () => {
    expect(mechanisms(`${download}curl -kLo u https://a.example/u; echo "abc  u.tgz" | sha256sum -c`)).toHaveLength(2);
  });

  test('packages and clones that stand beside a check of something else', () => {
    const check = 'echo "abc  t" | sha256sum -c';
    expect(mechanisms(`pip install --trusted-host a.example x; ${check}`)).toEqual(['pip --trusted-host a.example']);
    expect(mechanisms(`git -c http.sslVerify=false clone https://a.example/x; ${check}`)).toHaveLength(1);
    const pinned = 'cd x && git checkout 1f2e3d4c5b6a79880123456789abcdef01234567';
    expect(mechanisms(`git -c http.sslVerify=false clone https://a.example/x && ${pinned}`)).toEqual([
      'git -c http.sslVerify=false, checked by the commit',
    ]);
  });

  test('what a shell runs before anybody checks', () => {
    expect(mechanisms('curl -k https://a.example/t | sh; echo "abc  t" | sha256sum -c')).toEqual(['curl -k | sh']);
  });
});

describe('variables', () => {
  test.each([
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0', 'run'],
    ['GIT_SSL_NO_VERIFY', '', 'run'],
    ['GIT_SSL_NO_VERIFY', 'false', 'run'],
    ['npm_config_strict_ssl', 'false', 'build'],
    ['VAULT_SKIP_VERIFY', 'T', 'run'],
    ['CONSUL_HTTP_SSL_VERIFY', 'False', 'run'],
    ['LDAPTLS_REQCERT', 'never', 'run'],
    ['GF_AUTH_GENERIC_OAUTH_TLS_SKIP_VERIFY_INSECURE', 'true', 'run'],
    ['JAVA_OPTS', '-Xmx1g -Djdk.internal.httpclient.disableHostnameVerification -Dx=y', 'run'],
    ['APP_TLS_SKIP_VERIFY', 'yes', 'run'],
    ['INSECURE_SKIP_VERIFY', '1', 'run'],
    ['DATABASE_SSL_REJECT_UNAUTHORIZED', 'false', 'run'],
    ['VERIFY_SSL', 'no', 'run'],
  ])('%s=%s switches it off', (name, value, phase) => {
    expect(inEnvironment(name, value).map(({ data }) => [data.mechanism, data.phase, data.verify])).toEqual([
      [`${name}=${value}`, phase, false],
    ]);
  });

  test.each([
    ['NODE_TLS_REJECT_UNAUTHORIZED', '1'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', 'false'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', ''],
    ['NODE_TLS_REJECT_UNAUTHORIZED', undefined],
    ['GIT_SSL_NO_VERIFY', undefined],
    ['PYTHONHTTPSVERIFY', '0'],
    ['VAULT_SKIP_VERIFY', 'false'],
    ['PIP_TRUSTED_HOST', ''],
    ['DOCKER_TLS_VERIFY', '0'],
    ['PGSSLMODE', 'require'],
    ['TLS_VERIFY_DEPTH', '0'],
    ['SSL_VERIFY', 'true'],
    ['SSL_CERT_FILE', '/etc/ssl/ca.pem'],
    ['JAVA_OPTS', '-Ddoc="use -Dmaven.wagon.http.ssl.insecure=false"'],
  ])('%s=%s does not', (name, value) => {
    expect(inEnvironment(name, value)).toEqual([]);
  });

  test('an empty value is shown at the name', () => {
    const span = { file: 'x', start: 0, end: 17 };
    const empty = { value: '', raw: '', span: { file: 'x', start: 18, end: 18 } };
    expect(clientsInEnvironment('GIT_SSL_NO_VERIFY', empty, span, place)[0]?.self).toEqual(span);
  });
});

describe('arguments', () => {
  test('a known program by its own table', () => {
    expect(inArguments('curlimages/curl', '-sk', 'https://a.example')).toEqual(['curl -sk']);
    expect(inArguments('kaniko-project/executor', '--skip-tls-verify')).toEqual(['executor --skip-tls-verify']);
    expect(inArguments('metrics-server', '--kubelet-insecure-tls=true')).toEqual([
      'metrics-server --kubelet-insecure-tls=true',
    ]);
    expect(inArguments('metrics-server', '--kubelet-insecure-tls=false')).toEqual([]);
  });
  test('an unknown one by flags that say what they do', () => {
    expect(inArguments(undefined, '--tls-skip-verify')).toEqual(['--tls-skip-verify']);
    expect(inArguments('shop/app', '--verify-ssl=false')).toEqual(['--verify-ssl=false']);
    expect(inArguments('shop/app', '--insecure', '-k', '--tls-skip-verify=false')).toEqual([]);
  });
});

describe('any script', () => {
  const words = fc.constantFrom(
    'curl',
    'git',
    'pip',
    '-k',
    '-c',
    '--trusted-host',
    'https://',
    '$X',
    "'",
    '"',
    '|',
    ';',
    '=',
    'env',
    'A=0',
    '\n',
  );
  test('gives facts whose spans lie in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(words, { maxLength: 30 }).map((all) => all.join(' ')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          for (const { spans, self } of clientsIn(text)) {
            for (const { start, end } of [...Object.values(spans), self]) {
              expect(start).toBeLessThanOrEqual(end);
              expect(end).toBeLessThanOrEqual(text.length);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
