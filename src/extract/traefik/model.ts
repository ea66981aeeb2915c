import type { Span } from '../../core/source.ts';
import type { Unit } from '../../core/technology.ts';
import { spanOfNode, type YamlNode, type YamlScalar } from '../../formats/yaml-tree.ts';
import { openProviders } from '../dialects/traefik-defaults.ts';
import { describedEntryPoints, type EntryPointSettings } from '../dialects/traefik-entry-points.ts';
import { hostsOfRule } from '../dialects/traefik-rules.ts';
import { entriesAt, isOn, listAt, nodeAt, settingAt, textAt } from '../dialects/traefik-settings.ts';
import { isFirstGeneration, isStatic, type Part, partsOf } from './parts.ts';

/** Something with a name: a router, an option set, a middleware, a transport. */
export interface Named {
  readonly name: string;
  readonly key: YamlScalar;
  readonly node: YamlNode;
  readonly part: Part;
}

export interface EntryPoint extends Named, EntryPointSettings {}

export interface Router extends Named {
  readonly protocol: 'http' | 'tcp';
  /** Lower case; empty where the rule names no host. `undefined` where it cannot be known. */
  readonly hosts: readonly string[] | undefined;
}

/** Things by their name in lower case. */
export type Index<T> = ReadonlyMap<string, readonly T[]>;

/** Everything that is known of one Traefik. */
export interface Configuration {
  readonly parts: readonly Part[];
  /** A static configuration is among the parts: absence there means the default. */
  readonly whole: boolean;
  readonly entryPoints: readonly EntryPoint[];
  readonly routers: readonly Router[];
  readonly optionSets: Index<Named>;
  readonly middlewares: Index<Named>;
  readonly transports: { readonly http: Index<Named>; readonly tcp: Index<Named> };
  /** Files of the certificates that names are looked up in, and of the one for every other name. */
  readonly certificateFiles: readonly YamlScalar[];
  /** The parts that are static configuration. */
  readonly statics: readonly Part[];
  /** Whether options, routers or middlewares may exist that are not among the parts. */
  readonly mayHideObjects: boolean;
}

export function configurationOf({ sources }: Unit): Configuration {
  const parts = sources.flatMap((source) => partsOf(source).parts).filter(({ root }) => !isFirstGeneration(root));
  const statics = parts.filter(({ provider, root }) => provider === 'static' || isStatic(root));
  return {
    parts,
    whole: statics.length > 0,
    statics,
    certificateFiles: parts.flatMap(({ root }) => certificateFilesIn(root)),
    entryPoints: entryPointsIn(statics),
    routers: parts.flatMap(routersOf),
    optionSets: indexed(
      parts.filter(({ provider }) => provider === 'file').flatMap((part) => namedAt(part, 'tls', 'options')),
    ),
    middlewares: indexed(parts.flatMap((part) => namedAt(part, 'http', 'middlewares'))),
    transports: {
      http: indexed(parts.flatMap((part) => namedAt(part, 'http', 'serversTransports'))),
      tcp: indexed(parts.flatMap((part) => namedAt(part, 'tcp', 'serversTransports'))),
    },
    mayHideObjects: statics.length === 0 || statics.some((part) => hidesObjects(part, parts)),
  };
}

/** What is written below a path, by name. */
export const namedAt = (part: Part, ...path: readonly string[]): readonly Named[] =>
  entriesAt(part.root, ...path).map(({ key, value }) => ({ name: key.value, key, node: value, part }));

export const spanOfKey = ({ key }: Named): Span => spanOfNode(key);

const entryPointsIn = (statics: readonly Part[]): readonly EntryPoint[] =>
  describedEntryPoints(statics.flatMap((part) => namedAt(part, 'entryPoints')));

/** UDP has no TLS that Traefik terminates. */
export const isUdp = ({ node }: EntryPoint): boolean => /\/udp$/i.test(textAt(node, 'address') ?? '');

const routersOf = (part: Part): readonly Router[] =>
  (['http', 'tcp'] as const).flatMap((protocol) =>
    namedAt(part, protocol, 'routers').map((named) => ({ ...named, protocol, hosts: hostsOf(named.node) })),
  );

function hostsOf(router: YamlNode): readonly string[] | undefined {
  const rule = settingAt(router, 'rule');
  if (rule.state === 'absent') return [];
  return rule.state === 'present' && rule.node.kind === 'scalar' ? hostsOfRule(rule.node.value) : undefined;
}

/** Providers that are not read here, or files that are not there. */
function hidesObjects({ root, source }: Part, parts: readonly Part[]): boolean {
  const providers = entriesAt(root, 'providers').map(({ key }) => key.value.toLowerCase());
  if (openProviders.some((name) => providers.includes(name.toLowerCase()))) return true;
  const others = parts.some((part) => part.provider === 'file' && part.source !== source);
  const itself = textAt(root, 'providers', 'file', 'filename')?.split('/').at(-1) === source.path.split('/').at(-1);
  return providers.includes('file') && !others && !itself;
}

function indexed<T extends Named>(all: readonly T[]): Index<T> {
  const index = new Map<string, T[]>();
  for (const item of all) {
    const name = item.name.toLowerCase();
    const known = index.get(name);
    if (known) known.push(item);
    else index.set(name, [item]);
  }
  return index;
}

/** What a name in `from` stands for: written in the same file, else the only one of its provider; else it is not known. */
export function resolve<T extends Named>(all: Index<T>, name: string, from: Part): T | undefined {
  const [local = '', provider = from.provider] = name.split('@');
  const candidates = (all.get(local.toLowerCase()) ?? []).filter(({ part }) => isOf(part, provider));
  const own = candidates.findLast(({ part }) => part.source === from.source);
  return own ?? (candidates.length === 1 ? candidates[0] : undefined);
}

const isOf = ({ provider }: Part, name: string): boolean =>
  provider === name.toLowerCase() || (provider === 'docker' && name.toLowerCase() === 'swarm');

/** The entry points of a router; without a list those marked `asDefault`, else all. `undefined` where it cannot be known. */
export function entryPointsFor(
  router: Router,
  { entryPoints, whole }: Configuration,
): readonly EntryPoint[] | undefined {
  const listed = listAt(router.node, 'entryPoints');
  if (!whole || listed?.some(({ unknown }) => unknown)) return undefined;
  if (!listed || listed.length === 0) {
    const marked = entryPoints.filter(({ node }) => isOn(settingAt(node, 'asDefault')));
    return marked.length > 0 ? marked : entryPoints.filter((entryPoint) => !isUdp(entryPoint));
  }
  const found = listed.map(({ text }) => entryPoints.filter(({ name }) => name.toLowerCase() === text.toLowerCase()));
  return found.every((matches) => matches.length === 1) ? found.flat() : undefined;
}

const certificateFilesIn = (root: YamlNode): readonly YamlScalar[] => {
  const listed = nodeAt(root, 'tls', 'certificates');
  const stored = nodeAt(root, 'tls', 'stores', 'default', 'defaultCertificate');
  const holders = [...(listed?.kind === 'sequence' ? listed.items : []), ...(stored ? [stored] : [])];
  return holders.flatMap((holder) => {
    const file = nodeAt(holder, 'certFile');
    return file?.kind === 'scalar' ? [file] : [];
  });
};
