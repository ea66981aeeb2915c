import type { Technology } from '../../core/technology.ts';

/**
 * Kafka: a `listener` for each entry of `listeners` of a broker, a controller or a REST service, an `upstream` for the
 * other brokers, and one for each client that a properties file configures (`security.protocol`, also behind a prefix
 * such as `producer.` or `spring.kafka.properties.`).
 * Source: Apache Kafka documentation 4.0, "Broker Configs", "Security"; the defaults were observed with
 * kafka-clients 1.1.1, 2.0.1, 2.4.1, 2.5.1, 2.6.3, 3.9.0 and 4.4.0.
 */
export const kafka: Technology = {
  name: 'kafka',
  products: [
    {
      name: 'kafka',
      stable: '4.4.0',
      images: ['apache/kafka', 'apache/kafka-native', 'bitnami/kafka', 'ubuntu/kafka'],
    },
  ],
  claims: (file) =>
    /\.properties(?:\.(?:j2|tmpl|tpl|template|erb|example|sample|dist|orig|in))*$/i.test(file.path) &&
    (file.hasWord('security.protocol') || (file.hasWord('listeners') && file.hasWord('://'))),
  extract: async (unit, versions) => (await import('./reading.ts')).readKafka(unit, versions),
};
