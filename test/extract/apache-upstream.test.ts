import { describe, expect, test } from '@jest/globals';
import { factsOf, isUpstream, slice, upstreamsIn } from './apache-support.ts';

describe('upstreams', () => {
  const proxy = (settings: string): string =>
    `ServerRoot /etc/httpd\nListen 80\n<VirtualHost *:80>\nSSLProxyEngine on\n${settings}\n</VirtualHost>\n`;

  test('nothing is verified by default, but the name is', async () => {
    const text = proxy('ProxyPass /api https://api.example.com:8443/v1 retry=1');
    const [fact] = await upstreamsIn(text);
    expect(fact?.data).toMatchObject({
      target: 'api.example.com:8443',
      tls: true,
      exposure: 'external',
      verify: { chain: false, hostname: true },
      protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
    });
    expect(fact?.defaults['verify/chain']?.reason).toContain('SSLProxyVerify');
    expect(fact && text.slice(fact.self.start, fact.self.end)).toBe('https://api.example.com:8443/v1');
  });

  test.each([
    ['SSLProxyVerify require', { chain: true, hostname: true }],
    ['SSLProxyVerify optional', { chain: true, hostname: true }],
    ['SSLProxyVerify optional_no_ca', { chain: false, hostname: true }],
    ['SSLProxyVerify none\nSSLProxyCheckPeerName off', { chain: false, hostname: false }],
    ['SSLProxyCheckPeerCN off', { chain: false, hostname: false }],
    ['SSLProxyCheckPeerCN off\nSSLProxyCheckPeerName on', { chain: false, hostname: true }],
    ['SSLProxyCheckPeerCN on\nSSLProxyCheckPeerName off', { chain: false, hostname: true }],
  ])('%j', async (settings, verify) => {
    const [fact] = await upstreamsIn(proxy(`${settings}\nProxyPass / https://api.example.com/`));
    expect(fact?.data.verify).toEqual(verify);
  });

  test('every way of passing requests on', async () => {
    const facts = await upstreamsIn(
      proxy(
        [
          '<Proxy balancer://app>\nBalancerMember https://10.0.0.1:8443\nBalancerMember http://10.0.0.2\nSSLProxyVerify require\n</Proxy>',
          'ProxyPass / balancer://app/',
          'ProxyPassMatch ^/m/(.*)$ https://match.example/$1',
          'RewriteRule ^/r https://%{HTTP_HOST}/ [P,L]',
          'RewriteRule ^/s https://elsewhere.example/ [R]',
          '<Location /l>\nProxyPass https://localhost:8443/ keepalive=On\n</Location>',
          'ProxyPass /ws wss://socket.example/',
          'ProxyPass /u unix:/run/app.sock|https://app/',
          'ProxyPass /no !',
        ].join('\n'),
      ),
    );
    expect(facts.map(({ data }) => [data.target, data.exposure, data.verify?.chain])).toEqual([
      ['10.0.0.1:8443', 'private', true],
      ['match.example', 'external', false],
      [undefined, undefined, false],
      ['localhost:8443', 'internal', false],
      ['socket.example', 'external', false],
      ['unix:/run/app.sock', 'internal', false],
    ]);
  });

  test('<Proxy> sections override, the main server’s as well', async () => {
    const text = `ServerRoot /etc/httpd\n<Proxy https://a.example/>\nSSLProxyEngine on\nSSLProxyVerify require\n</Proxy>\n<VirtualHost *:80>\nSSLProxyEngine on\n<Proxy "https://b.example/*">\nSSLProxyVerify require\n</Proxy>\n<ProxyMatch c.example>\nSSLProxyVerify require\n</ProxyMatch>\nProxyPass /a https://a.example/x\nProxyPass /b https://b.example/x\nProxyPass /c https://d.example/\n</VirtualHost>\n`;
    const facts = await upstreamsIn(text);
    expect(facts.map(({ data }) => data.verify?.chain)).toEqual([true, true, false]);
    const open = text.replace('ProxyMatch c.example', 'ProxyMatch (c|d)[.]example');
    expect((await upstreamsIn(open)).map(({ data }) => data.verify?.chain)).toEqual([undefined, undefined, undefined]);
  });

  test('the last <Proxy> section that says something about TLS counts alone', async () => {
    const section = (url: string, settings: string): string => `<Proxy ${url}>\n${settings}\n</Proxy>\n`;
    const chain = async (settings: string, main = '') =>
      (await upstreamsIn(`${main}${proxy(`${settings}ProxyPass / https://a.example/`)}`)).map(
        ({ data }) => data.verify?.chain,
      );
    const verifies = section('https://a.example', 'SSLProxyVerify require');
    expect(await chain(`${verifies}${section('*', 'SSLProxyProtocol TLSv1.2')}`)).toEqual([false]);
    expect(await chain(`${verifies}${section('*', 'Require all granted')}`)).toEqual([true]);
    expect(await chain(`SSLProxyVerify require\n${section('*', 'SSLProxyProtocol TLSv1.2')}`)).toEqual([true]);
    // In the main server it inherits nothing from the virtual host, not even that TLS is on.
    expect(await chain('SSLProxyVerify require\n', section('*', 'SSLProxyProtocol TLSv1.2'))).toEqual([]);
    expect(await chain('SSLProxyVerify require\n', section('*', 'SSLProxyEngine on'))).toEqual([false]);
  });

  test('which names to check in a section of the main server, the last virtual host that says it decides', async () => {
    const host = (settings: string): string => `<VirtualHost *:80>\n${settings}\n</VirtualHost>\n`;
    const text = `ServerRoot /etc/httpd\n<Proxy *>\nSSLProxyEngine on\n</Proxy>\n${host('ProxyPass / https://a.example/')}${host('SSLProxyCheckPeerName on')}${host('SSLProxyCheckPeerName off')}`;
    const [fact] = await upstreamsIn(text);
    expect(fact?.data.verify?.hostname).toBe(false);
  });

  test('stays silent without SSLProxyEngine, and on what the main server may say', async () => {
    expect(await upstreamsIn(proxy('ProxyPass / https://api.example.com/').replace('Engine on', 'Engine off'))).toEqual(
      [],
    );
    const [fact] = await factsOf({
      'conf.d/ssl.conf':
        '<VirtualHost *:80>\nSSLProxyEngine on\nProxyPass / https://api.example.com/\n</VirtualHost>\n',
    }).then((facts) => facts.filter(isUpstream));
    expect(fact?.unknown).toEqual(expect.arrayContaining(['verify/chain', 'verify/hostname', 'protocols']));
  });
});

describe('directories of users', () => {
  const ldap = (main: string, url = '"ldaps://ldap.example.com:636/dc=example?uid?sub?(objectClass=*)"'): string =>
    `ServerRoot /etc/httpd\n${main}\n<VirtualHost *:80>\n<Location />\nAuthLDAPURL ${url}\n</Location>\n</VirtualHost>\n`;

  test('certificates are verified unless LDAPVerifyServerCert is off', async () => {
    const text = ldap('');
    const [fact] = await upstreamsIn(text);
    expect(fact?.data).toMatchObject({ target: 'ldap.example.com:636', tls: true, verify: { chain: true } });
    expect(slice(text, fact, 'tls')).toContain('ldaps://');
    const off = ldap('LDAPVerifyServerCert Off');
    const [unverified] = await upstreamsIn(off);
    expect(unverified?.data.verify).toEqual({ chain: false });
    expect(slice(off, unverified, 'verify/chain')).toBe('Off');
  });

  test('STARTTLS counts, plain LDAP does not', async () => {
    expect((await upstreamsIn(ldap('', 'ldap://ldap.example.com/dc=example STARTTLS')))[0]?.data.tls).toBe(true);
    expect(await upstreamsIn(ldap('', 'ldap://ldap.example.com/dc=example'))).toEqual([]);
  });
});
