import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { apache } from '../../src/extract/apache/apache.ts';
import { certificate, factsOf, listenersIn, one, site, slice, whole } from './apache-support.ts';

describe('listeners', () => {
  test('a virtual host with everything written', async () => {
    const text = whole(
      site(
        [
          'ServerAlias www.example.com *.shop.example.com',
          'SSLProtocol -all +TLSv1.2 +TLSv1.3',
          'SSLCipherSuite SSL ECDHE-RSA-AES128-GCM-SHA256',
          'SSLCipherSuite TLSv1.3 TLS_AES_128_GCM_SHA256',
          'SSLHonorCipherOrder on',
          'SSLSessionTickets off',
          'SSLUseStapling on',
          'SSLOpenSSLConfCmd Curves X25519:prime256v1',
          'SSLVerifyClient require',
          'SSLCACertificateFile /etc/tls/clients.pem',
          'Header always set Strict-Transport-Security "max-age=63072000; includeSubDomains"',
        ].join('\n'),
      ),
    );
    const fact = await one(text);
    expect(fact?.subject).toBe('virtual host shop.example.com');
    expect(fact?.data).toEqual({
      kind: 'listener',
      application: 'http',
      hosts: ['shop.example.com', 'www.example.com', '*.shop.example.com'],
      ports: [443],
      tls: true,
      exposure: 'external',
      protocols: ['TLSv1.2', 'TLSv1.3'],
      ciphers: ['ECDHE-RSA-AES128-GCM-SHA256'],
      suites13: ['TLS_AES_128_GCM_SHA256'],
      groups: ['x25519', 'secp256r1'],
      preferServerCiphers: true,
      sessionTickets: false,
      ocspStapling: true,
      clientAuth: { mode: 'required', ca: '/etc/tls/clients.pem' },
      certificates: [{ from: 'file', ref: '/etc/tls/tls.crt' }],
      hsts: { maxAgeSeconds: 63072000, includeSubDomains: true },
    });
    expect(slice(text, fact, 'protocols')).toBe('-all +TLSv1.2 +TLSv1.3');
    expect(slice(text, fact, 'protocols/1')).toBe('+TLSv1.3');
    expect(slice(text, fact, 'ciphers/0')).toBe('ECDHE-RSA-AES128-GCM-SHA256');
    expect(slice(text, fact, 'groups/1')).toBe('prime256v1');
    expect(slice(text, fact, 'clientAuth/mode')).toBe('require');
    expect(slice(text, fact, 'hosts/1')).toBe('www.example.com');
    expect(fact?.self && text.slice(fact.self.start, fact.self.end)).toBe('VirtualHost');
  });

  const all = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
  test.each([
    ['all -SSLv3', all],
    ['all -SSLv2 -SSLv3 -TLSv1 -TLSv1.1', ['TLSv1.2', 'TLSv1.3']],
    ['ALL -sslv3 -tlsv1', ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['all -SSLv3 TLSv1.2', ['TLSv1.2']],
    ['-all +TLSv1.2 TLSv1.3', ['TLSv1.3']],
    ['TLSv1.2 +TLSv1.3', ['TLSv1.2', 'TLSv1.3']],
    ['+TLSv1.2', ['TLSv1.2']],
    ['+SSLv3 +TLSv1', ['SSLv3', 'TLSv1.0']],
    ['+TLSv1 +TLSv1.2 +TLSv1.3', ['TLSv1.2', 'TLSv1.3']],
    ['-SSLv3', undefined],
    ['all {{ less }}', undefined],
  ])('SSLProtocol %s', async (words, protocols) => {
    const fact = await one(whole(site(`SSLProtocol ${words}`)));
    expect(fact?.data.protocols).toEqual(protocols);
    expect(fact?.unknown.includes('protocols')).toBe(protocols === undefined);
  });

  test('each version points at the word that switched it on', async () => {
    const text = whole(site('SSLProtocol all -SSLv3'));
    expect(slice(text, await one(text), 'protocols/0')).toBe('all');
  });

  test.each([
    ['2.4.10', ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2']],
    ['2.4.25', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2']],
    ['2.4', all],
    ['2.4.62', all],
  ])('the default versions of %s', async (version, protocols) => {
    const fact = await one(whole(site('')), version);
    expect(fact?.data.protocols).toEqual(protocols);
    expect(fact?.defaults.protocols).toEqual({ reason: `the default of httpd ${version}` });
  });

  test('a virtual host inherits from the main server, and its own line replaces', async () => {
    const text = whole(
      `SSLProtocol all\nSSLProtocol TLSv1.2\nSSLCipherSuite ECDHE+AESGCM\n${site('')}${site('SSLProtocol TLSv1.3', '*:8443')}`,
    );
    const [first, second] = await listenersIn(text);
    expect(first?.data.protocols).toEqual(['TLSv1.2']);
    expect(slice(text, first, 'protocols')).toBe('TLSv1.2');
    expect(first?.data.ciphers).toContain('ECDHE-RSA-AES256-GCM-SHA384');
    expect(second?.data).toMatchObject({ ports: [8443], protocols: ['TLSv1.3'], ciphers: [] });
  });

  test('anonymous and unencrypted suites cannot be enabled, not by a command either', async () => {
    expect((await one(whole(site('SSLCipherSuite aNULL:eNULL:AES128-SHA'))))?.data.ciphers).toEqual(['AES128-SHA']);
    const command = await one(whole(site('SSLOpenSSLConfCmd CipherString ADH-AES128-SHA:AES256-SHA:@SECLEVEL=0')));
    expect(command?.data.ciphers).toEqual(['AES256-SHA']);
  });

  test.each([
    ['MinProtocol TLSv1.2', ['TLSv1.2', 'TLSv1.3']],
    ['MaxProtocol TLSv1.2', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2']],
    ['Protocol -TLSv1,-TLSv1.1', ['TLSv1.2', 'TLSv1.3']],
    ['minprotocol ${OLDEST}', undefined],
  ])('SSLOpenSSLConfCmd %s', async (command, protocols) => {
    const fact = await one(whole(site(`SSLProtocol all\nSSLOpenSSLConfCmd ${command}`)));
    expect(fact?.data.protocols).toEqual(protocols);
  });

  describe('virtual hosts that share an address', () => {
    const two = (first: string, second: string): string =>
      whole(`${site(first)}${site(second).replaceAll('shop', 'blog')}`);

    test('its own versions count since 2.4.42, the first one’s before', async () => {
      const text = two('SSLProtocol TLSv1.2', 'SSLProtocol TLSv1.3');
      const [, second] = await listenersIn(text);
      expect(second?.data.protocols).toEqual(['TLSv1.3']);
      const [, before] = await listenersIn(text, '2.4.41');
      expect(before?.data.protocols).toEqual(['TLSv1.2']);
      expect(before?.related.map(({ about }) => about)).toContain('protocols');
    });

    test('what a command of either switches off stays off', async () => {
      const off = 'SSLOpenSSLConfCmd Protocol -TLSv1.2';
      const [, second] = await listenersIn(two(off, 'SSLProtocol TLSv1.2 +TLSv1.3'));
      expect(second?.data.protocols).toEqual(['TLSv1.3']);
      const [, inherited] = await listenersIn(two('SSLProtocol TLSv1.2 +TLSv1.3', off));
      expect(inherited?.data.protocols).toEqual(['TLSv1.3']);
    });

    test('a virtual host of every port answers on those that no other is for', async () => {
      const text = whole(`${site('', '_default_:*')}${site('', '*:443').replaceAll('shop', 'blog')}`);
      expect((await listenersIn(text)).map(({ data }) => data.ports)).toEqual([[80], [443]]);
    });

    test('without versions of its own it has those of the first one', async () => {
      const [, second] = await listenersIn(two('SSLProtocol TLSv1.2', ''));
      expect(second?.data.protocols).toEqual(['TLSv1.2']);
    });

    test('the first one decides whether connections are TLS', async () => {
      const [first, second] = await listenersIn(
        whole(`<VirtualHost *:8080>\nServerName a.example\n</VirtualHost>\n${site('', '*:8080')}`),
      );
      expect(first?.data.tls).toBe(false);
      expect(second?.data.tls).toBe(false);
    });
  });

  test('options: commands come after the directive, and those of the first virtual host stay', async () => {
    const preference = async (first: string, second = '') =>
      (await listenersIn(whole(`${site(first)}${site(second).replaceAll('shop', 'blog')}`))).map(
        ({ data }) => data.preferServerCiphers,
      );
    expect(await preference('SSLHonorCipherOrder on', 'SSLHonorCipherOrder off')).toEqual([true, true]);
    expect(await preference('', 'SSLOpenSSLConfCmd Options ServerPreference')).toEqual([false, true]);
    expect(await preference('SSLHonorCipherOrder on\nSSLOpenSSLConfCmd Options -serverpreference')).toEqual([
      false,
      false,
    ]);
  });

  test('a later virtual host whose own engine is off has the settings of the first', async () => {
    const off = `<VirtualHost *:443>\nServerName b.example\nSSLEngine off\nSSLProtocol TLSv1.1\nSSLCipherSuite AES128-SHA\n</VirtualHost>\n`;
    const [, second] = await listenersIn(whole(`${site('SSLProtocol TLSv1.3')}${off}`));
    expect(second?.data).toMatchObject({ tls: true, protocols: ['TLSv1.3'], ciphers: [] });
    expect(second?.unknown).toContain('clientAuth');
  });

  test('a first virtual host whose commands leave no version on lets nobody through', async () => {
    const none = 'SSLProtocol TLSv1.2\nSSLOpenSSLConfCmd MinProtocol TLSv1.3';
    const text = whole(`${site(none)}${site('SSLProtocol TLSv1.2').replaceAll('shop', 'blog')}`);
    expect((await listenersIn(text)).map(({ data }) => data.protocols)).toEqual([[], []]);
  });

  describe('TLS without SSLEngine', () => {
    const bare = (head: string): string =>
      `<VirtualHost ${head}>\nServerName a.example\n${certificate}\n</VirtualHost>\n`;
    test('a port that is listened on for https', async () => {
      expect((await one(whole(bare('*:443'))))?.data.tls).toBe(true);
      const text = `${whole('')}Listen 8443 https\n${bare('*:8443')}`;
      const fact = await one(text);
      expect(fact?.data.tls).toBe(true);
      expect(slice(text, fact, 'tls')).toBe('https');
    });
    test('only where the very address is listened on', async () => {
      const text = `ServerRoot /etc/httpd\nListen 127.0.0.1:8443 https\n${bare('*:8443')}`;
      expect((await one(text))?.data.tls).toBe(false);
      expect((await one(text.replace('*:8443', '127.0.0.1:8443')))?.data.tls).toBe(true);
    });
    test('any other port is plain, also where an upgrade is offered', async () => {
      expect((await one(whole(bare('*:80'))))?.data.tls).toBe(false);
      expect((await one(whole(bare('*:443').replace('ServerName', 'SSLEngine optional\nServerName'))))?.data.tls).toBe(
        false,
      );
      expect((await one(whole(bare('*:443').replace('ServerName', 'SSLEngine off\nServerName'))))?.data.tls).toBe(
        false,
      );
    });
  });

  test('the main server speaks TLS by itself', async () => {
    const text = `ServerRoot /etc/httpd\nListen 127.0.0.1:8443\nServerName main.example\nSSLEngine on\n${certificate}\nSSLProtocol TLSv1.2\n`;
    const fact = await one(text);
    expect(fact?.subject).toBe('main server');
    expect(fact?.data).toMatchObject({ ports: [8443], tls: true, exposure: 'internal', protocols: ['TLSv1.2'] });
  });

  test.each([
    ['require', 'required'],
    ['optional', 'optional'],
    ['optional_no_ca', 'request'],
    ['none', 'none'],
  ])('SSLVerifyClient %s', async (word, mode) => {
    expect((await one(whole(site(`SSLVerifyClient ${word}`))))?.data.clientAuth).toEqual({ mode });
  });

  test('addresses: every port, loopback, one that a variable holds', async () => {
    expect((await one(whole(site('', '127.0.0.1:443 [::1]:443'))))?.data).toMatchObject({
      ports: [443],
      exposure: 'internal',
    });
    expect((await one(whole(site('', '_default_:*'))))?.data).toMatchObject({ ports: [80, 443], exposure: 'external' });
    expect((await one(whole(site('', '*:${PORT}'))))?.unknown).toEqual(expect.arrayContaining(['ports', 'exposure']));
  });
});

describe('claims', () => {
  const claims = (path: string, text: string) => apache.claims({ path, hasWord: (word) => text.includes(word) });
  test.each([
    'docker/httpd.conf',
    'apache2.conf',
    'sites-available/shop',
    'conf.d/ssl.conf',
    'roles/web/templates/vhost.conf.j2',
    'templates/vhost.erb',
    'shop.vhost',
    'extra/httpd-ssl.conf',
  ])('%s', (path) => {
    expect(claims(path, '<VirtualHost *:443>\nSSLEngine on\n')).toBe(true);
  });
  test.each([
    ['nginx/conf.d/site.conf', 'server { listen 443 ssl; ssl_protocols TLSv1.2; }'],
    ['.htaccess', 'SSLRequireSSL\nSSLEngine on'],
    ['docs/apache.md', 'SSLEngine on'],
    ['scripts/setup.sh', 'SSLEngine on'],
    ['haproxy.conf', 'bind :443 ssl crt x'],
    ['conf/httpd-ssl.conf_20140305', 'SSLEngine on'],
    ['sites-available/shop.conf.bak', 'SSLEngine on'],
    ['proftpd/proftpd.conf', '<VirtualHost ftp.example.com>'],
  ])('not %s', (path, text) => {
    expect(claims(path, text)).toBe(false);
  });
});

test('no text makes it throw', async () => {
  const lines = fc.constantFrom(
    '<VirtualHost *:443>',
    '</VirtualHost>',
    '<Macro M $a>',
    '</Macro>',
    'Use M x',
    'Use M',
    'SSLEngine on',
    'SSLProtocol $a',
    'SSLProtocol +all -',
    'SSLCipherSuite TLSv1.3',
    'Define A ${A}',
    'Include *.conf',
    'ServerRoot /x',
    'Listen',
    'ProxyPass https://',
    'SSLProxyEngine on',
    '<Proxy>',
    '</Proxy>',
    'Header set',
    'RewriteRule',
    'SSLOpenSSLConfCmd Protocol -ALL',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { maxLength: 25 }), async (parts) => {
      await factsOf({ 'httpd.conf': parts.join('\n') });
    }),
    { numRuns: 60 },
  );
});
