import type { Technology } from '../../core/technology.ts';

/**
 * Tomcat's server.xml: a `listener` for each connector, and for each host that a connector has TLS settings for.
 *
 * Without `protocols` Tomcat switches on all versions from TLS 1.0, and whether the old ones can be used is up to the Java
 * release (its `jdk.tls.disabledAlgorithms` since 8u291 and 11.0.11) or to OpenSSL: what is not written is left open here.
 * Source: Apache Tomcat 11 Configuration Reference, "The HTTP Connector"; `SSLHostConfig` and the reading of server.xml
 * were observed on 9.0.100, 10.0.27, 10.1.30 and 11.0.2.
 */
export const tomcat: Technology = {
  name: 'tomcat',
  products: [{ name: 'tomcat', stable: '11.0.27', images: ['tomcat', 'bitnami/tomcat', 'tomee'] }],
  claims: (file) =>
    /\.xml(?:\.(?:j2|erb|tmpl|tpl|template|epp|in|dist|sample|example|orig|ftl))*$/i.test(file.path) &&
    (/(?:^|\/)[^/]*server[^/]*\.xml/i.test(file.path) || /tomcat|catalina/i.test(file.path)) &&
    file.hasWord('<Connector'),
  extract: async (unit, versions) => (await import('./reading.ts')).readTomcat(unit, versions),
};
