import type { Diagnostic } from '../../core/finding.ts';
import { nestedSource, type Source } from '../../core/source.ts';
import { parseToml } from '../../formats/toml.ts';
import { parseYaml } from '../../formats/yaml.ts';
import type { YamlNode } from '../../formats/yaml-tree.ts';
import { isTraefikChart } from '../dialects/traefik-chart.ts';
import { composeContainers, podContainers } from '../dialects/traefik-containers.ts';
import { entriesAt, nodeAt } from '../dialects/traefik-settings.ts';

/** A tree of Traefik's settings and where it was found. */
export interface Part {
  readonly source: Source;
  /** Names in it are looked up here unless they say another one: `modern@file`. `static` holds no dynamic names. */
  readonly provider: 'file' | 'docker' | 'static';
  readonly root: YamlNode;
  /** The Compose service whose labels these are. */
  readonly container?: string;
}

export interface SourceParts {
  readonly parts: readonly Part[];
  readonly diagnostics: readonly Diagnostic[];
}

const read = new WeakMap<Source, SourceParts>();

/** What a file says to Traefik: a configuration file's own tree; the labels, flags and variables of containers. */
export function partsOf(source: Source): SourceParts {
  const known = read.get(source);
  if (known) return known;
  const parts = readParts(source);
  read.set(source, parts);
  return parts;
}

function readParts(source: Source): SourceParts {
  if (isToml(source)) {
    const { root, diagnostics } = parseToml(source);
    return { parts: isTraefik(root) ? [{ source, provider: 'file', root }] : [], diagnostics };
  }
  const { documents, diagnostics } = parseRendered(source);
  const parts = documents.flatMap((document): readonly Part[] => {
    if (nodeAt(document, 'services')?.kind === 'mapping') return partsOfContainers(source, composeContainers(document));
    if (isTraefik(document) && !isTraefikChart(document)) return [{ source, provider: 'file', root: document }];
    return partsOfContainers(source, podContainers(document));
  });
  // Other technologies read the files of containers, and report what is wrong with them.
  const own = parts.some(({ provider, root }) => provider === 'file' && documents.includes(root));
  return { parts, diagnostics: own || isNamedTraefik(source.path) ? diagnostics : [] };
}

/** Traefik renders Go templates before it reads YAML: quotes in an action do not end those around it. */
function parseRendered(source: Source): ReturnType<typeof parseYaml> {
  const file = parseYaml(source);
  if (
    file.diagnostics.length === 0 ||
    !source.text.includes('{{') ||
    /\{\{-?\s*(?:if|range|with|end)\b/.test(source.text)
  ) {
    return file;
  }
  const text = source.text.replace(/\{\{[^\r\n]*?\}\}/g, (action) => `\${${'X'.repeat(action.length - 3)}}`);
  const all = { start: 0, end: text.length };
  const rendered = parseYaml(nestedSource(source, text, [{ inner: all, outer: all }], source.held));
  return rendered.diagnostics.length < file.diagnostics.length ? rendered : file;
}

const isToml = (source: Source): boolean => /\.toml(?:\.\w+)?$/i.test(source.held?.name ?? source.path);

const partsOfContainers = (source: Source, containers: ReturnType<typeof composeContainers>): readonly Part[] =>
  containers.flatMap(({ name, flags, labels }): readonly Part[] => [
    ...(flags ? [{ source, provider: 'static' as const, root: flags }] : []),
    ...(labels ? [{ source, provider: 'docker' as const, root: labels, container: name }] : []),
  ]);

export const isNamedTraefik = (path: string): boolean => /(?:^|\/)traefik[^/]*\.(?:ya?ml|toml)(?:\.\w+)?$/i.test(path);

/** Keys of a configuration file's root that no other program's file has in this company. */
const isTraefik = (root: YamlNode): boolean => isStatic(root) || isDynamic(root) || isFirstGeneration(root);

/** Entry points with an address, providers by name, resolvers, or the default transport. */
export const isStatic = (root: YamlNode): boolean =>
  entriesAt(root, 'entryPoints').some(({ value }) => nodeAt(value, 'address') !== undefined) ||
  entriesAt(root, 'certificatesResolvers').some(({ value }) => nodeAt(value, 'acme') ?? nodeAt(value, 'tailscale')) ||
  ['docker', 'swarm', 'file', 'kubernetesCRD', 'kubernetesIngress', 'consulCatalog', 'nomad', 'ecs'].some(
    (name) => nodeAt(root, 'providers', name) !== undefined,
  ) ||
  nodeAt(root, 'serversTransport') !== undefined;

/** Routers, services, middlewares and transports by name, or option sets and certificates. */
const isDynamic = (root: YamlNode): boolean =>
  ['http', 'tcp'].some((protocol) =>
    ['routers', 'services', 'middlewares', 'serversTransports'].some(
      (name) => nodeAt(root, protocol, name)?.kind === 'mapping',
    ),
  ) ||
  nodeAt(root, 'tls', 'options')?.kind === 'mapping' ||
  nodeAt(root, 'tls', 'stores')?.kind === 'mapping' ||
  nodeAt(root, 'tls', 'certificates')?.kind === 'sequence';

/** Traefik 1, whose entry points hold TLS settings themselves. */
export const isFirstGeneration = (root: YamlNode): boolean =>
  nodeAt(root, 'defaultEntryPoints') !== undefined ||
  entriesAt(root, 'entryPoints').some(
    ({ value }) => nodeAt(value, 'tls') !== undefined || nodeAt(value, 'redirect') !== undefined,
  ) ||
  (nodeAt(root, 'frontends')?.kind === 'mapping' && nodeAt(root, 'backends')?.kind === 'mapping');
