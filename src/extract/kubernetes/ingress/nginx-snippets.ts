import type { Listener, Upstream } from '../../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { Diagnostic } from '../../../core/finding.ts';
import { sourceOfScalar, spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { type NginxContext, nginxFragmentFields } from '../../dialects/nginx.ts';
import { type Setting, scalarIn } from '../settings.ts';

/** What snippets of raw nginx configuration say, put together: later ones, and inner ones, win. */
export interface Snippets {
  readonly listener: Fields<Listener>;
  readonly upstream: Fields<Upstream>;
  readonly earlyData: Fields<Listener>['earlyData'];
  readonly diagnostics: readonly Diagnostic[];
}

/** `enabled`: what the owner of the snippets says of early data itself. `product`: whose template they are put into. */
export function readSnippets(
  snippets: readonly (readonly [Setting, NginxContext])[],
  enabled: Field<boolean> | undefined,
  product: string,
): Snippets {
  const read = snippets.flatMap(([setting, context]) => {
    const node = scalarIn(setting);
    return node ? [{ node, fragment: nginxFragmentFields(sourceOfScalar(node), context) }] : [];
  });
  const hidden = snippets.some(([setting]) => setting.state === 'unknown');
  const decided =
    read.map(({ fragment }) => fragment.earlyData.enabled).findLast((field) => field !== undefined) ?? enabled;
  return {
    listener: Object.assign({}, ...read.map(({ fragment }) => fragment.listener)),
    upstream: Object.assign({}, ...read.map(({ fragment }) => fragment.upstream)),
    earlyData: decided && earlyDataOf(decided, read, hidden, product),
    diagnostics: read.flatMap(({ fragment }) => fragment.diagnostics),
  };
}

/** nginx forwards no `Early-Data` header unless told to, and the controllers' templates do not tell it to. */
function earlyDataOf(
  enabled: Field<boolean>,
  read: readonly { readonly node: YamlScalar; readonly fragment: ReturnType<typeof nginxFragmentFields> }[],
  hidden: boolean,
  product: string,
): Fields<Listener>['earlyData'] {
  const mitigating = read.filter(({ fragment }) => fragment.earlyData.mitigations.length > 0);
  const [first] = mitigating;
  const mitigations = first
    ? written(
        [...new Set(mitigating.flatMap(({ fragment }) => fragment.earlyData.mitigations))],
        spanOfNode(first.node),
      )
    : hidden
      ? unknown
      : byDefault([], `${product} passes no Early-Data header on unless a snippet does`);
  return composite({ enabled, mitigations });
}
