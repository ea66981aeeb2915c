import type { NamedCase } from '../core/oracle-case.ts';
import { allFlaws, listen, one, site, upstream, verified, verifying } from './case-parts.ts';
import { httpdConf } from './server.ts';

/** What becomes of the certificates of those that requests are passed on to. */
export const upstreamCases: readonly NamedCase[] = [
  { name: 'upstreams by default', make: upstream('', [...verifying, 'protocols']) },
  { name: 'upstreams that are verified', make: upstream(verified, verifying) },
  { name: 'upstreams: optional verifies too', make: upstream(verified.replace('require', 'optional'), verifying) },
  {
    name: 'upstreams: optional_no_ca takes any authority',
    make: upstream(verified.replace('require', 'optional_no_ca'), verifying),
  },
  { name: 'upstreams: names unchecked', make: upstream(`${verified}\nSSLProxyCheckPeerName off`, verifying) },
  {
    name: 'upstreams: common names unchecked',
    make: upstream('SSLProxyCheckPeerCN off\nSSLProxyCheckPeerExpire off', verifying),
  },
  {
    name: 'upstreams: names checked although common names are not',
    make: upstream('SSLProxyCheckPeerCN off\nSSLProxyCheckPeerName on', verifying),
  },
  {
    name: 'upstreams: as the main server says',
    make: upstream('', [...verifying, 'protocols'], { main: `${verified}\nSSLProxyProtocol TLSv1.2` }),
  },
  {
    name: 'upstreams: a virtual host switches verification off',
    make: upstream('SSLProxyVerify none', verifying, { main: verified }),
  },
  {
    name: 'upstreams: as a <Proxy> section says',
    make: upstream('', [...verifying, 'protocols'], {
      each: `<Proxy "{url}">\n${verified}\nSSLProxyProtocol all -TLSv1\n</Proxy>`,
    }),
  },
  {
    name: 'upstreams: a <Proxy> section for everything',
    make: upstream('', verifying, { each: `<Proxy *>\n${verified}\n</Proxy>` }),
  },
  {
    name: 'upstreams: a <Proxy> section with a pattern',
    make: upstream('', verifying, { each: `<Proxy "https://local*">\n${verified}\n</Proxy>` }),
  },
  {
    name: 'upstreams: a <Proxy> section of the main server',
    make: upstream('', verifying, { main: `<Proxy https://localhost>\nSSLProxyEngine on\n${verified}\n</Proxy>` }),
  },
  {
    name: 'upstreams: a later <Proxy> section overrides',
    make: upstream('', verifying, {
      each: `<Proxy "{url}">\n${verified}\n</Proxy>\n<Proxy https://localhost>\nSSLProxyVerify none\n</Proxy>`,
    }),
  },
  {
    name: 'upstreams: a <Proxy> section inherits from no other',
    make: upstream('', verifying, {
      each: `<Proxy "{url}">\n${verified}\n</Proxy>\n<Proxy *>\nSSLProxyProtocol all\n</Proxy>`,
    }),
  },
  {
    name: 'upstreams: a <Proxy> section without TLS changes nothing',
    make: upstream(verified, verifying, { each: '<Proxy *>\nRequire all granted\n</Proxy>' }),
  },
  {
    name: 'upstreams: a <Proxy> section of the main server inherits nothing from the virtual host',
    make: upstream(verified, verifying, { main: '<Proxy *>\nSSLProxyEngine on\n</Proxy>' }),
  },
  {
    name: 'upstreams in locations',
    make: upstream(verified, verifying, { pass: '<Location {path}>\nProxyPass {url}\n</Location>' }),
  },
  {
    name: 'upstreams by rewriting',
    make: upstream(verified, verifying, { pass: 'RewriteEngine on\nRewriteRule ^{path}(.*) {url}$1 [P,L]' }),
  },
  {
    name: 'upstreams by regular expression',
    make: upstream(verified, verifying, { pass: 'ProxyPassMatch ^{path}(.*)$ {url}$1' }),
  },
  {
    name: 'upstreams in a balancer',
    make: (world) => {
      const backends = allFlaws.map((flaw) => world.tlsBackend({ flaw }));
      const groups = backends
        .map(
          ({ port }, index) =>
            `<Proxy balancer://group${index}>\nBalancerMember https://localhost:${port}\n${verified.replace('{root}', world.certificates.root)}\n</Proxy>\nProxyPass /to/${index}/ balancer://group${index}/`,
        )
        .join('\n');
      return {
        files: {
          'httpd.conf': httpdConf(
            world.folder,
            `${listen(world)}\n${site(world, one, `SSLProxyEngine on\n${groups}`)}`,
          ),
        },
        passes: backends.map((backend, index) => ({ port: world.port(), tls: false, path: `/to/${index}/`, backend })),
        compares: verifying,
      };
    },
  },
  { name: 'upstreams: versions', make: upstream('SSLProxyProtocol -all +TLSv1.1 +TLSv1.3', ['protocols']) },
];
