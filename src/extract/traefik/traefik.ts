import type { Candidate, Technology } from '../../core/technology.ts';

/**
 * Traefik's static and dynamic configuration, in YAML, TOML, labels, flags and variables: a `listener` for each set of
 * TLS options, for each router over TLS and for each that answers without; an `upstream` for each server over TLS; an
 * `issuance` for each certificates resolver. A static configuration is read with the dynamic ones that belong to it.
 * What another provider or a template may add is unknown. Never throws.
 * Source: Traefik 3.7 documentation and source, pkg/config/{static,dynamic}, pkg/tls.
 */
export const traefik: Technology = {
  name: 'traefik',
  products: [{ name: 'traefik', stable: '3.7.15', images: ['traefik', 'traefik/traefik', 'library/traefik'] }],
  claims: claimsTraefik,
  units: async (claimed, repository) => (await import('./units.ts')).unitsOf(claimed, repository),
  extract: async (unit, versions) => (await import('./reading.ts')).readTraefik(unit, versions),
};

function claimsTraefik(file: Candidate): boolean {
  const { path } = file;
  if (!/\.(?:ya?ml|toml)(?:\.(?:j2|tmpl|tpl))?$/i.test(path) || isForeign(path)) return false;
  if (/\.toml\b/i.test(path)) return isNamed(file) || isDynamicFile(file);
  if (isComposePath(path)) return file.hasWord('traefik') && (hasLabels(file) || hasFlags(file));
  if (isKubernetesObject(file)) return file.hasWord('traefik') && hasFlags(file);
  if (isNamed(file)) return true;
  if (isChartValues(path)) return file.hasWord('additionalArguments') && hasFlags(file);
  return isDynamicFile(file);
}

/** Workflows, and what other tools keep in TOML. */
const isForeign = (path: string): boolean =>
  /(?:^|\/)(?:\.github\/|(?:Cargo|pyproject|Pipfile|poetry|uv|rustfmt|clippy|deny|book|netlify|hugo|fly)\.toml$)/.test(
    path,
  );

const isChartValues = (path: string): boolean => /(?:^|\/)(?:values[^/]*|[^/]+[._-]values)\.ya?ml$/i.test(path);

/** By its own name, or by that of a folder. */
const isNamed = ({ path }: Candidate): boolean =>
  /(?:^|\/)traefik[^/]*$|(?:^|\/)(?:traefik(?:[-_.][^/]*)?|[^/]*[-_.]traefik)\//i.test(path);

const isComposePath = (path: string): boolean =>
  /(?:^|\/)(?:[\w.-]*compose[\w.-]*|docker-stack[\w.-]*|stack)\.ya?ml$/i.test(path);

const isKubernetesObject = (file: Candidate): boolean => file.hasWord('apiVersion') && file.hasWord('kind');

const hasLabels = (file: Candidate): boolean =>
  ['traefik.http.', 'traefik.tcp.', 'traefik.tls.'].some((prefix) => file.hasWord(prefix));

const hasFlags = (file: Candidate): boolean =>
  [
    ...['--entrypoints', '--entryPoints', '--providers', '--certificatesresolvers', '--certificatesResolvers'],
    ...['--serverstransport', '--serversTransport', 'TRAEFIK_'],
  ].some((flag) => file.hasWord(flag));

/** A file under any name in which things are called as Traefik calls them. */
function isDynamicFile(file: Candidate): boolean {
  const has = (...words: readonly string[]): boolean => words.some((word) => file.hasWord(word));
  const routes =
    has('routers') && has('entryPoints', 'certResolver', 'loadBalancer', 'Host(`', 'HostSNI(`', 'PathPrefix(`');
  const middlewares = has('middlewares') && has('stsSeconds', 'redirectScheme', 'forwardAuth', 'customResponseHeaders');
  const services = has('services') && has('loadBalancer') && has('servers');
  const transports = has('serversTransport') && has('insecureSkipVerify', 'rootCAs', 'serverName');
  const options =
    has('tls.options') ||
    (has('options') &&
      has('VersionTLS1', 'cipherSuites', 'curvePreferences', 'clientAuth', 'sniStrict', 'alpnProtocols'));
  const certificates = has('certificates', 'defaultCertificate') && has('certFile') && has('keyFile');
  const points = has('entryPoints') && has('address', 'certificatesResolvers');
  return routes || middlewares || services || transports || options || certificates || points;
}
