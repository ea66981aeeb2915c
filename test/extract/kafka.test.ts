import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { kafka } from '../../src/extract/kafka/kafka.ts';
import { candidateOf, factAbout, textAt } from '../support/extract-text.ts';

const version = (number: string) => () => ({ version: number, reason: `kafka ${number}`, guessed: false });

async function extract(text: string, number = '4.0.0') {
  const unit = {
    sources: [{ path: 'server.properties', text }] as const,
    repository: { paths: [], read: () => undefined },
  };
  return kafka.extract(unit, version(number));
}
const named = async (text: string, subject: string, number?: string): Promise<Fact> =>
  factAbout((await extract(text, number)).facts, subject);

describe('a listener of Kafka', () => {
  test('with everything written', async () => {
    const text = [
      'listeners=SSL://:9093,PLAINTEXT://127.0.0.1:9092',
      'ssl.enabled.protocols=TLSv1.2,TLSv1.1',
      'ssl.cipher.suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,\\',
      '    TLS_RSA_WITH_3DES_EDE_CBC_SHA',
      'ssl.client.auth=required',
      'ssl.keystore.location=/var/kafka.jks',
      'ssl.truststore.location=/var/trust.jks',
    ].join('\n');
    const fact = await named(text, 'listener SSL');
    expect(fact.data).toEqual({
      kind: 'listener',
      application: 'other',
      ports: [9093],
      exposure: 'external',
      tls: true,
      protocols: ['TLSv1.1', 'TLSv1.2'],
      ciphers: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
      clientAuth: { mode: 'required', ca: '/var/trust.jks' },
      certificates: [{ from: 'file', ref: '/var/kafka.jks' }],
    });
    expect(textAt(text, fact, 'protocols/0')).toBe('TLSv1.1');
    expect(textAt(text, fact, 'ciphers/1')).toBe('TLS_RSA_WITH_3DES_EDE_CBC_SHA');
    const plain = await named(text, 'listener PLAINTEXT');
    expect(plain.data).toEqual({
      kind: 'listener',
      application: 'other',
      ports: [9092],
      exposure: 'internal',
      tls: false,
    });
  });

  test.each([
    ['2.4.0', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2']],
    ['2.5.0', ['TLSv1.2']],
    ['4.0.0', ['TLSv1.2', 'TLSv1.3']],
  ])('the default protocols of %s', async (number, protocols) => {
    const fact = await named('listeners=SASL_SSL://:9093', 'listener SASL_SSL', number);
    expect(fact.data).toMatchObject({ protocols, clientAuth: { mode: 'none' } });
    expect(fact.defaults.protocols).toEqual({ reason: `the default of kafka ${number}` });
  });

  test('a name of its own, with settings of its own', async () => {
    const text = [
      'listeners=CLIENTS://0.0.0.0:9093,CONTROLLER://:9094',
      'listener.security.protocol.map=CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT',
      'ssl.client.auth=none',
      'listener.name.clients.ssl.client.auth=requested',
    ].join('\n');
    expect((await named(text, 'listener CLIENTS')).data).toMatchObject({ tls: true, clientAuth: { mode: 'optional' } });
    expect((await named(text, 'listener CONTROLLER')).data).toMatchObject({ tls: false });
  });

  test('a name that no map explains is unknown', async () => {
    const fact = await named('listeners=EXTERNAL://:9093\nssl.enabled.protocols=TLSv1', 'listener EXTERNAL');
    expect(fact.unknown).toContain('tls');
    expect(fact.data).not.toHaveProperty('protocols');
  });

  test('a REST service', async () => {
    const fact = await named('listeners=https://0.0.0.0:8081\nssl.client.authentication=REQUIRED', 'listener https');
    expect(fact.data).toMatchObject({ application: 'http', tls: true, clientAuth: { mode: 'required' } });
    expect(fact.unknown).toEqual(expect.arrayContaining(['protocols', 'hsts']));
  });

  test('only TLS 1.3: older suites have no effect', async () => {
    const fact = await named(
      'listeners=SSL://:9093\nssl.enabled.protocols=TLSv1.3\nssl.cipher.suites=TLS_RSA_WITH_RC4_128_SHA',
      'listener SSL',
    );
    expect(fact.data).toMatchObject({ protocols: ['TLSv1.3'], ciphers: [] });
  });

  test('what a template may add is unknown', async () => {
    const text =
      'listeners=SSL://:9093\n{% if old %}\nssl.client.auth=none\n{% else %}\nssl.client.auth=required\n{% endif %}\nssl.enabled.protocols=TLSv1.2';
    const fact = await named(text, 'listener SSL');
    expect(fact.unknown).toEqual(expect.arrayContaining(['tls']));
    const mapped = await named(`listener.security.protocol.map=SSL:SSL\n${text}`, 'listener SSL');
    expect(mapped.data).toMatchObject({ tls: true, protocols: ['TLSv1.2'] });
    expect(mapped.unknown).toContain('clientAuth');
  });

  test('placeholders are unknown', async () => {
    const fact = await named('listeners=SSL://:9093\nssl.enabled.protocols=${env:TLS}', 'listener SSL');
    expect(fact.unknown).toContain('protocols');
  });
});

describe('an upstream of Kafka', () => {
  test('a client that does not check names', async () => {
    const text =
      'bootstrap.servers=a.example.com:9093,b.example.com:9093\nsecurity.protocol=SASL_SSL\nssl.endpoint.identification.algorithm=\nssl.truststore.location=/t.jks\n';
    const fact = await named(text, 'the Kafka brokers');
    expect(fact.data).toMatchObject({
      kind: 'upstream',
      target: 'a.example.com:9093,b.example.com:9093',
      tls: true,
      exposure: 'external',
      verify: { chain: true, hostname: false },
      ca: '/t.jks',
      protocols: ['TLSv1.2', 'TLSv1.3'],
    });
    expect(fact.spans['verify/hostname']?.start).toBe(text.indexOf('algorithm=') + 'algorithm='.length);
  });

  test.each([
    ['1.1.0', false],
    ['2.0.0', true],
  ])('whether %s checks names by default', async (number, hostname) => {
    const fact = await named('security.protocol=SSL\nbootstrap.servers=kafka:9093', 'the Kafka brokers', number);
    expect(fact.data).toMatchObject({ verify: { chain: true, hostname }, exposure: 'private' });
  });

  test('prefixes', async () => {
    const text =
      'bootstrap.servers=kafka:9092\nproducer.security.protocol=SSL\nproducer.ssl.enabled.protocols=TLSv1\nspring.kafka.properties.security.protocol=SASL_SSL\n';
    const producer = await named(text, 'the Kafka brokers of producer');
    expect(producer.data).toMatchObject({ protocols: ['TLSv1.0'], target: 'kafka:9092' });
    expect(textAt(text, producer, 'protocols/0')).toBe('TLSv1');
    expect((await named(text, 'the Kafka brokers of spring.kafka.properties')).data).toMatchObject({ tls: true });
  });

  test('the other brokers', async () => {
    const text =
      'listeners=INT://:9093\nlistener.security.protocol.map=INT:SSL\ninter.broker.listener.name=INT\nssl.endpoint.identification.algorithm=\n';
    expect((await named(text, 'the other brokers')).data).toMatchObject({
      tls: true,
      exposure: 'private',
      verify: { chain: true, hostname: false },
    });
  });
});

describe('Kafka stays silent', () => {
  test.each([
    [
      'a plain client about its TLS settings',
      'security.protocol=PLAINTEXT\nssl.enabled.protocols=TLSv1\nbootstrap.servers=k:9092',
    ],
    ['a plain listener about its TLS settings', 'listeners=PLAINTEXT://:9092\nssl.enabled.protocols=TLSv1'],
  ])('%s', async (_name, text) => {
    const { facts } = await extract(text);
    expect(facts.map(({ data }) => 'protocols' in data)).toEqual([false]);
  });

  test.each([
    ['listeners that a variable holds', 'listeners=${LISTENERS}\nssl.enabled.protocols=TLSv1'],
    ['another program', 'app.listeners=com.example.Listener\nurl=http://x'],
  ])('about %s', async (_name, text) => {
    expect(await extract(text)).toEqual({ facts: [], diagnostics: [] });
  });

  test('it claims its files by name and words', () => {
    expect(kafka.claims(candidateOf('config/server.properties', 'listeners=SSL://:9093'))).toBe(true);
    expect(kafka.claims(candidateOf('templates/client.properties.j2', 'security.protocol=SSL'))).toBe(true);
    expect(kafka.claims(candidateOf('log4j.properties', 'log4j.rootLogger=INFO'))).toBe(false);
  });
});
