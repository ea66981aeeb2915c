import type { Technology } from '../../core/technology.ts';
import { claimsHaproxy } from './claims.ts';

/**
 * HAProxy configuration: a `listener` for each bind line that speaks TLS or plain HTTP, and for each crt-list line that
 * changes something for some names; an `upstream` for each server, peer or ring target that is spoken to over TLS. Files
 * that are loaded as one are read as one. Never throws. Source: configuration manuals of 2.6 and 3.4.
 */
export const haproxy: Technology = {
  name: 'haproxy',
  products: [
    {
      name: 'haproxy',
      stable: '3.4.0',
      images: ['haproxy', 'haproxytech/haproxy-alpine', 'haproxytech/haproxy-debian', 'haproxytech/haproxy-ubuntu'],
    },
  ],
  claims: claimsHaproxy,
  units: async (claimed, repository) => (await import('./units.ts')).unitsOf(claimed, repository),
  extract: async (unit, versions) => (await import('./reading.ts')).readHaproxy(unit, versions),
};
