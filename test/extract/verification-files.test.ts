import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { imageClients } from '../../src/extract/verification/image.ts';

/** `line: mechanism @ text pointed at` of each client. */
async function clientsIn(body: string): Promise<readonly string[]> {
  const text = `FROM debian:12\n${body}\n`;
  const source = { path: 'Dockerfile', text };
  const repository = { paths: ['Dockerfile'], read: () => source };
  const { facts } = await imageClients.extract({ sources: [source], repository }, () => ({
    version: '0',
    reason: '',
    guessed: true,
  }));
  return facts.map(({ data, self }) => {
    const line = text.slice(0, self.start).split('\n').length;
    return `${line}: ${data.kind === 'client' ? data.mechanism : data.kind} @ ${text.slice(self.start, self.end)}`;
  });
}

describe('what is written into configuration files', () => {
  test.each([
    ['RUN echo insecure >> ~/.curlrc', '2: curl, insecure in .curlrc @ insecure'],
    [
      'RUN echo "check_certificate = off" > /root/.wgetrc',
      '2: wget, check_certificate = off in .wgetrc @ check_certificate = off',
    ],
    [
      'RUN printf "[global]\\ntrusted-host = pypi.org\\n" > /etc/pip.conf',
      '2: pip, trusted-host = pypi.org in pip.conf @ trusted-host = pypi.org',
    ],
    ['RUN echo "strict-ssl=false" | tee -a /root/.npmrc', '2: npm, strict-ssl=false in .npmrc @ strict-ssl=false'],
    ['RUN echo ":ssl_verify_mode: 0" > ~/.gemrc', '2: gem, :ssl_verify_mode: 0 in .gemrc @ :ssl_verify_mode: 0'],
    [
      "RUN sed -i 's/sslverify=1/sslverify=0/' /etc/yum.repos.d/corp.repo && yum install -y x",
      '2: dnf, sslverify=0 in corp.repo @ sslverify=0',
    ],
    [
      `RUN echo 'Acquire::https::Verify-Peer "false";' > /etc/apt/apt.conf.d/99insecure`,
      '2: apt, Acquire::https::Verify-Peer "false in 99insecure @ Acquire::https::Verify-Peer "false',
    ],
    [
      'RUN cat <<EOF > /root/.condarc\nchannels: []\nssl_verify: false\nEOF',
      '4: conda, ssl_verify: false in .condarc @ ssl_verify: false',
    ],
    [
      'COPY <<EOF /root/.npmrc\nregistry=x\nstrict-ssl=false\nEOF',
      '4: npm, strict-ssl=false in .npmrc @ strict-ssl=false',
    ],
  ])('%s', async (body, expected) => {
    expect(await clientsIn(body)).toEqual([expected]);
  });
  test.each([
    'RUN echo "add insecure to ~/.curlrc if you must"',
    'RUN grep -q insecure ~/.curlrc || true',
    'RUN echo "silent" > ~/.curlrc',
    'RUN echo "# strict-ssl=false" > /root/.npmrc',
    "RUN sed -i 's/sslverify=0/sslverify=1/' /etc/yum.repos.d/corp.repo",
    "RUN sed -i '/strict-ssl=false/d' /root/.npmrc",
    'RUN echo "strict-ssl=false" > /tmp/notes.txt',
    '# echo insecure >> ~/.curlrc',
  ])('%s is none', async (body) => {
    expect(await clientsIn(body)).toEqual([]);
  });
});

describe('commands', () => {
  test.each([
    'zypper ar "https://repo.example.com/x?ssl_verify=no" x',
    'poetry config certificates.corp.cert false',
    'hg clone --insecure https://hg.example.com/x',
    'fetch --no-verify-peer https://example.com/x',
    'lftp -e "set ssl:verify-certificate no; mirror /" https://example.com',
  ])('%s', async (command) => {
    expect(await clientsIn(`RUN ${command}`)).toHaveLength(1);
  });
});

test('any script is read without harm', async () => {
  const part = fc.constantFrom(
    'echo ',
    'insecure',
    ' >> ~/.curlrc',
    "'",
    '"',
    '\\\n',
    '<<EOF',
    '\nEOF',
    ' | tee ',
    'sed -i ',
    's/a/',
    '$(',
    ')',
    ' ',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 14 }), async (parts) => {
      expect(await clientsIn(`RUN ${parts.join('')}`)).toBeInstanceOf(Array);
    }),
    { numRuns: 150 },
  );
});
