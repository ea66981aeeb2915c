import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { mongodb } from '../../src/extract/mongodb/mongodb.ts';
import { candidateOf, textAt } from '../support/extract-text.ts';

const version = (number: string) => () => ({ version: number, reason: `mongodb ${number}`, guessed: false });

async function extract(text: string, number = '7.0') {
  const unit = { sources: [{ path: 'mongod.conf', text }] as const, repository: { paths: [], read: () => undefined } };
  return mongodb.extract(unit, version(number));
}
const named = async (text: string, subject: string, number?: string): Promise<Fact> => {
  const fact = (await extract(text, number)).facts.find((candidate) => candidate.subject === subject);
  if (!fact) throw new Error(`no ${subject}`);
  return fact;
};
const server = (text: string, number?: string) => named(text, 'the MongoDB server', number);
const members = (text: string) => named(text, 'the other MongoDB members');

const conf = (tls: string, rest = '') =>
  `net:\n  port: 27018\n  bindIp: 0.0.0.0\n  tls:\n    mode: requireTLS\n    certificateKeyFile: /etc/ssl/mongo.pem\n${tls}${rest}`;

describe('a MongoDB server', () => {
  test('with everything written', async () => {
    const text = conf('    CAFile: /etc/ssl/ca.pem\n    disabledProtocols: TLS1_0\n');
    const fact = await server(text);
    expect(fact.data).toEqual({
      kind: 'listener',
      application: 'other',
      ports: [27018],
      exposure: 'external',
      tls: true,
      protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      clientAuth: { mode: 'required', ca: '/etc/ssl/ca.pem' },
      certificates: [{ from: 'file', ref: '/etc/ssl/mongo.pem' }],
    });
    expect(textAt(text, fact, 'protocols')).toBe('TLS1_0');
    expect(text.slice(fact.self.start, fact.self.end)).toBe('tls');
  });

  test.each([
    ['none', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['TLS1_0,TLS1_1', ['TLSv1.2', 'TLSv1.3']],
    ['noTLS1_0, noTLS1_1', ['TLSv1.2', 'TLSv1.3']],
  ])('disabledProtocols: %s', async (value, protocols) => {
    expect((await server(conf(`    disabledProtocols: ${value}\n`))).data).toMatchObject({ protocols });
  });

  test.each([
    ['3.6', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['7.0', ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
  ])('the default protocols of %s', async (number, protocols) => {
    const fact = await server(conf(''), number);
    expect(fact.data).toMatchObject({ protocols });
    expect(fact.defaults.protocols).toEqual({ reason: `the default of mongodb ${number}` });
  });

  test('what the libraries of 8.0 leave of the default is not known', async () => {
    expect((await server(conf(''), '8.0')).unknown).toContain('protocols');
  });

  test.each([
    ['no CA', '', { mode: 'none' }],
    [
      'connections without certificates',
      '    CAFile: ca\n    allowConnectionsWithoutCertificates: true\n',
      { mode: 'optional', ca: 'ca' },
    ],
    ['invalid certificates', '    CAFile: ca\n    allowInvalidCertificates: true\n', { mode: 'request', ca: 'ca' }],
  ])('client certificates: %s', async (_name, tls, clientAuth) => {
    expect((await server(conf(tls))).data).toMatchObject({ clientAuth });
  });

  test('names from before 4.2', async () => {
    const fact = await server(
      'net:\n  ssl:\n    mode: requireSSL\n    PEMKeyFile: m.pem\n    disabledProtocols: TLS1_1\n',
    );
    expect(fact.data).toMatchObject({
      tls: true,
      exposure: 'internal',
      protocols: ['TLSv1.0', 'TLSv1.2', 'TLSv1.3'],
      certificates: [{ from: 'file', ref: 'm.pem' }],
    });
  });

  test('the old form of the file', async () => {
    const text = 'bind_ip = 0.0.0.0\nsslMode = requireSSL\nsslPEMKeyFile = /m.pem\nsslDisabledProtocols = none\n';
    const fact = await server(text);
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], exposure: 'external' });
    expect(textAt(text, fact, 'protocols')).toBe('none');
  });

  test('preferTLS takes both, so whether a connection is TLS is not known', async () => {
    expect((await server('net:\n  tls:\n    mode: preferTLS\n')).unknown).toContain('tls');
  });

  test('templates are unknown', async () => {
    const fact = await server(
      'net:\n  bindIp: {{ ip }}\n  tls:\n    mode: {{ mode }}\n    disabledProtocols: {{ off }}\n',
    );
    expect(fact.unknown).toEqual(expect.arrayContaining(['tls', 'protocols', 'exposure']));
  });
});

describe('the other members of MongoDB', () => {
  const replica = 'replication:\n  replSetName: rs0\n';

  test('are verified by default', async () => {
    expect((await members(conf('    CAFile: ca\n', replica))).data).toMatchObject({
      tls: true,
      verify: { chain: true, hostname: true },
      exposure: 'private',
    });
  });

  test('are not with allowInvalidCertificates', async () => {
    const text = conf('    allowInvalidCertificates: true\n', replica);
    const fact = await members(text);
    expect(fact.data).toMatchObject({ verify: { chain: false, hostname: false } });
    expect(textAt(text, fact, 'verify/chain')).toBe('true');
  });

  test('keep their chain with allowInvalidHostnames', async () => {
    const fact = await members(conf('    allowInvalidHostnames: true\n', replica));
    expect(fact.data).toMatchObject({ verify: { chain: true, hostname: false } });
  });
});

describe('MongoDB stays silent', () => {
  test.each([
    ['no TLS settings', 'net:\n  port: 27017\n'],
    ['another YAML file', 'kind: ConfigMap\nnet:\n  tls:\n    mode: x\n'],
    ['a list', '- a\n- b\n'],
  ])('about %s', async (_name, text) => {
    expect((await extract(text)).facts).toEqual([]);
  });

  test('about what TLS would be like where it is off', async () => {
    const fact = await server('net:\n  tls:\n    mode: disabled\n    disabledProtocols: none\n');
    expect(fact.data).toMatchObject({ tls: false });
    expect(fact.data).not.toHaveProperty('protocols');
  });

  test('it claims its files by name and words', () => {
    expect(mongodb.claims(candidateOf('etc/mongod.conf', 'net:\n  tls:'))).toBe(true);
    expect(mongodb.claims(candidateOf('roles/mongo/templates/mongod.conf.j2', 'net: ssl'))).toBe(true);
    expect(mongodb.claims(candidateOf('values.yaml', 'net: tls'))).toBe(false);
  });
});
