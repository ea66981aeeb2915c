import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import { tomcat } from '../../src/extract/tomcat/tomcat.ts';
import { candidateOf, onlyFact, textAt } from '../support/extract-text.ts';

const found = (number: string) => () => ({ version: number, reason: `tomcat ${number}`, guessed: false });
const guessed = () => ({ version: '11.0.27', reason: 'tomcat 11.0.27', guessed: true });

async function extract(text: string, versions: Parameters<typeof tomcat.extract>[1] = guessed) {
  const unit = {
    sources: [{ path: 'conf/server.xml', text }] as const,
    repository: { paths: [], read: () => undefined },
  };
  return tomcat.extract(unit, versions);
}
const only = async (text: string, versions?: Parameters<typeof tomcat.extract>[1]): Promise<Fact> =>
  onlyFact((await extract(text, versions)).facts);
const server = (connector: string) =>
  `<Server port="8005"><Service name="Catalina">\n${connector}\n</Service></Server>`;
const host = (attributes: string, inside = '') =>
  server(`<Connector port="8443" SSLEnabled="true"><SSLHostConfig ${attributes}>${inside}</SSLHostConfig></Connector>`);

describe('a connector of Tomcat', () => {
  test('with everything written', async () => {
    const text = host(
      'hostName="shop.example.com" protocols="TLSv1.2,+TLSv1.1" ciphers="ECDHE+AESGCM:DES-CBC3-SHA" honorCipherOrder="true"\n certificateVerification="required" caCertificateFile="conf/ca.pem"',
      '<Certificate certificateFile="conf/rsa.pem"/><Certificate certificateKeystoreFile="conf/ec.p12" type="EC"/>',
    );
    const fact = await only(text);
    expect(fact.subject).toBe('connector on port 8443, host shop.example.com');
    expect(fact.data).toMatchObject({
      kind: 'listener',
      application: 'http',
      hosts: ['shop.example.com'],
      ports: [8443],
      exposure: 'external',
      tls: true,
      protocols: ['TLSv1.1', 'TLSv1.2'],
      preferServerCiphers: true,
      clientAuth: { mode: 'required', ca: 'conf/ca.pem' },
      certificates: [
        { from: 'file', ref: 'conf/rsa.pem' },
        { from: 'file', ref: 'conf/ec.p12' },
      ],
    });
    expect(fact.data).toHaveProperty('ciphers', expect.arrayContaining(['DES-CBC3-SHA']));
    expect(textAt(text, fact, 'protocols/0')).toBe('TLSv1.1');
    expect(textAt(text, fact, 'certificates/1')).toBe('conf/ec.p12');
    expect(text.slice(fact.self.start, fact.self.end)).toBe('SSLHostConfig');
  });

  // What SSLHostConfig.getProtocols() of 9.0.100 and 11.0.2 gives.
  test.each([
    ['all', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['ALL', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['+TLSv1.2+TLSv1.3', ['TLSv1.2', 'TLSv1.3']],
    ['all -TLSv1', ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['all,-TLSv1,-TLSv1.1', ['TLSv1.2', 'TLSv1.3']],
    [' TLSv1.2 , TLSv1.3 ', ['TLSv1.2', 'TLSv1.3']],
    ['-all+TLSv1.2', ['TLSv1.2']],
    ['TLSv1,TLSv1.1,-TLSv1', ['TLSv1.1']],
    ['+TLSv1.2 +SSLv3', ['SSLv3', 'TLSv1.2']],
    ['SSLv2Hello,TLSv1.2', ['TLSv1.2']],
  ])('protocols="%s"', async (value, protocols) => {
    expect((await only(host(`protocols="${value}"`))).data).toMatchObject({ protocols });
  });

  test.each(['TLSv1.2 TLSv1.3', 'tlsv1.2', 'TLSv1.2;TLSv1.3', 'TLS', '', '${tls.protocols}'])(
    'protocols="%s" is no list that is known',
    async (value) => {
      expect((await only(host(`protocols="${value}"`))).unknown).toContain('protocols');
    },
  );

  test('without protocols the Java release decides', async () => {
    const fact = await only(host(''));
    expect(fact.unknown).toEqual(expect.arrayContaining(['protocols', 'ciphers', 'hsts']));
    expect(fact.data).toMatchObject({ tls: true, clientAuth: { mode: 'none' } });
  });

  test('suites by name, over several lines', async () => {
    const text = host(
      'protocols="TLSv1.2" ciphers="TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,\r\n  TLS_AES_128_GCM_SHA256, AES128-SHA"',
    );
    const fact = await only(text);
    expect(fact.data).toMatchObject({ ciphers: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'AES128-SHA'] });
    expect(textAt(text, fact, 'ciphers/1')).toBe('AES128-SHA');
  });

  test('only TLS 1.3: older suites have no effect', async () => {
    expect((await only(host('protocols="TLSv1.3" ciphers="RC4-MD5"'))).data).toMatchObject({ ciphers: [] });
  });

  test('commands for OpenSSL come after the attributes', async () => {
    const fact = await only(
      host('protocols="TLSv1"', '<OpenSSLConf><OpenSSLConfCmd name="MinProtocol" value="TLSv1.2"/></OpenSSLConf>'),
    );
    expect(fact.unknown).toContain('protocols');
  });

  test('each host of a connector', async () => {
    const { facts } = await extract(
      server(
        '<Connector port="443" SSLEnabled="true" address="127.0.0.1"><SSLHostConfig protocols="TLSv1.3"/><SSLHostConfig hostName="old.example" protocols="TLSv1"/></Connector>',
      ),
    );
    expect(facts.map(({ data }) => data)).toMatchObject([
      { protocols: ['TLSv1.3'], exposure: 'internal' },
      { protocols: ['TLSv1.0'], hosts: ['old.example'] },
    ]);
  });
});

describe('the attributes before 8.5', () => {
  const older = server(
    '<Connector port="8443" SSLEnabled="TRUE" scheme="https" secure="true" clientAuth="want" sslProtocol="TLS"\n sslEnabledProtocols="TLSv1.2,TLSv1.1" ciphers="TLS_RSA_WITH_AES_128_CBC_SHA" keystoreFile="conf/ks.jks" truststoreFile="conf/ts.jks"/>',
  );

  test.each([
    ['9.0.100, by evidence', found('9.0.100')],
    ['a release that nothing names', guessed],
  ])('count for %s', async (_name, versions) => {
    const fact = await only(older, versions);
    expect(fact.data).toMatchObject({
      protocols: ['TLSv1.1', 'TLSv1.2'],
      ciphers: ['TLS_RSA_WITH_AES_128_CBC_SHA'],
      clientAuth: { mode: 'optional', ca: 'conf/ts.jks' },
      certificates: [{ from: 'file', ref: 'conf/ks.jks' }],
    });
    expect(textAt(older, fact, 'protocols/0')).toBe('TLSv1.1');
  });

  test('have no effect since 10.0', async () => {
    const fact = await only(older, found('10.1.30'));
    expect(fact.unknown).toContain('protocols');
    expect(fact.data).toMatchObject({ clientAuth: { mode: 'none' } });
  });

  test('those of APR', async () => {
    const fact = await only(
      server(
        '<Connector port="8443" protocol="org.apache.coyote.http11.Http11AprProtocol" SSLEnabled="true" SSLProtocol="TLSv1" SSLVerifyClient="require" SSLCertificateFile="c.pem"/>',
      ),
    );
    expect(fact.data).toMatchObject({
      protocols: ['TLSv1.0'],
      clientAuth: { mode: 'required' },
      certificates: [{ from: 'file', ref: 'c.pem' }],
    });
  });

  test('that are none: sslProtocols, and protocols on the connector', async () => {
    const fact = await only(server('<Connector port="1" SSLEnabled="true" sslProtocols="TLSv1" protocols="TLSv1"/>'));
    expect(fact.unknown).toContain('protocols');
  });
});

describe('Tomcat stays silent', () => {
  test.each([
    ['a proxy ends TLS', '<Connector port="8080" scheme="https" secure="true" sslEnabledProtocols="TLSv1"/>'],
    ['SSLEnabled is not true', '<Connector port="8080" SSLEnabled="yes" sslEnabledProtocols="TLSv1"/>'],
    ['it is AJP', '<Connector protocol="AJP/1.3" port="8009" sslEnabledProtocols="TLSv1"/>'],
  ])('about TLS where %s', async (_name, connector) => {
    const fact = await only(server(connector));
    expect(fact.data).toMatchObject({ tls: false });
    expect(fact.data).not.toHaveProperty('protocols');
    expect(fact.data).not.toHaveProperty('redirectsToHttps');
  });

  test('about what stands in a comment, and other XML', async () => {
    expect((await extract(server('<!-- <Connector SSLEnabled="true"/> -->'))).facts).toEqual([]);
    expect(await extract('<beans><Connector SSLEnabled="true"/></beans>')).toEqual({ facts: [], diagnostics: [] });
  });

  test('about what a template may set', async () => {
    const fact = await only(
      server('<Connector port="{{ port }}" SSLEnabled="{{ tls }}">{% if x %}<SSLHostConfig/>{% endif %}</Connector>'),
    );
    expect(fact.unknown).toEqual(expect.arrayContaining(['ports', 'tls', 'protocols', 'clientAuth']));
  });

  test('a broken file costs a diagnostic, and the rest is read', async () => {
    const { facts, diagnostics } = await extract('<Server><Service><Connector port="1" port="2"/></Service>');
    expect(facts).toHaveLength(1);
    expect(diagnostics).toHaveLength(1);
  });

  test('it claims its files by name and words', () => {
    expect(tomcat.claims(candidateOf('conf/server.xml', '<Connector'))).toBe(true);
    expect(tomcat.claims(candidateOf('tomcat/templates/server.xml.j2', '<Connector'))).toBe(true);
    expect(tomcat.claims(candidateOf('pom.xml', '<Connector'))).toBe(false);
    expect(tomcat.claims(candidateOf('server.xml', '<server>'))).toBe(false);
  });
});
