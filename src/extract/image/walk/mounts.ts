import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import type { TrustFiles } from './trust-files.ts';
import { copied, join, merged, only, resolved, withDoubt, without } from './trust-files.ts';

/** What a RUN sees at a place while it runs, and what is gone when it ends. */
export interface Mount {
  /** `undefined`: only the build knows where. */
  readonly target: string | undefined;
  /** A folder or file of a stage or image; `undefined` for what nobody can see here. */
  readonly origin: { readonly name: string; readonly path: string } | undefined;
  readonly empty: boolean;
  /** The path in the build context that is mounted: `/` for all of it. */
  readonly context: string | undefined;
}

/**
 * `--mount=type=bind,from=build,source=/x,target=/y`. Source: Dockerfile reference, "RUN --mount"; `bind` is the
 * default type, `/` the default source.
 */
export function mountsOf(
  { flags }: DockerfileInstruction,
  folder: string | undefined,
  known: (text: string) => string | undefined,
): readonly Mount[] {
  return flags.flatMap(({ name, value }): readonly Mount[] => {
    if (name !== 'mount') return [];
    const options = new Map(
      value.split(',').map((part): readonly [string, string] => {
        const equals = part.indexOf('=');
        return equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
      }),
    );
    const first = (...names: readonly string[]): string | undefined =>
      names.map((one) => options.get(one)).find((found) => found !== undefined);
    const type = first('type') ?? 'bind';
    const id = first('id', 'src', 'source');
    const written =
      first('target', 'dst', 'destination') ?? (type === 'secret' && id ? `/run/secrets/${id}` : undefined);
    if (written === undefined) return [];
    const place = known(written);
    const target =
      place === undefined || (folder === undefined && !place.startsWith('/')) ? undefined : join(folder ?? '/', place);
    const from = first('from');
    const path = known(first('source', 'src') ?? '/');
    const origin = type === 'bind' && from && path !== undefined ? { name: from, path: join('/', path) } : undefined;
    const context = type === 'bind' && from === undefined && path !== undefined ? join('/', path) : undefined;
    return [{ target, origin, context, empty: type === 'tmpfs' || type === 'ssh' }];
  });
}

/** The files that the RUN sees. */
export function mounted(
  files: TrustFiles,
  mounts: readonly Mount[],
  filesFrom: (name: string) => TrustFiles,
): TrustFiles {
  return mounts.reduce<TrustFiles>((seen, { target, origin, empty }) => {
    if (target === undefined) return withDoubt(seen, '/');
    const place = resolved(seen, target);
    const bare = without(seen, place);
    if (empty) return bare;
    if (!origin) return withDoubt(bare, place);
    return merged(bare, copied(filesFrom(origin.name), origin.path, place, { asFile: place, certainlyFile: false }));
  }, files);
}

/** The files that the RUN leaves: what it wrote to a mount is gone, what a mount hid is back. */
export function unmounted(after: TrustFiles, before: TrustFiles, mounts: readonly Mount[]): TrustFiles {
  return mounts.reduce<TrustFiles>((left, { target }) => {
    if (target === undefined) return left;
    const place = resolved(before, target);
    return merged(without(left, place), only(before, place));
  }, after);
}
