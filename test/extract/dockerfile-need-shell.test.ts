import { describe, expect, test } from '@jest/globals';
import { need } from './dockerfile-need-support.ts';

const base =
  'FROM debian:12-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl git\nCOPY docker/entry.sh /\n';
const dockerfile = `${base}ENTRYPOINT ["/entry.sh"]\n`;
const script = (...lines: readonly string[]) => ({
  Dockerfile: dockerfile,
  'docker/entry.sh': `#!/bin/sh\n${lines.join('\n')}\n`,
});
const hints = 'https://www.internic.net/domain/named.cache';

describe('entry scripts', () => {
  test('a download on the way', () => {
    expect(need(script('set -e', `curl -fso /etc/root.hints ${hints}`, 'exec "$@"'))).toEqual([
      'evident',
      'docker/entry.sh:3 curl connects to https://www.internic.net',
    ]);
  });
  test.each([
    ['git', 'git clone --depth 1 https://github.com/shop/themes /themes'],
    ['git with a token', 'git clone https://$TOKEN@github.com/shop/themes /themes'],
    ['a pipe', `curl -s ${hints} | tee /etc/root.hints`],
    ['a substitution', `HINTS=$(curl -s ${hints})`],
    ['a wrapper', `timeout 30 curl -s ${hints}`],
    ['a loop', `while true; do\n  curl -s ${hints}\n  sleep 60\ndone`],
    ['the first start', `if [ ! -f /data/hints ]; then\n  curl -o /data/hints ${hints}\nfi`],
    ['the first start, on one line', `[ -f /data/hints ] || curl -o /data/hints ${hints}`],
    ['a function that is called', `fetch() {\n  curl -s ${hints}\n}\nfetch`],
    ['a function that a function calls', `a() {\n  b\n}\nb() {\n  curl -s ${hints}\n}\na`],
    ['the text of a shell', `sh -c 'curl -s ${hints}'`],
    ['a failure that is answered', `curl -s ${hints} || true`],
    ['a folder of keys for others', `mkdir -p /etc/ssl/private; curl -s ${hints}`],
  ])('%s: evident', (_name, line) => {
    expect(need(script(line, 'exec "$@"'))[0]).toBe('evident');
  });
  test.each([
    ['a private host', 'curl -s https://config.default.svc/hints'],
    ['this machine', 'curl -s https://localhost:8443/health'],
    ['a host that a variable holds', 'curl -s https://$HOST/hints'],
    ['no TLS', 'curl -s http://deb.debian.org/'],
    ['verification off', `curl -fsSLk ${hints}`],
    ['roots that are named', `curl --cacert /ca.pem ${hints}`],
    ['verification off for git', `git -c http.sslVerify=false clone https://github.com/shop/themes`],
    ['what a variable asks for', `if [ -n "$HINTS" ]; then\n  curl -s ${hints}\nfi`],
    ['what a variable asks for, on one line', `[ -n "$HINTS" ] && curl -s ${hints}`],
    ['the other branch', `if [ ! -f /x ]; then\n  :\nelse\n  curl -s ${hints}\nfi`],
    ['a choice', `case "$1" in\n  update) curl -s ${hints} ;;\nesac`],
    ['a function that nobody calls', `fetch() {\n  curl -s ${hints}\n}`],
    ['the way out of a failure', `ls /data || curl -s ${hints}`],
    ['text', `echo "run curl ${hints}"\n# curl ${hints}\ncat <<EOF\ncurl ${hints}\nEOF`],
    ['other uses of git', 'git config --global url.https://github.com/.insteadOf git@github.com:'],
    ['a branch around the text of a shell', `if [ -n "$X" ]; then\n  sh -c 'curl -s ${hints}'\nfi`],
    ['a bundle that it installs first', `apt-get install -y ca-certificates\ncurl -s ${hints}`],
    ['a bundle that it names', `export SSL_CERT_FILE=/data/ca.pem\ncurl -s ${hints}`],
  ])('%s: silent', (_name, line) => {
    expect(need(script(line, 'exec "$@"'))).toEqual([undefined]);
  });
  test('a script that another one starts', () => {
    const files = {
      Dockerfile: `${base}COPY docker/fetch.sh /opt/\nENTRYPOINT ["/entry.sh"]\n`,
      'docker/entry.sh': '#!/bin/bash\n/opt/fetch.sh\nexec "$@"\n',
      'docker/fetch.sh': `#!/bin/bash\ncurl -s ${hints}\n`,
    };
    expect(need(files)).toEqual(['evident', 'docker/fetch.sh:2 curl connects to https://www.internic.net']);
  });
  test('a script in front of the program that CMD names', () => {
    const files = {
      Dockerfile: `${base}COPY shop /usr/bin/\nENTRYPOINT ["/entry.sh"]\nCMD ["shop"]\n`,
      'docker/entry.sh': `#!/bin/sh\ncurl -s ${hints}\nexec "$@"\n`,
    };
    expect(need(files)[0]).toBe('evident');
    expect(need({ ...files, 'docker/entry.sh': '#!/bin/sh\nexec "$@"\n' })).toEqual(['unasked']);
    expect(need({ ...files, 'docker/entry.sh': '#!/bin/sh\nupdate-ca-certificates\nexec "$@"\n' })).toEqual([
      undefined,
    ]);
  });
  test('a here-document', () => {
    const text = `FROM debian:12-slim\nCOPY --chmod=755 <<EOF /run.sh\n#!/bin/sh\ncurl -s ${hints}\nEOF\nCMD ["/run.sh"]\n`;
    expect(need({ Dockerfile: text })).toEqual(['evident', 'Dockerfile:4 curl connects to https://www.internic.net']);
  });
  test('the shell form', () => {
    const text = 'FROM debian:12-slim\nCOPY shop /usr/bin/\n';
    expect(need({ Dockerfile: `${text}CMD curl -s ${hints} && exec sleep 5\n` })).toEqual([
      'evident',
      'Dockerfile:3 curl connects to https://www.internic.net',
    ]);
    expect(need({ Dockerfile: `${text}CMD ["sh", "-c", "curl -s ${hints}; shop"]\n` })[0]).toBe('evident');
  });
  test('a script that was copied through another stage', () => {
    const text =
      'FROM debian:12 AS files\nCOPY docker/ /files/\nFROM debian:12-slim\nCOPY --from=files /files/entry.sh /entry.sh\nENTRYPOINT ["/entry.sh"]\n';
    expect(need({ Dockerfile: text, 'docker/entry.sh': `#!/bin/sh\ncurl -s ${hints}\n` })[0]).toBe('evident');
  });
});

