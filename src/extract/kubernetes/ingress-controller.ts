import type { Fact, Listener, Upstream } from '../../core/fact.ts';
import type { Field, Fields } from '../../core/fact-builder.ts';
import type { Diagnostic } from '../../core/finding.ts';
import type { Owner } from './ingress-class.ts';
import type { KindContext } from './kind.ts';
import type { KubernetesObject } from './objects.ts';

/** What the controller of an Ingress makes of it. */
export interface ControllerReading {
  readonly technology: string;
  /** What holds for every TLS listener of the Ingress. */
  readonly listener: Fields<Listener>;
  /** Whether plain HTTP, for the hosts that have TLS, is sent on to https. */
  readonly redirect: Field<boolean>;
  /** Whether the controller serves plain HTTP where the Ingress has no `spec.tls`. */
  readonly plaintext: Fields<Listener> | undefined;
  readonly upstreams: readonly Fact<Upstream>[];
  readonly diagnostics: readonly Diagnostic[];
}

export type Controller = (object: KubernetesObject, owner: Owner, context: KindContext) => ControllerReading;
