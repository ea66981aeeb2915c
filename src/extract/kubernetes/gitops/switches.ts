import { data as operators } from '../../../../data/kubernetes-operators.yaml';
import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, composite, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { get, items, scalar, spanOfNode, text, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';

type Operator = (typeof operators)[number];
type Row = Operator['rows'][number];

/** The kinds that `data/kubernetes-operators.yaml` lists, each with its reader. */
export const operatorKinds: Readonly<Record<string, readonly KindExtractor[]>> = Object.fromEntries(
  operators.map((operator) => [operator.kind, [reading(operator)]]),
);

function reading({ technology, rows }: Operator): KindExtractor {
  return (object) => ({
    facts: rows.flatMap((row) =>
      placesAt(object.root, row.path).flatMap((place) => factOf(row, place, object, technology)),
    ),
    diagnostics: [],
  });
}

/** A value at a path, and the innermost list item that it stands in. */
interface Place {
  readonly value: YamlScalar;
  readonly item: YamlNode;
}

function placesAt(node: YamlNode, path: readonly string[], item: YamlNode = node): readonly Place[] {
  const [step, ...rest] = path;
  if (step === undefined) return node.kind === 'scalar' ? [{ value: node, item }] : [];
  if (step === '[]') return items(node).flatMap((one) => placesAt(one, rest, one));
  if (step.startsWith('name=')) {
    return text(node, 'name') === step.slice('name='.length) ? placesAt(node, rest, item) : [];
  }
  const next = get(node, step);
  return next ? placesAt(next, rest, item) : [];
}

function factOf(row: Row, { value, item }: Place, object: KubernetesObject, technology: string): readonly Fact[] {
  if (!new RegExp(`^(?:${row.when ?? (row.says === 'address' ? '.*' : 'true')})$`, 'i').test(value.value)) return [];
  const head = { technology, subject: labelOf(object), self: spanOfNode(value) };
  const target = targetOf(row, item, object.root);
  switch (row.says) {
    case 'served-plain':
      return [servedPlain(head, row)];
    case 'plaintext':
      return [upstream(head, target, false)];
    case 'unverified':
      return [upstream(head, target, true, row.usual)];
    case 'address':
      return /^http:\/\//i.test(value.value) ? [upstream(head, value, false)] : [];
  }
}

function targetOf({ target }: Row, item: YamlNode, root: YamlNode): YamlScalar | undefined {
  if (!target) return undefined;
  const [first, ...rest] = target;
  return first === '.' ? scalar(item, ...rest) : scalar(root, ...target);
}

interface Head {
  readonly technology: string;
  readonly subject: string;
  readonly self: Span;
}

const servedPlain = (head: Head, { application = 'data' }: Row): Fact<Listener> =>
  buildFact<Listener>(
    head,
    { kind: 'listener', application, exposure: 'internal' },
    { tls: written(false, head.self) },
  );

/** `encrypted`: TLS whose certificates nobody checks; else plain text. `usual`: nothing to say of it inside a network. */
export function upstream(
  head: Head,
  target: YamlScalar | undefined,
  encrypted: boolean,
  usual = false,
): Fact<Upstream> {
  const host = target && hostOf(target.value);
  const reach = host === undefined ? 'private' : reachOf(host);
  const off = written(false, head.self);
  return buildFact<Upstream>(
    head,
    {
      kind: 'upstream',
      ...(host !== undefined && { target: host }),
      ...(!(usual && reach === 'private') && { exposure: reach }),
    },
    { tls: written(encrypted, head.self), ...(encrypted && { verify: composite({ chain: off, hostname: off }) }) },
  );
}

/** The host, and port, of a URL, or of an address without a scheme such as that of a registry. */
const hostOf = (address: string): string | undefined =>
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@\s]*@)?([^/?#\s]+)/i.exec(address.trim())?.[1]?.toLowerCase();