describe('programs that fetch what their words name', () => {
  const started = (words: string, image = 'debian:12-slim') => need({ Dockerfile: `FROM ${image}\nCMD ${words}\n` });
  test('a public host, verified', () => {
    expect(started('["curl", "https://api.weather.gov/alerts"]')).toEqual([
      'evident',
      'Dockerfile:2 connects to https://api.weather.gov',
    ]);
    expect(started('["curl", "-k", "https://api.weather.gov/alerts"]')).toEqual([undefined]);
    expect(started('["git", "clone", "https://github.com/shop/themes"]')[0]).toBe('evident');
  });
  test('the wget of busybox verifies nobody', () => {
    expect(started('["wget", "https://api.weather.gov/alerts"]', 'busybox:1.37')).toEqual([undefined]);
    expect(started('["wget", "https://api.weather.gov/alerts"]')[0]).toBe('evident');
  });
  test('the address that a program is known by is not called', () => {
    expect(started('["shop", "--web.external-url=https://shop.dev"]')).toEqual([undefined]);
    expect(started('["shop", "--public-url", "https://shop.dev"]')).toEqual([undefined]);
    expect(started('["echo", "https://shop.dev"]')).toEqual([undefined]);
    expect(started('["shop", "--upstream=https://api.shop.dev"]')[0]).toBe('evident');
  });
});
