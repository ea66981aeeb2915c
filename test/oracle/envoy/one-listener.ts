import type { OracleCase, World } from '../core/oracle-case.ts';
import { bootstrap, listener } from './bootstrap.ts';

/** Text that may need the world's ports and files. */
export type Text = string | ((world: World) => string);
export const textOf = (text: Text, world: World): string => (typeof text === 'string' ? text : text(world));

/** One listener with this context. */
export const oneListener =
  (context: Text, compares: readonly string[], filter?: string) =>
  (world: World): OracleCase => ({
    files: { 'envoy.yaml': bootstrap([listener(world.port(), textOf(context, world), filter)]) },
    compares,
  });

export const roots = ({ certificates: { root } }: World): string => `trusted_ca: {filename: ${root}}`;
