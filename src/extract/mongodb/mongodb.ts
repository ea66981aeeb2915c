import type { Technology } from '../../core/technology.ts';

/**
 * mongod and mongos: a `listener` for the server, and an `upstream` for the other members of its replica set or cluster
 * where TLS is on. Reads the YAML form and the older `name = value` form of the configuration file.
 * Source: MongoDB manual 8.0, "Self-Managed Configuration File Options", `net.tls`; mongodb/mongo
 * `src/mongo/util/net/ssl_options_server.cpp` (read 2026-11).
 */
export const mongodb: Technology = {
  name: 'mongodb',
  products: [
    {
      name: 'mongodb',
      stable: '8.0',
      images: [
        'mongo',
        'mongodb/mongodb-community-server',
        'mongodb/mongodb-enterprise-server',
        'bitnami/mongodb',
        'percona/percona-server-mongodb',
      ],
    },
  ],
  claims: (file) =>
    /(?:^|\/)(?:[\w.-]*mongo(?:d|s|db)?[\w.-]*|mongo[\w.-]*\/[\w./-]*)\.(?:conf|cnf|cfg|ya?ml)(?:\.\w+)*$/i.test(
      file.path,
    ) &&
    (file.hasWord('net') || file.hasWord('bind_ip')) &&
    (file.hasWord('tls') || file.hasWord('ssl')),
  extract: async (unit, versions) => (await import('./reading.ts')).readMongodb(unit, versions),
};
