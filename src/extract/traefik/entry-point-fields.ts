import type { Listener } from '../../core/fact.ts';
import { type Field, written } from '../../core/fact-builder.ts';
import { spanOfNode } from '../../formats/yaml-tree.ts';
import { settingAt } from '../dialects/traefik-settings.ts';
import type { EntryPoint } from './model.ts';

/** The widest; an address that is not known is taken for one that everybody reaches. */
export const exposureOf = (entryPoints: readonly EntryPoint[]): Pick<Listener, 'exposure'> => ({
  exposure:
    entryPoints.length > 0 && entryPoints.every(({ address }) => address?.exposure === 'internal')
      ? 'internal'
      : 'external',
});

export function portsField(entryPoints: readonly EntryPoint[]): Field<readonly number[]> | undefined {
  const placed = entryPoints.flatMap(({ node, address }) => {
    const setting = settingAt(node, 'address');
    const span = setting.state === 'present' ? spanOfNode(setting.node) : undefined;
    return span ? (address?.ports ?? []).map((port) => ({ port, span })) : [];
  });
  const [first] = placed;
  if (!first) return undefined;
  return written(
    placed.map(({ port }) => port),
    first.span,
    Object.fromEntries(placed.map(({ span }, index) => [String(index), span])),
  );
}
