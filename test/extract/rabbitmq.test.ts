import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { rabbitmq } from '../../src/extract/rabbitmq/rabbitmq.ts';
import { candidateOf, factAbout, textAt } from '../support/extract-text.ts';

const version = (number: string) => () => ({ version: number, reason: `rabbitmq ${number}`, guessed: false });

async function extract(text: string, number = '4.2.0', path = 'rabbitmq.conf') {
  const unit = { sources: [{ path, text }] as const, repository: { paths: [], read: () => undefined } };
  return rabbitmq.extract(unit, version(number));
}
const named = async (text: string, subject: string, number?: string): Promise<Fact> =>
  factAbout((await extract(text, number)).facts, subject);

const conf = `
listeners.tcp = none
listeners.ssl.default = 5671
ssl_options.cacertfile = /etc/rabbitmq/ca.pem
ssl_options.certfile   = /etc/rabbitmq/cert.pem  # ours
ssl_options.keyfile    = /etc/rabbitmq/key.pem
ssl_options.versions.1 = tlsv1.2
ssl_options.versions.2 = tlsv1.1
ssl_options.ciphers.1  = ECDHE-RSA-AES256-GCM-SHA384
ssl_options.ciphers.2  = AES256-SHA
ssl_options.verify     = verify_peer
ssl_options.fail_if_no_peer_cert = true
`;

describe('a listener of RabbitMQ', () => {
  test('with everything written', async () => {
    const fact = await named(conf, 'AMQP');
    expect(fact.data).toEqual({
      kind: 'listener',
      application: 'other',
      ports: [5671],
      exposure: 'external',
      tls: true,
      protocols: ['TLSv1.1', 'TLSv1.2'],
      ciphers: ['ECDHE-RSA-AES256-GCM-SHA384', 'AES256-SHA'],
      clientAuth: { mode: 'required', ca: '/etc/rabbitmq/ca.pem' },
      certificates: [{ from: 'file', ref: '/etc/rabbitmq/cert.pem' }],
    });
    expect(textAt(conf, fact, 'protocols/0')).toBe('tlsv1.1');
    expect(textAt(conf, fact, 'ciphers/1')).toBe('AES256-SHA');
  });

  test.each([
    ['3.8.0', undefined],
    ['3.9.0', ['TLSv1.2', 'TLSv1.3']],
    ['4.2.0', ['TLSv1.2', 'TLSv1.3']],
  ])('the default protocols of %s', async (number, protocols) => {
    const fact = await named('listeners.ssl.1 = 5671\n', 'AMQP', number);
    expect(fact.data).toMatchObject(protocols ? { protocols, clientAuth: { mode: 'none' } } : {});
    expect(fact.unknown.includes('protocols')).toBe(protocols === undefined);
  });

  test('an address of this machine', async () => {
    const fact = await named('listeners.ssl.1 = 127.0.0.1:5671\n', 'AMQP');
    expect(fact.data).toMatchObject({ ports: [5671], exposure: 'internal' });
  });

  test('verify_peer alone lets clients without a certificate in', async () => {
    const fact = await named('listeners.ssl.1 = 5671\nssl_options.verify = verify_peer\n', 'AMQP');
    expect(fact.data).toMatchObject({ clientAuth: { mode: 'optional' } });
  });

  test('suites with static keys, as documentation lists them, are never used', async () => {
    const fact = await named(
      'listeners.ssl.1 = 5671\nssl_options.ciphers.1 = ECDH-ECDSA-AES256-GCM-SHA384\nssl_options.ciphers.2 = ECDHE-RSA-AES256-GCM-SHA384\n',
      'AMQP',
    );
    expect(fact.data).toMatchObject({ ciphers: ['ECDHE-RSA-AES256-GCM-SHA384'] });
  });

  test('options for listeners in another file', async () => {
    const fact = await named('ssl_options.versions.1 = tlsv1\n', 'the TLS listeners');
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.0'] });
    expect(fact.unknown).toEqual(expect.arrayContaining(['tls', 'exposure']));
  });

  test('the management interface has options of its own', async () => {
    const fact = await named(
      `${conf}management.ssl.port = 15671\nmanagement.ssl.certfile = m.pem\nmanagement.ssl.versions.1 = tlsv1.3\n`,
      'the management interface',
    );
    expect(fact.data).toMatchObject({ application: 'http', ports: [15671], protocols: ['TLSv1.3'] });
  });

  test('a cluster of the operator', async () => {
    const text =
      'kind: RabbitmqCluster\nspec:\n  tls:\n    secretName: x\n  rabbitmq:\n    additionalConfig: |\n      ssl_options.versions.1 = tlsv1.2\n      ssl_options.versions.2 = tlsv1.1\n';
    const { facts } = await extract(text, '4.2.0', 'cluster.yaml');
    expect(facts.map(({ data }) => data)).toMatchObject([{ protocols: ['TLSv1.1', 'TLSv1.2'] }]);
    const [fact] = facts;
    expect(fact && textAt(text, fact, 'protocols/0')).toBe('tlsv1.1');
  });

  test('Erlang terms', async () => {
    const text = `[
      {ssl, [{versions, ['tlsv1.2', 'tlsv1.1']}]},
      {rabbit, [
        {ssl_listeners, [{"127.0.0.1", 5671}]},
        {ssl_options, [{certfile, "/cert.pem"}, {verify, verify_none}, {versions, ['tlsv1.2', tlsv1]}]}
      ]},
      {rabbitmq_management, [{listener, [{port, 15671}, {ssl, true}, {ssl_opts, [{certfile, "/m.pem"}]}]}]}
    ].`;
    const amqp = await named(text, 'AMQP');
    expect(amqp.data).toMatchObject({
      ports: [5671],
      exposure: 'internal',
      protocols: ['TLSv1.0', 'TLSv1.2'],
      clientAuth: { mode: 'none' },
      certificates: [{ from: 'file', ref: '/cert.pem' }],
    });
    expect(textAt(text, amqp, 'protocols/0')).toBe('tlsv1');
    const management = await named(text, 'the management interface');
    expect(management.data).toMatchObject({ ports: [15671], protocols: ['TLSv1.1', 'TLSv1.2'] });
  });
});

