import type { Technology } from '../../core/technology.ts';

/**
 * Redis and Valkey: redis.conf, valkey.conf and sentinel.conf. A `listener` for the TLS port and one for the port without
 * TLS that stays open beside it; an `upstream` for the master that a replica follows. Sources: the comments of redis.conf
 * (7.0, 8), tls.c and config.c of 7.0.15, and 7.0.15 on loopback.
 */
export const redis: Technology = {
  name: 'redis',
  products: [{ name: 'redis', stable: '8.10.1', images: ['redis', 'redis-stack-server', 'redis-sentinel'] }],
  claims: ({ path, hasWord }) => isRedisFile.test(path) && hasWord('tls-'),
  extract: async (unit) => (await import('./reading.ts')).readRedis(unit),
};

const isRedisFile =
  /(?:^|\/)(?:[^/]*(?:redis|valkey|sentinel)[^/]*|[^/]*(?:redis|valkey|sentinel)[^/]*\/(?:.+\/)?[^/]+)\.conf(?:\.(?:j2|jinja2?|erb|ej2|epp|tmpl|tpl|template|ctmpl|in))?$/;
