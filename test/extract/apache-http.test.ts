import { describe, expect, test } from '@jest/globals';
import { listenersIn, one, site, whole } from './apache-support.ts';

describe('HSTS', () => {
  const hsts = async (settings: string) => (await one(whole(site(settings))))?.data.hsts;
  test.each([
    ['Header set Strict-Transport-Security max-age=31536000', 31536000],
    ['Header onsuccess set strict-transport-security "max-age=1"', 1],
    ['Header always set Strict-Transport-Security "max-age=7" env=HTTPS', 7],
    ['Header always set Strict-Transport-Security "max-age=7" "expr=%{HTTPS} == \'on\'"', 7],
    ['<Location />\nHeader set Strict-Transport-Security max-age=9\n</Location>', 9],
    ['DocumentRoot /srv/www', 0],
    ['Header set Strict-Transport-Security max-age=5\nHeader unset Strict-Transport-Security', undefined],
    ['Header set Strict-Transport-Security max-age=5 env=api', undefined],
    ['Header set Strict-Transport-Security "${HSTS}"', undefined],
    ['ProxyPass / http://127.0.0.1:8080/', undefined],
    ['<Directory /srv>\nAllowOverride All\n</Directory>', undefined],
    ['<FilesMatch "\\.php$">\nSetHandler application/x-httpd-php\n</FilesMatch>', undefined],
    ['<Location /app>\nHeader set Strict-Transport-Security max-age=9\n</Location>', undefined],
  ])('%s', async (settings, seconds) => {
    expect((await hsts(settings))?.maxAgeSeconds).toBe(seconds);
  });
});

describe('plain HTTP', () => {
  const plain = async (settings: string, twin = site('')) => {
    const facts = await listenersIn(
      whole(`<VirtualHost *:80>\nServerName shop.example.com\n${settings}\n</VirtualHost>\n${twin}`),
    );
    return facts.find(({ data }) => data.tls === false)?.data.redirectsToHttps;
  };
  test.each([
    ['Redirect permanent / https://shop.example.com/', true],
    ['Redirect "/" "https://shop.example.com/"', true],
    ['RedirectPermanent / https://shop.example.com/', true],
    ['RedirectMatch 301 ^/?(.*)$ https://shop.example.com/$1', true],
    ['RewriteEngine On\nRewriteCond %{HTTPS} off\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [L,R=301]', true],
    [
      'RewriteEngine On\nRewriteCond %{HTTPS} !=on\nRewriteCond %{REQUEST_URI} !^/\\.well-known/acme\nRewriteRule ^/?(.*) https://%{SERVER_NAME}/$1 [R,L]',
      true,
    ],
    [
      'RewriteEngine on\nRewriteCond %{SERVER_NAME} =shop.example.com\nRewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]',
      true,
    ],
    ['<If "%{HTTPS} != \'on\'">\nRedirect / https://shop.example.com/\n</If>', true],
    ['<Location />\nRedirect 301 https://shop.example.com/\n</Location>', true],
    ['DocumentRoot /srv/acme\nRedirectMatch 301 ^(?!/\\.well-known/acme-challenge/).* https://shop.example.com', true],
    ['RewriteEngine on\nRewriteRule !^/\\.well-known https://shop.example.com/ [R]', true],
    ['DocumentRoot /srv/www\nRedirectMatch ^/(account|cart) https://shop.example.com/$1', undefined],
    ['DocumentRoot /srv/www\nRewriteEngine on\nRewriteRule ^/?$ https://shop.example.com/ [R]', undefined],
    ['DocumentRoot /srv/www', false],
    ['ProxyPass / http://127.0.0.1:8080/', false],
    ['ProxyPass / http://127.0.0.1:8080/\nRedirect / https://shop.example.com/', false],
    ['DocumentRoot /srv/www\nRedirect /old https://shop.example.com/new', false],
    ['RewriteRule ^ https://shop.example.com/ [R]\nDocumentRoot /srv/www', false],
    ['DocumentRoot /srv/www\n<Directory /srv/www>\nAllowOverride All\n</Directory>', undefined],
    [
      'DocumentRoot /srv/www\nRewriteEngine on\nRewriteCond %{HTTP_HOST} ^www\nRewriteRule ^ https://shop.example.com/ [R]',
      undefined,
    ],
    ['DocumentRoot /srv/www\nInclude elsewhere.conf', undefined],
  ])('%j', async (settings, redirects) => {
    expect(await plain(settings)).toBe(redirects);
  });

  test('without the same name over TLS nothing is said', async () => {
    expect(await plain('DocumentRoot /srv/www', '')).toBeUndefined();
    expect(await plain('DocumentRoot /srv/www', site('').replaceAll('shop', 'blog'))).toBeUndefined();
  });
});