describe('an upstream of RabbitMQ', () => {
  test('LDAP, not verified', async () => {
    const text =
      'auth_ldap.servers.1 = ldap.example.com\nauth_ldap.use_ssl = true\nauth_ldap.ssl_options.verify = verify_none\n';
    const fact = await named(text, 'the LDAP servers');
    expect(fact.data).toMatchObject({ tls: true, exposure: 'external', verify: { chain: false, hostname: false } });
    expect(textAt(text, fact, 'verify/chain')).toBe('verify_none');
  });

  test('what an unwritten verify means depends on the Erlang release', async () => {
    const fact = await named('auth_ldap.servers.1 = ldap.corp\nauth_ldap.use_starttls = true\n', 'the LDAP servers');
    expect(fact.unknown).toContain('verify/chain');
  });

  test('OAuth 2 over HTTPS', async () => {
    const fact = await named(
      'auth_oauth2.issuer = https://id.example.com/realm\nauth_oauth2.https.peer_verification = verify_peer\n',
      'the OAuth 2 server',
    );
    expect(fact.data).toMatchObject({ verify: { chain: true }, exposure: 'external' });
  });
});

describe('RabbitMQ stays silent', () => {
  test.each([
    ['plain listeners', 'listeners.tcp.default = 5672\n'],
    ['TLS listeners that are switched off', 'listeners.ssl = none\nssl_options.versions.1 = tlsv1\n'],
    ['LDAP in plain text', 'auth_ldap.servers.1 = l\nauth_ldap.ssl_options.verify = verify_none\n'],
    ['another program', 'ssl_certificate /etc/x.pem;\n'],
  ])('about %s', async (_name, text) => {
    expect(await extract(text)).toEqual({ facts: [], diagnostics: [] });
  });

  test('templates are unknown', async () => {
    const fact = await named('listeners.ssl.1 = {{ port }}\nssl_options.versions.1 = {{ v }}\n', 'AMQP');
    expect(fact.unknown).toEqual(expect.arrayContaining(['ports', 'protocols']));
  });

  test('so is what a template may add', async () => {
    const text = 'listeners.ssl.1 = 5671\n{% if x %}\nssl_options.verify = verify_peer\n{% endif %}\n';
    const fact = await named(text, 'AMQP');
    expect(fact.data).toMatchObject({ clientAuth: { mode: 'optional' } });
    expect(fact.unknown).toContain('protocols');
  });

  test('it claims its files by name and words', () => {
    expect(rabbitmq.claims(candidateOf('rabbitmq.conf', 'ssl_options'))).toBe(true);
    expect(rabbitmq.claims(candidateOf('etc/advanced.config', '{ssl, []}'))).toBe(true);
    expect(rabbitmq.claims(candidateOf('etc/rabbitmq/conf.d/10-tls.conf.j2', 'ssl_options'))).toBe(true);
    expect(rabbitmq.claims(candidateOf('conf.d/site.conf', 'ssl'))).toBe(false);
  });
});
