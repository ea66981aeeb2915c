import type { CertificateReference, Listener } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfNode } from '../../formats/yaml-tree.ts';
import { hstsOfMiddleware } from '../dialects/traefik-middlewares.ts';
import { isPlainName } from '../dialects/traefik-names.ts';
import { listAt, nodeAt, settingAt } from '../dialects/traefik-settings.ts';
import { type Configuration, type EntryPoint, type Named, type Router, resolve } from './model.ts';

/**
 * The middlewares of a router, in order, chains and those of its entry points included. `undefined` among them is one
 * that is not known.
 */
export function middlewaresOf(
  router: Router,
  entryPoints: readonly EntryPoint[] | undefined,
  configuration: Configuration,
): readonly (Named | undefined)[] {
  const common = entryPoints?.flatMap((entryPoint) => named(entryPoint, ['http', 'middlewares'], configuration));
  return [...(common ?? [undefined]), ...named(router, ['middlewares'], configuration)].slice(0, mostMiddlewares);
}

/** More are none that somebody wrote. */
const mostMiddlewares = 100;

/** What the list at `path` of something names. */
const named = (
  from: Named,
  path: readonly string[],
  configuration: Configuration,
  depth = 0,
): readonly (Named | undefined)[] =>
  (listAt(from.node, ...path) ?? []).flatMap((name) => {
    const found = name.unknown ? undefined : resolve(configuration.middlewares, name.text, from.part);
    return found ? expanded(found, configuration, depth) : [undefined];
  });

const chains = new WeakMap<Named, readonly (Named | undefined)[]>();

/** Chains in chains beyond this are not followed. */
const deepestChain = 20;

/** A middleware, or what its chain names. A chain that names itself is none that Traefik takes. */
function expanded(middleware: Named, configuration: Configuration, depth: number): readonly (Named | undefined)[] {
  const known = chains.get(middleware);
  if (known) return known;
  if (depth > deepestChain) return [undefined];
  chains.set(middleware, []);
  const isChain = settingAt(middleware.node, 'chain').state !== 'absent';
  const all = isChain ? named(middleware, ['chain', 'middlewares'], configuration, depth + 1) : [middleware];
  const some = all.slice(0, mostMiddlewares);
  chains.set(middleware, some);
  return some;
}

/**
 * The HSTS header that a headers middleware sends; unknown where none does, since the application may
 * (Traefik 3.7, headers middleware: stsSeconds, stsIncludeSubdomains, customResponseHeaders).
 */
export function hstsOf(
  router: Router,
  entryPoints: readonly EntryPoint[] | undefined,
  configuration: Configuration,
): Field<NonNullable<Listener['hsts']>> {
  const found = middlewaresOf(router, entryPoints, configuration).flatMap((middleware) =>
    middleware ? (hstsOfMiddleware(middleware.node) ?? []) : [],
  );
  return found[0] ?? unknown;
}

/** Those that a resolver asks for; else the files of the store, or the one that Traefik makes up for itself. */
export function certificatesOf(
  router: Router,
  entryPoints: readonly EntryPoint[],
  { certificateFiles: files }: Configuration,
): Field<readonly CertificateReference[]> | undefined {
  const holders = [router.node, ...entryPoints.flatMap(({ node }) => nodeAt(node, 'http') ?? [])];
  const resolver = holders.map((holder) => nodeAt(holder, 'tls', 'certResolver')).find((node) => node !== undefined);
  if (resolver?.kind === 'scalar') return written([{ from: 'acme', ref: resolver.value }], spanOfNode(resolver));
  const [first] = files;
  if (!first) return undefined;
  return written(
    files.map(
      ({ value }): CertificateReference => (isPlainName(value) ? { from: 'file', ref: value } : { from: 'inline' }),
    ),
    spanOfNode(first),
    Object.fromEntries(files.map((file, index) => [String(index), spanOfNode(file)])),
  );
}
