import type { NamedCase } from '../core/oracle-case.ts';
import { alone, certificates, httpd, listen, one, plain, shared, site, two } from './case-parts.ts';

/** Addresses, certificates, headers, redirects, and how files are read. */
export const serverCases: readonly NamedCase[] = [
  {
    name: 'TLS without SSLEngine, as the port is listened on for https',
    make: httpd(
      (world) =>
        `${listen(world, 'main', 'https').replace('127.0.0.1:', '')}\n${certificates(world)}\n${site(world, one, '')}`,
      ['tls', 'protocols'],
    ),
  },
  {
    name: 'SSLEngine off on a port that is listened on for https',
    make: httpd(
      (world) => `${listen(world, 'main', 'https')}\n${certificates(world)}\n${site(world, one, 'SSLEngine off')}`,
      ['tls'],
    ),
  },
  {
    name: 'SSLEngine optional is plain text',
    make: httpd(
      (world) => `${listen(world)}\n${certificates(world)}\n${site(world, one, 'SSLEngine optional')}`,
      ['tls'],
    ),
  },
  {
    name: 'the first virtual host of the address decides on TLS: it has none',
    make: httpd(
      (world) =>
        `${listen(world)}\n${certificates(world)}\n${site(world, one, '')}\n${site(world, two, 'SSLEngine on')}`,
      ['tls'],
    ),
  },
  {
    name: 'the first virtual host of the address decides on TLS: it has it',
    make: httpd(
      (world) =>
        `${listen(world)}\n${certificates(world)}\n${site(world, one, 'SSLEngine on')}\n${site(world, two, '')}`,
      ['tls'],
    ),
  },
  {
    name: 'the main server speaks TLS itself',
    make: httpd(
      (world) => `${listen(world)}\nSSLEngine on\n${certificates(world)}\nSSLProtocol TLSv1.2`,
      ['tls', 'protocols'],
    ),
  },
  {
    name: 'a virtual host of every port, beside one of one port',
    make: httpd(
      (world) =>
        `${listen(world)}\n${listen(world, 'other')}\nSSLEngine on\n${certificates(world)}
<VirtualHost _default_:*>\nServerName ${two}\nSSLProtocol TLSv1.3\n</VirtualHost>
${site(world, one, 'SSLProtocol TLSv1.2')}`,
      ['protocols'],
    ),
  },
  {
    name: 'virtual hosts of one address',
    make: httpd(
      (world) =>
        `${listen(world)}\nSSLEngine on\n${certificates(world)}
${site(world, one, 'SSLProtocol TLSv1.2').replace('*:', '127.0.0.1:')}
${site(world, two, '').replace('*:', '127.0.0.1:').replace('>', ' 127.0.0.2:443>')}`,
      ['protocols'],
    ),
  },
  {
    name: 'a port that is listened on for https at one address only',
    make: httpd(
      (world) =>
        `${listen(world, 'main', 'https')}\n${listen(world, 'other', 'https')}\n${certificates(world)}
${site(world, one, '').replace('*:', '127.0.0.1:')}
${site(world, two, '', 'other')}`,
      ['tls'],
    ),
  },
  {
    name: 'one certificate with its chain',
    make: httpd(
      (world) =>
        `${listen(world)}\n${site(world, one, `SSLEngine on\nSSLCertificateFile ${world.certificates.ecdsa.chain}\nSSLCertificateKeyFile ${world.certificates.ecdsa.key}`)}`,
      ['certificates', 'ciphers'],
    ),
  },
  {
    name: 'one certificate without its chain',
    make: httpd(
      (world) =>
        `${listen(world)}\n${site(world, one, `SSLEngine on\nSSLProtocol TLSv1.3\nSSLCertificateFile "${world.certificates.rsa.alone}"\nSSLCertificateKeyFile '${world.certificates.rsa.key}'`)}`,
      ['certificates'],
    ),
  },
  {
    name: 'HSTS',
    make: alone('Header always set Strict-Transport-Security "max-age=31536000; includeSubDomains"', [
      'hsts/maxAgeSeconds',
    ]),
  },
  {
    name: 'HSTS where the connection is TLS',
    make: alone('Header set Strict-Transport-Security "max-age=600" env=HTTPS', ['hsts/maxAgeSeconds']),
  },
  {
    name: 'HSTS by expression',
    make: alone(`Header set Strict-Transport-Security "max-age=600" "expr=%{HTTPS} == 'on'"`, ['hsts/maxAgeSeconds']),
  },
  {
    name: 'HSTS that a later line takes back',
    make: alone(
      'Header set Strict-Transport-Security max-age=600\nHeader unset strict-transport-security\nHeader set Strict-Transport-Security max-age=300',
      ['hsts/maxAgeSeconds'],
    ),
  },
  {
    name: 'HSTS of the main server reaches a virtual host with other headers',
    make: shared(
      'Header set X-Other 1',
      'Header set Strict-Transport-Security max-age=700',
      ['hsts/maxAgeSeconds'],
      'Header set Strict-Transport-Security max-age=600',
    ),
  },
  {
    name: 'HSTS in a location for everything',
    make: alone('<Location />\nHeader set Strict-Transport-Security max-age=600\n</Location>', ['hsts/maxAgeSeconds']),
  },
  { name: 'plain HTTP that redirects', make: plain(`Redirect permanent / https://${one}/`) },
  {
    name: 'plain HTTP that redirects by regular expression',
    make: plain(`RedirectMatch 308 ^/?(.*)$ https://${one}/$1`),
  },
  {
    name: 'plain HTTP that rewrites',
    make: plain(
      'RewriteEngine On\nRewriteCond %{HTTPS} !=on\nRewriteCond %{REQUEST_URI} !^/\\.well-known/acme-challenge/\nRewriteRule ^/?(.*)$ https://%{HTTP_HOST}/$1 [R=301,L]',
    ),
  },
  {
    name: 'plain HTTP that redirects everything but challenges',
    make: plain(`RedirectMatch 301 "^(?!/\\.well-known/acme-challenge/).*" https://${one}`),
  },
  {
    name: 'plain HTTP as certbot rewrites it',
    make: plain(
      `RewriteEngine on\nRewriteCond %{SERVER_NAME} =${two} [OR]\nRewriteCond %{SERVER_NAME} =${one}\nRewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]`,
    ),
  },
  {
    name: 'plain HTTP that redirects under a condition',
    make: plain(`<If "%{HTTPS} != 'on'">\nRedirect permanent / https://${one}/\n</If>`),
  },
  {
    name: 'plain HTTP with a redirect in a location',
    make: plain(`<Location />\nRedirect permanent https://${one}/\n</Location>`),
  },
  {
    name: 'the redirect of the main server',
    make: httpd(
      (world) =>
        `${listen(world)}\n${listen(world, 'plain')}\nRedirect / https://${one}/\n${certificates(world)}\n${site(world, one, 'SSLEngine on')}\n${site(world, one, '', 'plain')}`,
      ['redirectsToHttps'],
    ),
  },
  {
    name: 'files, globs, comments and continued lines',
    make: httpd(
      (world) =>
        `IncludeOptional nothing/*.conf\n${listen(world)}\nInclude conf/tls.conf\nIncludeOptional ${world.folder}/sites-enabled/*.conf`,
      ['protocols', 'ciphers'],
      (world) => ({
        files: {
          'conf/tls.conf':
            '# SSLProtocol all \\\nSSLProtocol TLSv1\nSSLProtocol TLSv1.2 \\\n  +TLSv1.3\nSSLCipherSuite "ECDHE-RSA-AES128-GCM-SHA256:\\\nAES128-GCM-SHA256"\n',
          'sites-enabled/a.conf': site(world, one, `SSLEngine on\n${certificates(world)}\n  # SSLCipherSuite ALL`),
          'sites-enabled/b.conf.disabled': 'SSLProtocol all\n',
        },
      }),
    ),
  },
  {
    name: 'a folder as an include, in the order of names',
    make: httpd(
      (world) => `${listen(world)}\nInclude parts/\n${site(world, one, `SSLEngine on\n${certificates(world)}`)}`,
      ['protocols'],
      () => ({
        files: {
          'parts/10.conf': 'SSLProtocol TLSv1.3\n',
          'parts/20.conf': 'SSLProtocol TLSv1.2\n',
          'parts/9.conf': 'SSLProtocol TLSv1.1\n',
        },
      }),
    ),
  },
  {
    name: 'definitions',
    make: httpd(
      (world) =>
        `${listen(world)}\nDefine VERSIONS "TLSv1.1 +TLSv1.2"\nDefine SUITE AES128-SHA\nDefine PORT ${world.port()}
<VirtualHost *:\${PORT}>\nServerName ${one}\nSSLEngine on\n${certificates(world)}\nSSLProtocol \${VERSIONS}\nSSLCipherSuite ECDHE-RSA-\${SUITE}:\${SUITE}\n</VirtualHost>\nUnDefine SUITE`,
      ['protocols', 'ciphers'],
    ),
  },
  {
    name: 'macros, one in another',
    make: httpd(
      (world) =>
        `${listen(world)}\n${certificates(world)}\n<Macro Versions $list>\nSSLProtocol $list\n</Macro>
<Macro Site $name $versions %suites>\n<VirtualHost *:${world.port()}>\nServerName $name.oracle.test\nSSLEngine on\nUse Versions "$versions"\nSSLCipherSuite "ECDHE+%suites"\n</VirtualHost>\n</Macro>
Use Site one "TLSv1.2 +TLSv1.3" AESGCM\nuse site two TLSv1.1 AES\nUndefMacro Site`,
      ['protocols', 'ciphers'],
    ),
  },
  {
    name: 'conditions',
    make: httpd(
      (world) =>
        `${listen(world)}\n${certificates(world)}\nDefine Strict
<IfModule !ssl_module>\nSSLProtocol all\n</IfModule>
<IfModule mod_ssl.c>\n<IfDefine Strict>\nSSLProtocol TLSv1.2\n</IfDefine>\n<IfDefine !Strict>\nSSLProtocol all\n</IfDefine>\n</IfModule>
<IfVersion < 2.4.36>\nSSLCipherSuite ALL\n</IfVersion>\n<IfVersion >= 2.4>\nSSLCipherSuite ECDHE+AESGCM\n</IfVersion>
${site(world, one, 'SSLEngine on')}`,
      ['protocols', 'ciphers'],
    ),
  },
];
