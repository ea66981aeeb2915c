import type { Candidate, Technology } from '../../core/technology.ts';

/** `Caddyfile`, `Caddyfile.prod`, `Caddyfile.j2`, `site.caddyfile`, `blog.caddy`. */
const namedCaddyfile = /(^|\/)Caddyfile([._-][\w.-]+)?$|(^|\/)caddyfile$|\.caddyfile$|\.caddy$/;
/** Files about Caddyfiles, and Dockerfiles for Caddy. */
const other =
  /\.(?:go|md|mdx|rst|adoc|js|mjs|cjs|ts|tsx|py|rb|rs|php|nix|sh|ya?ml|json|toml|html?|css|lock|patch|diff|png|svg|txt|log|pem|crt|key|zip|gz)$|(^|\/)(?:Dockerfile|Containerfile|docker-compose|Makefile)[^/]*$/i;

/**
 * Caddy 2, as a Caddyfile with what it imports, or as JSON: a `listener` for what each site serves over TLS and for
 * what it does not, an `upstream` for each place that a proxy opens TLS to, an `issuance` where an authority is
 * named. A value that a snippet sets, or that an import is given, keeps the place where it was written. Early data over
 * HTTP/3, which Caddy allows by default, is no fact: its own handlers and the `Early-Data` header deal with it.
 * Source: Caddy 2 documentation and source, read and observed on 2.11.7.
 */
export const caddy: Technology = {
  name: 'caddy',
  products: [{ name: 'caddy', stable: '2.11.7', images: ['caddy', 'bitnami/caddy'] }],
  claims: (file) => (namedCaddyfile.test(file.path) && !other.test(file.path)) || isCaddyJson(file),
  units: async (claimed, repository) => (await import('./reading.ts')).unitsOf(claimed, repository),
  extract: async (unit, versions) => (await import('./reading.ts')).readCaddy(unit, versions),
};

/** JSON with the keys of Caddy's HTTP app; `apps` alone says little. */
const isCaddyJson = ({ path, hasWord }: Candidate): boolean =>
  /\.json$/i.test(path) &&
  !/(^|\/)(?:package|package-lock|tsconfig|composer)[^/]*\.json$/.test(path) &&
  hasWord('"apps"') &&
  hasWord('"servers"') &&
  (hasWord('"tls_connection_policies"') || (hasWord('"handle"') && hasWord('"listen"')));
