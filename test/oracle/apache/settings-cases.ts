import type { NamedCase } from '../core/oracle-case.ts';
import { alone, certificates, httpd, listen, one, shared, site } from './case-parts.ts';

/** What the directives of mod_ssl make of a listener. */
export const settingsCases: readonly NamedCase[] = [
  {
    name: 'nothing written: the defaults',
    make: alone('', ['tls', 'protocols', 'ciphers', 'clientAuth/mode', 'preferServerCiphers', 'hsts/maxAgeSeconds']),
  },
  { name: 'the usual good line', make: alone('SSLProtocol -all +TLSv1.2 +TLSv1.3') },
  { name: 'all but SSLv3 leaves the old versions on', make: alone('SSLProtocol all -SSLv3') },
  { name: 'what is switched off', make: alone('SSLProtocol all -SSLv2 -SSLv3 -TLSv1 -TLSv1.1') },
  { name: 'a bare name replaces what is before it', make: alone('SSLProtocol all -SSLv3 TLSv1.2') },
  { name: 'a bare name at the end', make: alone('SSLProtocol -all +TLSv1.2 TLSv1.3') },
  { name: 'a plus at the start', make: alone('SSLProtocol +TLSv1.1') },
  { name: 'names in any case', make: alone('sslprotocol ALL -sslv3 -TLSV1 "-tlsv1.1"') },
  { name: 'versions below a gap are off', make: alone('SSLProtocol TLSv1 +TLSv1.2 +TLSv1.3') },
  { name: 'a gap right below the newest', make: alone('SSLProtocol all -TLSv1.2') },
  { name: 'only obsolete versions', make: alone('SSLProtocol TLSv1 +TLSv1.1', ['protocols', 'ciphers']) },
  { name: 'SSLProtocol twice: the last one counts', make: alone('SSLProtocol TLSv1.2\nSSLProtocol TLSv1.3') },
  {
    name: 'a virtual host inherits from the main server',
    make: shared(
      '',
      'SSLProtocol TLSv1.3',
      ['protocols', 'ciphers'],
      'SSLProtocol TLSv1.2\nSSLCipherSuite AES128-SHA:ECDHE-ECDSA-AES256-SHA',
    ),
  },
  {
    name: 'lines of the main server that stand after the virtual hosts',
    make: httpd(
      (world) => `${listen(world)}\n${site(world, one, 'SSLEngine on')}\n${certificates(world)}\nSSLProtocol TLSv1.2`,
      ['protocols'],
    ),
  },
  {
    name: 'virtual hosts on one port: versions by name, older under newer',
    make: shared('SSLProtocol TLSv1.2 +TLSv1.3', 'SSLProtocol TLSv1.1'),
  },
  {
    name: 'virtual hosts on one port: versions by name, newer under older',
    make: shared('SSLProtocol TLSv1.1', 'SSLProtocol TLSv1.2 +TLSv1.3'),
  },
  {
    name: 'a virtual host without versions of its own has those of the first one',
    make: shared('SSLProtocol TLSv1.2', ''),
  },
  {
    name: 'commands of a later virtual host without SSLProtocol do not count',
    make: shared('SSLProtocol TLSv1.2', 'SSLOpenSSLConfCmd MinProtocol TLSv1.3'),
  },
  {
    name: 'commands of a later virtual host with SSLProtocol count',
    make: shared('SSLProtocol TLSv1.2', 'SSLProtocol TLSv1.2\nSSLOpenSSLConfCmd MaxProtocol TLSv1.3'),
  },
  {
    name: 'a version switched off by command for the first virtual host',
    make: shared('SSLOpenSSLConfCmd Protocol -TLSv1.2', 'SSLProtocol TLSv1.2 +TLSv1.3'),
  },
  {
    name: 'suites and preference belong to each virtual host',
    make: shared(
      'SSLCipherSuite ECDHE-RSA-AES128-GCM-SHA256',
      'SSLCipherSuite AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-CHACHA20-POLY1305\nSSLHonorCipherOrder on',
      ['ciphers', 'preferServerCiphers'],
    ),
  },
  {
    name: 'the preference of the first virtual host stays',
    make: shared('SSLHonorCipherOrder on', 'SSLHonorCipherOrder off', ['preferServerCiphers']),
  },
  {
    name: 'client certificates belong to each virtual host',
    make: (world) =>
      shared(
        'SSLVerifyClient require',
        'SSLVerifyClient none',
        ['clientAuth/mode'],
        `SSLCACertificateFile ${world.certificates.root}\nSSLVerifyDepth 3`,
      )(world),
  },
  {
    name: 'suites, groups and the suites of TLS 1.3 on one port',
    make: shared(
      'SSLOpenSSLConfCmd Groups X25519\nSSLCipherSuite TLSv1.3 TLS_AES_128_GCM_SHA256',
      'SSLOpenSSLConfCmd Groups P-384\nSSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384',
      ['groups', 'suites13'],
    ),
  },
  {
    name: 'cipher strings with every operator',
    make: alone('SSLCipherSuite "ALL:-SHA1:+AESGCM:kRSA+AES128:!CAMELLIA:@STRENGTH"', ['ciphers']),
  },
  {
    name: 'anonymous and unencrypted suites cannot be enabled',
    make: alone('SSLCipherSuite ADH:NULL:AES128-SHA:@SECLEVEL=0', ['ciphers']),
  },
  {
    name: 'not by command either',
    make: alone('SSLCipherSuite AES128-SHA\nSSLOpenSSLConfCmd cipherstring ADH:AES256-SHA:@SECLEVEL=0', ['ciphers']),
  },
  {
    name: 'suites by tag',
    make: alone(
      'SSLCipherSuite SSL ECDHE+AESGCM\nSSLCipherSuite TLSv1.3 TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256',
      ['ciphers', 'suites13'],
    ),
  },
  {
    name: 'DHE needs no parameters',
    make: alone('SSLCipherSuite DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA', ['ciphers']),
  },
  {
    name: 'named groups by command',
    make: alone('SSLProtocol TLSv1.3\nSSLOpenSSLConfCmd Curves X25519:secp384r1', ['groups']),
  },
  {
    name: 'suites of TLS 1.3 by command',
    make: alone('SSLOpenSSLConfCmd Ciphersuites TLS_AES_128_CCM_SHA256', ['suites13']),
  },
  {
    name: 'commands replace the ends of the range',
    make: alone('SSLProtocol TLSv1.3\nSSLOpenSSLConfCmd MinProtocol TLSv1.1\nSSLOpenSSLConfCmd MaxProtocol TLSv1.2'),
  },
  { name: 'a command switches a version off', make: alone('SSLProtocol all\nSSLOpenSSLConfCmd Protocol -TLSv1.2') },
  {
    name: 'a command switches nothing on',
    make: alone('SSLProtocol TLSv1.2 +TLSv1.3\nSSLOpenSSLConfCmd Protocol TLSv1.1,TLSv1.2'),
  },
  {
    name: 'commands of the main server come first',
    make: shared(
      'SSLOpenSSLConfCmd MinProtocol TLSv1.2',
      '',
      ['protocols'],
      'SSLProtocol all\nSSLOpenSSLConfCmd MinProtocol TLSv1.3',
    ),
  },
  ...(['require', 'optional', 'none'] as const).map(
    (mode): NamedCase => ({
      name: `SSLVerifyClient ${mode}`,
      make: (world) =>
        alone(`SSLVerifyClient ${mode}\nSSLVerifyDepth 3\nSSLCACertificateFile ${world.certificates.root}`, [
          'clientAuth/mode',
        ])(world),
    }),
  ),
  {
    name: 'SSLVerifyClient optional_no_ca',
    make: alone('SSLProtocol TLSv1.2\nSSLVerifyClient optional_no_ca', ['clientAuth/mode']),
  },
];
