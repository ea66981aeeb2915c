import type { Fact, Issuance } from '../../core/fact.ts';
import { resolverFact } from '../dialects/traefik-resolvers.ts';
import { nodeAt } from '../dialects/traefik-settings.ts';
import { type Configuration, namedAt } from './model.ts';

/** One `issuance` for each resolver that asks an ACME authority; routers name it by its subject. */
export const resolvers = ({ parts }: Configuration): readonly Fact<Issuance>[] =>
  parts
    .flatMap((part) => namedAt(part, 'certificatesResolvers'))
    .filter(({ node }) => nodeAt(node, 'acme') !== undefined)
    .map(resolverFact);
