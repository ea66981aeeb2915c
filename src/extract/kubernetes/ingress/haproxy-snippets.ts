import { type Field, written } from '../../../core/fact-builder.ts';
import { sourceOfScalar } from '../../../formats/yaml-tree.ts';
import { type HaproxySnippet, haproxySnippet } from '../../dialects/haproxy-snippet.ts';
import { type Setting, scalarIn } from '../settings.ts';

/** The raw HAProxy lines of these keys, where they are written. */
export const snippetsOf = (key: (name: string) => Setting, names: readonly string[]): readonly HaproxySnippet[] =>
  names.flatMap((name) => {
    const node = scalarIn(key(name));
    return node ? [haproxySnippet(sourceOfScalar(node))] : [];
  });

/** Where raw lines of the frontends send every request over plain HTTP on to https. */
export function redirectBySnippets(snippets: readonly HaproxySnippet[]): Field<boolean> | undefined {
  const [span] = snippets.flatMap(({ redirect }) => redirect ?? []);
  return span && written(true, span);
}
