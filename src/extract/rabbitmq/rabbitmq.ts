import type { Technology } from '../../core/technology.ts';

/**
 * RabbitMQ: a `listener` for each TLS listener (AMQP, MQTT, STOMP, streams, the management interface, metrics), an
 * `upstream` for what the broker itself talks to over TLS (LDAP, HTTP and OAuth 2 back ends, peer discovery). Reads
 * rabbitmq.conf, advanced.config or rabbitmq.config in Erlang terms, and what a RabbitmqCluster of the cluster operator
 * holds of both.
 * Source: RabbitMQ documentation 4.2, "TLS Support", "Configuration", "LDAP"; rabbitmq/rabbitmq-server 4.3.5, the schema
 * files in `priv/schema` (read 2026-11).
 */
export const rabbitmq: Technology = {
  name: 'rabbitmq',
  products: [
    {
      name: 'rabbitmq',
      stable: '4.3.5',
      images: ['rabbitmq', 'bitnami/rabbitmq'],
    },
  ],
  claims: (file) =>
    (/\.ya?ml(?:\.\w+)*$/i.test(file.path) && file.hasWord('RabbitmqCluster') && file.hasWord('ssl')) ||
    (/\.(?:conf|config)(?:\.\w+)*$/i.test(file.path) &&
      (/rabbit/i.test(file.path) ||
        /(?:^|\/)(?:advanced\.config|userDefinedConfiguration\.conf)(?:\.\w+)*$/.test(file.path)) &&
      (file.hasWord('ssl') || file.hasWord('tls') || file.hasWord('https'))),
  extract: async (unit, versions) => (await import('./reading.ts')).readRabbitmq(unit, versions),
};
