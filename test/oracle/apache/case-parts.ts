import type { OracleCase, World } from '../core/oracle-case.ts';
import { httpdConf } from './server.ts';

export const one = 'one.oracle.test';
export const two = 'two.oracle.test';

export const certificates = ({ certificates: { rsa, ecdsa } }: World): string =>
  `SSLCertificateFile ${rsa.chain}
SSLCertificateKeyFile ${rsa.key}
SSLCertificateFile ${ecdsa.chain}
SSLCertificateKeyFile ${ecdsa.key}`;

export type Make = (world: World) => OracleCase;

/** A case of one main file with the main server's settings and virtual hosts, and what else belongs to it. */
export const httpd = (
  content: (world: World) => string,
  compares: readonly string[],
  rest: (world: World) => Partial<OracleCase> = () => ({}),
): Make => {
  return (world) => {
    const { files, ...others } = rest(world);
    return { files: { 'httpd.conf': httpdConf(world.folder, content(world)), ...files }, compares, ...others };
  };
};

export const listen = (world: World, name = 'main', protocol = ''): string =>
  `Listen 127.0.0.1:${world.port(name)} ${protocol}`.trim();

/** A virtual host of a port. */
export const site = (world: World, name: string, settings: string, port = 'main'): string =>
  `<VirtualHost *:${world.port(port)}>
ServerName ${name}
${settings}
</VirtualHost>`;

/** One virtual host with both certificates and these settings. */
export const alone = (settings: string, compares: readonly string[] = ['protocols']): Make =>
  httpd(
    (world) => `${listen(world)}\n${site(world, one, `SSLEngine on\n${certificates(world)}\n${settings}`)}`,
    compares,
  );

/** Two virtual hosts that share a port, with settings of the main server above them. */
export const shared = (first: string, second: string, compares: readonly string[] = ['protocols'], main = ''): Make =>
  httpd(
    (world) =>
      `${listen(world)}\nSSLEngine on\n${certificates(world)}\n${main}\n${site(world, one, first)}\n${site(world, two, second)}`,
    compares,
  );

/** A virtual host over plain HTTP beside one over TLS. */
export const plain = (settings: string, compares: readonly string[] = ['redirectsToHttps']): Make =>
  httpd(
    (world) =>
      `${listen(world)}\n${listen(world, 'plain')}\n${certificates(world)}\n${site(world, one, 'SSLEngine on')}\n${site(world, one, settings, 'plain')}`,
    compares,
  );

export const allFlaws = ['sound', 'untrusted', 'wrong-name', 'expired'] as const;
const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

export interface Places {
  /** Settings of the main server; `{root}` is the trusted root. */
  readonly main?: string;
  /** What stands behind the virtual host's ProxyPass lines; `{url}` is the URL of each backend in turn. */
  readonly each?: string;
  /** How requests are passed on. */
  readonly pass?: string;
}

/** A plain server that passes requests on to backends with each flaw, and with each version. */
export const upstream = (settings: string, compares: readonly string[], places: Places = {}): Make => {
  return (world) => {
    const backends = [
      ...allFlaws.map((flaw) => world.tlsBackend({ flaw })),
      ...versions.map((version) => world.tlsBackend({ version })),
    ];
    const filled = (text: string): string => text.replaceAll('{root}', world.certificates.root);
    const perBackend = (text: string): string =>
      backends
        .map(({ port }, index) =>
          filled(text).replaceAll('{url}', `https://localhost:${port}/`).replaceAll('{path}', `/to/${index}/`),
        )
        .join('\n');
    const content = `${listen(world)}
${filled(places.main ?? '')}
${site(world, one, `SSLProxyEngine on\n${filled(settings)}\n${perBackend(places.each ?? '')}\n${perBackend(places.pass ?? 'ProxyPass {path} {url}')}`)}`;
    return {
      files: { 'httpd.conf': httpdConf(world.folder, content) },
      passes: backends.map((backend, index) => ({ port: world.port(), tls: false, path: `/to/${index}/`, backend })),
      compares,
    };
  };
};

export const verified = 'SSLProxyVerify require\nSSLProxyVerifyDepth 3\nSSLProxyCACertificateFile {root}';
export const verifying = ['tls', 'verify/chain', 'verify/hostname'];
