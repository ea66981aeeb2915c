import type { Span } from '../../core/source.ts';
import { spanOfNode, type YamlNode } from '../../formats/yaml-tree.ts';
import { entriesAt, isOn, nodeAt, settingAt, textAt } from './traefik-settings.ts';

/** An entry point as the values of Traefik's Helm chart or its own configuration describe it. */
export interface KnownEntryPoint {
  readonly name: string;
  /** Ports by which clients reach it. */
  readonly ports: readonly number[];
  /** Whether routers without settings of their own serve TLS; `undefined`: not known. */
  readonly tls: boolean | undefined;
  /** `http.tls`, where it is written: its options and resolver hold for routers without TLS settings of their own. */
  readonly tlsNode: YamlNode | undefined;
  /** Where it is said that every request is sent on to https. */
  readonly redirect: Span | undefined;
}

/**
 * The entry points that values of Traefik's Helm chart name, under `ports`. The redirect to https is written in three
 * ways, by release: `redirectTo`, since 34 `redirections.entryPoint`, since 38 `http.redirections.entryPoint`. What is
 * left out is the chart's business, which differs between releases: unknown.
 * Source: traefik/traefik-helm-chart v10.24.0, v32.0.0, v37.0.0 and v41.3.0, traefik/values.yaml.
 */
export const chartEntryPoints = (values: YamlNode): readonly KnownEntryPoint[] =>
  entriesAt(values, 'ports').map(({ key, value }) => {
    const exposed = textAt(value, 'exposedPort') ?? usualPorts[key.value];
    return {
      name: key.value,
      ports: exposed !== undefined && /^\d+$/.test(exposed) ? [Number(exposed)] : [],
      tls: tlsOf(value),
      tlsNode: nodeAt(value, 'http', 'tls') ?? nodeAt(value, 'tls'),
      redirect: redirectOf(value),
    };
  });

/** `exposedPort` in every release. */
const usualPorts: Readonly<Record<string, string>> = { web: '80', websecure: '443' };

/** Whether values are those of Traefik's chart, by keys that its own configuration does not have. */
export const isTraefikChart = (values: YamlNode): boolean =>
  [
    ['ports', 'web'],
    ['ports', 'websecure'],
    ['additionalArguments'],
    ['tlsOptions'],
    ['ingressRoute', 'dashboard'],
  ].some((path) => nodeAt(values, ...path) !== undefined);

function tlsOf(port: YamlNode): boolean | undefined {
  const setting = [settingAt(port, 'tls', 'enabled'), settingAt(port, 'http', 'tls', 'enabled')].find(
    ({ state }) => state !== 'absent',
  );
  return setting && isOn(setting);
}

/** With a priority of its own the redirect lets routers answer first that have a higher one. */
function redirectOf(port: YamlNode): Span | undefined {
  const older = nodeAt(port, 'redirectTo');
  const newer = nodeAt(port, 'http', 'redirections', 'entryPoint') ?? nodeAt(port, 'redirections', 'entryPoint');
  const node = nodeAt(newer, 'to') ?? (older?.kind === 'mapping' ? nodeAt(older, 'port') : older);
  const isFirst = textAt(newer, 'priority') === undefined && textAt(older, 'priority') === undefined;
  const isSecure = (textAt(newer, 'scheme') ?? 'https').toLowerCase() === 'https';
  return isFirst && isSecure && node?.kind === 'scalar' && node.value !== '' ? spanOfNode(node) : undefined;
}
