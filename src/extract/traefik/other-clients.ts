import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, composite, written } from '../../core/fact-builder.ts';
import { spanOfNode, type YamlNode, type YamlScalar } from '../../formats/yaml-tree.ts';
import { reachOf, widestReach } from '../../tls/reach.ts';
import { entriesAt, flagField, settingAt, textsAt } from '../dialects/traefik-settings.ts';
import type { Configuration } from './model.ts';

/**
 * What Traefik itself connects to without verifying: stores that providers read, places that metrics and traces go to,
 * authentication services. Their `tls` blocks are alike (Traefik 3.7, pkg/types/tls.go, ClientTLS).
 */
export const otherClients = ({ parts }: Configuration): readonly Fact<Upstream>[] =>
  parts.flatMap(({ root }) =>
    places.flatMap(([label, ...path]) =>
      entriesAt(root, ...path).flatMap(({ key, value }) => clientsBelow(value, key, label, 0)),
    ),
  );

/** What to call what stands there, and the path to it. */
const places = [
  ['provider', 'providers'],
  ['metrics', 'metrics'],
  ['tracing', 'tracing'],
  ['log', 'log'],
  ['access log', 'accessLog'],
  ['middleware', 'http', 'middlewares'],
] as const;

/** Deeper than any of these blocks stands. */
const deepest = 4;

function clientsBelow(node: YamlNode, head: YamlScalar, label: string, depth: number): readonly Fact<Upstream>[] {
  if (node.kind !== 'mapping' || depth > deepest) return [];
  const inner = node.entries.flatMap(({ value }) => clientsBelow(value, head, label, depth + 1));
  return [...unverified(node, head, label), ...inner];
}

function unverified(node: YamlNode, head: YamlScalar, label: string): readonly Fact<Upstream>[] {
  const skip = flagField(settingAt(node, 'tls', 'insecureSkipVerify'));
  if (skip?.origin !== 'written' || !skip.value) return [];
  const places = ['endpoint', 'endpoints', 'address'].flatMap((name) => textsAt(node, name));
  if (places.length > 0 && places.every(isPlain)) return [];
  const targets = places.map(authorityOf);
  const [target] = targets;
  const checks = written(false, skip.span);
  return [
    buildFact<Upstream>(
      { technology: 'traefik', subject: `${label} ${head.value}`, self: spanOfNode(head) },
      {
        kind: 'upstream',
        exposure: widestReach(targets.map(reachOf)) ?? 'private',
        ...(target !== undefined && { target }),
      },
      {
        tls: written(true, skip.span),
        verify: composite<NonNullable<Upstream['verify']>>({ chain: checks, hostname: checks }),
      },
    ),
  ];
}

/** A `tls` block does nothing for these. */
const isPlain = (place: string): boolean => /^(?:http|unix|npipe):/i.test(place);
const authorityOf = (place: string): string => place.replace(/^[a-z][a-z\d+.-]*:\/\//i, '').replace(/[/?#].*$/s, '');
