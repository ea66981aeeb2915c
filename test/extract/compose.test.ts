import { expect, test } from '@jest/globals';
import { compose } from '../../src/extract/verification/compose.ts';

/** `line: subject, phase, exposure, mechanism` of each client, and the text that it points at. */
async function clientsIn(text: string, path = 'docker-compose.yml'): Promise<readonly string[]> {
  const source = { path, text };
  const repository = { paths: [path], read: () => source };
  const versions = () => ({ version: '0', reason: '', guessed: true });
  const { facts } = await compose.extract({ sources: [source], repository }, versions);
  return facts.map(({ data, subject, self }) => {
    const line = text.slice(0, self.start).split('\n').length;
    const told = data.kind === 'client' ? `${data.phase}, ${data.exposure}, ${data.mechanism}` : data.kind;
    return `${line}: ${subject}, ${told} @ ${text.slice(self.start, self.end)}`;
  });
}

const services = `x-shared: &shared
  GIT_SSL_NO_VERIFY: ""
services:
  api:
    build: { context: ., args: [NPM_CONFIG_STRICT_SSL=false, NODE_TLS_REJECT_UNAUTHORIZED] }
    environment:
      <<: *shared
      NODE_TLS_REJECT_UNAUTHORIZED: "0"
      REQUESTS_CA_BUNDLE: /ca.pem
  job:
    entrypoint: ["sh", "-c"]
    command: curl -k https://a.example
    environment: [VAULT_SKIP_VERIFY=1, "SSL_VERIFY=\${VERIFY}"]
    healthcheck: { test: [CMD, wget, --no-check-certificate, "https://localhost/"] }
`;

test('both forms of an environment, merged keys at the place that sets them', async () => {
  expect(await clientsIn(services)).toEqual([
    '2: service api, run, external, GIT_SSL_NO_VERIFY= @ GIT_SSL_NO_VERIFY',
    '8: service api, run, external, NODE_TLS_REJECT_UNAUTHORIZED=0 @ 0',
    '5: service api, build, external, NPM_CONFIG_STRICT_SSL=false @ NPM_CONFIG_STRICT_SSL=false',
    '13: service job, run, external, VAULT_SKIP_VERIFY=1 @ VAULT_SKIP_VERIFY=1',
    '12: service job, run, external, curl -k @ -k',
    '14: service job, run, internal, wget --no-check-certificate @ --no-check-certificate',
  ]);
});

test('a health check that calls its own container by a name of the network', async () => {
  const text = `services:
  kafka1:
    healthcheck: { test: "curl -k https://kafka1:8091/" }
  web:
    hostname: shop
    healthcheck: { test: [CMD, curl, -k, "https://shop/"] }
  other:
    healthcheck: { test: [CMD, curl, -k, "https://kafka1:8091/"] }
`;
  expect(await clientsIn(text)).toEqual(['8: service other, run, private, curl -k @ -k']);
});

test('a variable beside the switch says what it is about', async () => {
  const text = `services:
  a:
    environment: { SMTP_HOST: mailhog, SMTP_TLS_VERIFY: "false", DB_SSL_VERIFY: "false", DB_HOST: db.example.com }
  b:
    environment: [VAULT_SKIP_VERIFY=1, "VAULT_ADDR=https://127.0.0.1:8200"]
  c:
    environment: [VAULT_SKIP_VERIFY=1, "VAULT_ADDR=http://vault:8200"]
`;
  expect(await clientsIn(text)).toEqual([
    '3: service a, run, internal, SMTP_TLS_VERIFY=false @ false',
    '3: service a, run, external, DB_SSL_VERIFY=false @ false',
    '5: service b, run, internal, VAULT_SKIP_VERIFY=1 @ VAULT_SKIP_VERIFY=1',
    '7: VAULT_ADDR of service c, upstream @ VAULT_ADDR=http://vault:8200',
  ]);
});

test('a key overrides the one that is merged in', async () => {
  const text = `x-a: &a { NODE_TLS_REJECT_UNAUTHORIZED: "0" }
services:
  api:
    environment:
      <<: *a
      NODE_TLS_REJECT_UNAUTHORIZED: "1"
`;
  expect(await clientsIn(text)).toEqual([]);
});

test.each([
  'docker-compose.dev.yml',
  'compose.override.yaml',
  'docker-compose-local.yml',
  'dev/compose.yaml',
  '.devcontainer/docker-compose.yml',
])('%s is for one machine', async (path) => {
  expect((await clientsIn(services, path)).every((line) => line.includes('internal'))).toBe(true);
});

test('a Compose file is known by its name', () => {
  const claims = (path: string) => compose.claims({ path, hasWord: () => true });
  expect(['compose.yaml', 'docker-compose.prod.yml', 'a/podman-compose.yml', 'docker-stack.yml'].map(claims)).toEqual(
    Array(4).fill(true),
  );
  expect(['deploy.yaml', 'compose.json', 'composer.md'].map(claims)).toEqual(Array(3).fill(false));
});
