import type { CertificateReference } from '../../../core/fact.ts';
import { type Field, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import type { KnownEntryPoint } from '../../dialects/traefik-chart.ts';
import { nodeAt, textAt } from '../../dialects/traefik-settings.ts';
import type { KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import type { Setting } from '../settings.ts';
import type { Reference } from './references.ts';
import { type StaticSettings, staticFor } from './static.ts';

/** An entry point of a router. */
export interface RouterPlace {
  /** `undefined`: one of those that hold for routers that name none. */
  readonly name: string | undefined;
  /** Where the router names it. */
  readonly span: Span | undefined;
  /** What the static configuration says of it, where that is at hand. */
  readonly known: KnownEntryPoint | undefined;
  /** Whether a router without settings of its own serves TLS there; `undefined`: not known. */
  readonly tls: boolean | undefined;
}

/**
 * The entry points of a router, from the list that it names. Without the static configuration the names that Traefik's
 * documentation and chart use tell: `web` is for plain HTTP; whether `websecure` adds TLS is up to its settings.
 */
export function entryPointsFor(
  object: KubernetesObject,
  listed: Setting,
  context: KindContext,
): readonly RouterPlace[] {
  const settings = staticFor(object, context);
  if (listed.state === 'unknown') return [unknownPlace];
  const names = listed.state === 'written' ? namesIn(listed) : [];
  if (names.length > 0) return names.map((name) => placeOf(name, settings));
  if (!settings?.whole) return [unknownPlace];
  return settings.usual.map((known) => ({ name: known.name, span: undefined, known, tls: known.tls }));
}

const unknownPlace: RouterPlace = { name: undefined, span: undefined, known: undefined, tls: undefined };

interface Name {
  readonly text: string;
  readonly span: Span;
}

/** A list, or in an annotation names with commas between them. */
function namesIn(listed: Extract<Setting, { readonly state: 'written' }>): readonly Name[] {
  const { node } = listed;
  if (node.kind === 'sequence') {
    const scalars = node.items.filter((item): item is YamlScalar => item.kind === 'scalar');
    return scalars.map((item) => ({ text: item.value, span: spanOfNode(item) }));
  }
  if (node.kind !== 'scalar') return [];
  const span = spanOfNode(node);
  return node.value
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => ({ text, span }));
}

function placeOf({ text, span }: Name, settings: StaticSettings | undefined): RouterPlace {
  const known = settings?.entryPoints.find(({ name }) => name.toLowerCase() === text.toLowerCase());
  const plain = /^(web|http)$/i.test(text) ? false : undefined;
  return { name: text, span, known, tls: known?.tls ?? plain };
}

/** The options that entry points give to routers without TLS settings of their own; `unknown` where they disagree. */
export function optionsOfPlaces(places: readonly RouterPlace[]): Reference | 'unknown' | undefined {
  const names = new Set(places.map(({ known }) => nonEmpty(textAt(known?.tlsNode, 'options'))));
  const [name, ...others] = names;
  if (others.length > 0) return 'unknown';
  return name === undefined ? undefined : { name, namespace: undefined };
}

/** The certificate that a resolver of the entry points gets by itself. */
export function certificatesOfPlaces(
  places: readonly RouterPlace[],
): Field<readonly CertificateReference[]> | undefined {
  const nodes = places.flatMap(({ known }) => nodeAt(known?.tlsNode, 'certResolver') ?? []);
  const [node] = nodes;
  return node?.kind === 'scalar' && node.value !== ''
    ? written([{ from: 'acme', ref: node.value }], spanOfNode(node))
    : undefined;
}

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
