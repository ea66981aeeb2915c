import type { Backend, TlsBackendOptions } from './backend.ts';
import type { Certificates } from './certificates.ts';

/** What a configuration is written against: ports, certificates and backends of this machine. */
export interface World {
  readonly certificates: Certificates;
  /** An empty folder of this case: the configuration's files go here, and what the server writes. Absolute. */
  readonly folder: string;
  /** A free TCP port on which the server will listen: waited for after the start. The same name gives the same port. */
  readonly port: (name?: string) => number;
  /** A plain HTTP backend. */
  readonly backend: () => Backend;
  /** An HTTPS backend with this flaw, or this one version. Each call gives another. */
  readonly tlsBackend: (options?: TlsBackendOptions) => Backend;
}

/** A configuration, and what to ask beyond what its facts say. */
export interface OracleCase {
  /** Text by path relative to the case's folder; the first is the main file. Paths must be ones that the technology claims. */
  readonly files: Readonly<Record<string, string>>;
  /** Passes through a proxy to a backend, to see whether it verifies it. */
  readonly passes?: readonly Pass[];
  /** Requests sent as early data. */
  readonly early?: readonly EarlyPass[];
  /** Pointers that at least one fact must have known and handshakes must have tested: `protocols`, `earlyData`. */
  readonly compares: readonly string[];
  /** Names to ask for on each port beside those of the facts. `undefined`: no name sent. */
  readonly serverNames?: readonly (string | undefined)[];
}

/** A request that the server passes on to `backend`. */
export interface Pass {
  readonly port: number;
  readonly tls: boolean;
  readonly host?: string;
  readonly path?: string;
  readonly backend: Backend;
}

export interface EarlyPass {
  readonly port: number;
  readonly serverName?: string;
  readonly method?: 'GET' | 'POST';
  readonly path?: string;
  readonly backend: Backend;
}

/** A hand-written case. */
export interface NamedCase {
  readonly name: string;
  readonly make: (world: World) => OracleCase;
}
