import type { Fact, Listener, Upstream } from '../../core/fact.ts';
import type { Field, Fields } from '../../core/fact-builder.ts';
import type { Diagnostic } from '../../core/finding.ts';
import type { Extraction, Versions } from '../../core/technology.ts';
import type { KubernetesObject } from './objects.ts';

/** What a kind's extractor knows besides the object. */
export interface KindContext {
  readonly versions: Versions;
  /** By product, as in `data/kubernetes-ingress-controllers.yaml`. */
  readonly controllers: Readonly<Record<string, Controller>>;
  /**
   * The objects of a kind, by `group/Kind`, in the same file and in the files that explain it: those that hold a kind
   * which some family names under `explainedBy` for a kind of this file.
   */
  readonly known: (groupKind: string) => readonly KubernetesObject[];
}

/** Reads the objects of a kind, or one aspect of them. Never throws. */
export type KindExtractor = (object: KubernetesObject, context: KindContext) => Extraction;

/** What one folder reads: a product, or a group of kinds that belong together. */
export interface KindFamily {
  /** By `group/Kind` without the version; the core group is the empty string. */
  readonly kinds: Readonly<Record<string, readonly KindExtractor[]>>;
  /** Controllers of Ingresses, by product. */
  readonly controllers?: Readonly<Record<string, Controller>>;
  /** Kinds, by name, that other kinds explain: an Ingress by its IngressClass. */
  readonly explainedBy?: Readonly<Record<string, readonly Explanation[]>>;
}

/** Files that hold an object of `kind`, and text that `says` matches where it is given. */
export interface Explanation {
  readonly kind: string;
  readonly says?: RegExp;
}

/** The controller that serves an Ingress. */
export interface Owner {
  /** A product of `data/kubernetes-ingress-controllers.yaml`; `undefined` where nothing tells. */
  readonly product: string | undefined;
  /** It is only likely, by the class's name. */
  readonly guessed: boolean;
}

/** What the controller of an Ingress makes of it. */
export interface ControllerReading {
  readonly technology: string;
  /** What holds for every TLS listener of the Ingress. */
  readonly listener: Fields<Listener>;
  /** Whether plain HTTP, for the hosts that have TLS, is sent on to https. */
  readonly redirect: Field<boolean>;
  /** Whether the controller serves plain HTTP where the Ingress has no `spec.tls`. */
  readonly plaintext: Fields<Listener> | undefined;
  /** The certificate that is served where an entry of `spec.tls` names no Secret. */
  readonly fallback?: Field<NonNullable<Listener['certificates']>> | undefined;
  /** All that the Ingress does is to send requests on to https. */
  readonly onlyRedirects?: Field<boolean> | undefined;
  /** All listeners, where `spec.tls` does not say which there are: those of a cloud's load balancer. */
  readonly listeners?: readonly Fact<Listener>[];
  readonly upstreams: readonly Fact<Upstream>[];
  readonly diagnostics: readonly Diagnostic[];
}

export type Controller = (object: KubernetesObject, owner: Owner, context: KindContext) => ControllerReading;

/** Several extractions as one. */
export const joined = (extractions: readonly Extraction[]): Extraction => ({
  facts: extractions.flatMap(({ facts }) => facts),
  diagnostics: extractions.flatMap(({ diagnostics }) => diagnostics),
  nested: extractions.flatMap(({ nested }) => nested ?? []),
});

/** Nothing to say about an object. */
export const nothing: Extraction = { facts: [], diagnostics: [] };
