/** The mTLS policy of a scope of a mesh. */
export interface Mesh {
  readonly kind: 'mesh';
  readonly scope: 'mesh' | 'namespace' | 'workload' | 'port';
  readonly mode?: 'strict' | 'permissive' | 'disabled';
  /** Of the workloads. */
  readonly ports?: readonly number[];
  readonly namespace?: string;
  /** Labels of the workloads that it is for; all of the scope where absent. */
  readonly selector?: Readonly<Record<string, string>>;
  /** It has no effect, whatever it says: why, for people. */
  readonly inert?: string;
  readonly certificateLifetimeSeconds?: number;
}

/** Something that fills a Secret of the cluster, other than a request for a certificate. */
export interface Secret {
  readonly kind: 'secret';
  /** `namespace/name`; a name alone may be of any namespace. */
  readonly name: string;
  /**
   * `committed`: its content stands in the repository · `encrypted`: it stands there encrypted (SOPS, Sealed Secrets) ·
   * `external`: an operator fetches it (External Secrets, a CSI driver) · `platform`: the cluster or the cloud issues it ·
   * `template`: a chart or a generator makes it.
   */
  readonly provider: 'committed' | 'encrypted' | 'external' | 'platform' | 'template';
}

/** What runs in a cluster, as far as policies select it: the pods of a Deployment, a StatefulSet, a Pod. */
export interface Workload {
  readonly kind: 'workload';
  /** `namespace/name`, or a name alone. */
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly number: number; readonly name?: string }[];
  /** It runs to its end, as Jobs do, and is not there to be connected to. */
  readonly ends?: boolean;
  /** Whether a proxy of the mesh stands before it: asked for, refused, or nothing said. */
  readonly mesh?: 'member' | 'excluded';
  /** Ports that bypass the proxy, inbound. */
  readonly bypassedPorts?: readonly number[];
  /** Secrets that it mounts or reads, `namespace/name`. */
  readonly secrets?: readonly string[];
  /** Filled in by the link step: what it accepts, by the policies that select it. */
  readonly mtls?: 'strict' | 'permissive' | 'disabled';
}

/** A name for workloads inside a cluster. */
export interface Service {
  readonly kind: 'service';
  /** `namespace/name`, or a name alone. */
  readonly name: string;
  readonly namespace?: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly {
    readonly number: number;
    readonly name?: string;
    /** Port of the workload, by number or by name. */
    readonly target?: number | string;
    /** Its name, number or `appProtocol` says that TLS is spoken there. */
    readonly tls?: boolean;
  }[];
}

/** Where requests go once a listener has accepted them. */
export interface Route {
  readonly kind: 'route';
  readonly hosts?: readonly string[];
  /** The listeners that it is attached to, by `name`; a name without `#` stands for all listeners of that object. */
  readonly listeners: readonly string[];
  /** Upper case; absent where it takes any. */
  readonly methods?: readonly string[];
  /** All that it does is to send requests on to https. */
  readonly redirectsToHttps?: boolean;
  /** Its hosts lead to a content delivery network, which ends the clients' connections and opens its own. */
  readonly delivered?: boolean;
  /** Services behind it, as in an upstream. */
  readonly services?: readonly string[];
}
