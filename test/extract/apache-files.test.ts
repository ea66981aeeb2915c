import { describe, expect, test } from '@jest/globals';
import { apache } from '../../src/extract/apache/apache.ts';
import { certificate, factsOf, isListener, listenersIn, one, site, slice, whole } from './apache-support.ts';

describe('what files bring together', () => {
  test('a lone virtual host leaves to the main server what it does not say', async () => {
    const facts = await factsOf({ 'sites-available/shop.conf': site('SSLHonorCipherOrder on') });
    expect(facts).toHaveLength(1);
    expect(facts[0]?.data).toMatchObject({ tls: true, preferServerCiphers: true });
    expect(facts[0]?.unknown).toEqual(expect.arrayContaining(['protocols', 'ciphers', 'clientAuth', 'hsts']));
  });

  test('the settings of a snippet, for virtual hosts elsewhere', async () => {
    const text = 'SSLProtocol all -SSLv3\nSSLCipherSuite HIGH:!aNULL\nSSLSessionTickets off\n';
    const [fact] = await factsOf({ 'conf-available/ssl-params.conf': text });
    expect(fact?.subject).toBe('ssl-params.conf');
    expect(fact?.data).toMatchObject({ protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
  });

  test('what a distribution sets for all, where an include may set it again', async () => {
    const facts = await factsOf({
      'apache2/apache2.conf':
        'ServerRoot /etc/apache2\nIncludeOptional mods-enabled/*.conf\nIncludeOptional conf-enabled/*.conf\nIncludeOptional sites-enabled/*.conf\n',
      'apache2/mods-available/ssl.conf': 'SSLProtocol all -SSLv3\nSSLCipherSuite HIGH:!aNULL\n',
      'apache2/sites-available/shop.conf': site(''),
    });
    expect(facts.map(({ subject, data }) => [subject, data.kind === 'listener' && data.protocols])).toEqual([
      ['virtual host shop.example.com', undefined],
      ['ssl.conf', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ]);
    const own = await factsOf({ 'conf.d/ssl.conf': `SSLProtocol all\n${site('SSLProtocol TLSv1.3')}` });
    expect(own.map(({ subject }) => subject)).toEqual(['virtual host shop.example.com']);
  });

  test('includes are read in place: relative, absolute, by pattern, nested', async () => {
    const files = {
      'docker/httpd.conf': whole('Include conf/extra/tls.conf\nIncludeOptional /usr/local/apache2/conf/sites/*.conf\n'),
      'docker/extra/tls.conf': 'SSLProtocol TLSv1.2\n',
      'docker/sites/10-shop.conf': `<VirtualHost *:443>\nServerName shop.example.com\nInclude sites/common.inc\n</VirtualHost>\n`,
      'docker/sites/common.inc': `SSLEngine on\n${certificate}\n`,
    };
    const facts = await factsOf(files);
    expect(facts).toHaveLength(1);
    expect(facts[0]?.data).toMatchObject({
      tls: true,
      protocols: ['TLSv1.2'],
      certificates: [{ ref: '/etc/tls/tls.crt' }],
    });
    expect(facts[0]?.spans.protocols?.file).toBe('docker/extra/tls.conf');
    expect(facts[0]?.spans.tls?.file).toBe('docker/sites/common.inc');
  });

  test('what Debian enables stands in sites-available', async () => {
    const facts = await factsOf({
      'apache2/apache2.conf':
        'ServerRoot /etc/apache2\nListen 443\nSSLProtocol TLSv1.3\nIncludeOptional sites-enabled/*.conf\n',
      'apache2/sites-available/shop.conf': site(''),
    });
    expect(facts.map(({ data }) => (data.kind === 'listener' ? data.protocols : []))).toEqual([['TLSv1.3']]);
  });

  test('an include that is not there may set anything after it, and replace what is before', async () => {
    const fact = await one(whole(site('SSLProtocol all\nInclude /etc/letsencrypt/options-ssl-apache.conf')));
    expect(fact?.unknown).toContain('protocols');
    expect(fact?.data).toMatchObject({ tls: true, clientAuth: { mode: 'none' } });
    const after = await one(whole(site('Include elsewhere.conf\nSSLProtocol TLSv1.2')));
    expect(after?.data.protocols).toEqual(['TLSv1.2']);
  });

  test('files out of one ConfigMap are each other’s folder', async () => {
    const path = 'deploy/apache.yaml';
    const held = (name: string, holder = 'ConfigMap web/apache') => ({
      name,
      holder,
      container: 'config-map' as const,
    });
    const sources = [
      { path, text: whole(`Include conf/extra/tls.conf\n${site('')}`), held: held('httpd.conf') },
      { path, text: 'SSLProtocol TLSv1.2\n', held: held('tls.conf') },
      { path, text: 'SSLProtocol all\n', held: held('tls.conf', 'ConfigMap web/other') },
    ];
    const repository = { paths: [path], read: () => undefined };
    const [unit, ...others] = (await apache.units?.(sources, repository)) ?? [];
    expect(unit?.sources.map(({ held: kept }) => kept?.name)).toEqual(['httpd.conf', 'tls.conf']);
    expect(others.map(({ sources: [only] }) => only.held?.holder)).toEqual(['ConfigMap web/other']);
    const read =
      unit && (await apache.extract(unit, () => ({ version: '2.4.62', reason: 'httpd 2.4.62', guessed: false })));
    expect(read?.facts[0]?.data).toMatchObject({ protocols: ['TLSv1.2'] });
  });

  test('files that include each other come to an end', async () => {
    const facts = await factsOf({
      'conf.d/a.conf': `Include conf.d/b.conf\n${site('')}`,
      'conf.d/b.conf': `Include conf.d/a.conf\nSSLProtocol TLSv1.2\n<VirtualHost *:80>\n</VirtualHost>\n`,
    });
    expect(facts.filter(isListener).some(({ data }) => data.protocols?.join() === 'TLSv1.2')).toBe(true);
  });

  test('Define: the place of the value, and what is defined nowhere', async () => {
    const text = whole(
      `Define VERSIONS "TLSv1.2 +TLSv1.3"\nDefine BASE /etc/tls\n${site('SSLProtocol ${VERSIONS}\nSSLCertificateFile ${BASE}/more.crt\nSSLVerifyClient ${ASK}')}`,
    );
    const fact = await one(text);
    expect(fact?.data.protocols).toEqual(['TLSv1.2', 'TLSv1.3']);
    expect(slice(text, fact, 'protocols/1')).toBe('+TLSv1.3');
    expect(fact?.data.certificates?.[1]).toEqual({ from: 'file', ref: '/etc/tls/more.crt' });
    expect(fact?.unknown).toContain('clientAuth');
  });

  test('macros: each use is a virtual host of its own', async () => {
    const text = whole(
      `<Macro Site $name $versions>\n${site('SSLProtocol $versions').replace('shop.example.com', '$name')}</Macro>\nUse Site a.example "-all +TLSv1.2"\nUse site b.example TLSv1.3\n`,
    );
    const facts = await listenersIn(text);
    expect(facts.map(({ data }) => [data.hosts, data.protocols])).toEqual([
      [['a.example'], ['TLSv1.2']],
      [['b.example'], ['TLSv1.3']],
    ]);
    expect(slice(text, facts[1], 'protocols')).toBe('TLSv1.3');
    expect(slice(text, facts[0], 'protocols/0')).toBe('+TLSv1.2');
  });

  test('conditions: modules are there, definitions count, versions compare', async () => {
    const text = whole(
      [
        '<IfModule !mod_ssl.c>\nSSLProtocol all\n</IfModule>',
        '<IfModule mod_ssl.c>\n<IfVersion < 2.4>\nSSLProtocol TLSv1\n</IfVersion>\n<IfVersion >= 2.4.36>\nSSLProtocol TLSv1.3\n</IfVersion>\n</IfModule>',
        'Define Lax',
        '<IfDefine !Lax>\nSSLVerifyClient require\n</IfDefine>',
        site(''),
      ].join('\n'),
    );
    expect((await one(text))?.data).toMatchObject({ protocols: ['TLSv1.3'], clientAuth: { mode: 'none' } });
    const either = await one(whole(site('SSLProtocol TLSv1.3\n<IfDefine Old>\nSSLProtocol all\n</IfDefine>')));
    expect(either?.unknown).toContain('protocols');
  });
});
