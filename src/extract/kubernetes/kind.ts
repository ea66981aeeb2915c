import type { Extraction, Versions } from '../../core/technology.ts';
import type { IngressClass } from './ingress-class.ts';
import type { KubernetesObject } from './objects.ts';

/** What other files of the repository say about the objects of one. */
export interface Surroundings {
  /** The file is a patch: a kustomization names it as one, or holds it. */
  readonly patch: boolean;
  readonly classes: readonly IngressClass[];
  /** ConfigMaps of ingress-nginx controllers. */
  readonly controllerConfigMaps: readonly KubernetesObject[];
  /** Some VirtualService redirects. */
  readonly redirectsByRoute: boolean;
}

export interface KindContext extends Surroundings {
  readonly versions: Versions;
}

/** Reads the objects of a kind, or one aspect of them. Never throws. */
export type KindExtractor = (object: KubernetesObject, context: KindContext) => Extraction;

/** Several extractions as one. */
export const joined = (extractions: readonly Extraction[]): Extraction => ({
  facts: extractions.flatMap(({ facts }) => facts),
  diagnostics: extractions.flatMap(({ diagnostics }) => diagnostics),
  nested: extractions.flatMap(({ nested }) => nested ?? []),
});
