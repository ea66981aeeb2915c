import type { ProtocolVersion } from '../../../src/core/fact.ts';
import type { Technology } from '../../../src/core/technology.ts';

/** The program as found on this machine. */
export interface Installed {
  readonly command: string;
  /** Dotted number: what the facts' defaults are asked for. */
  readonly version: string;
  /** For people: `nginx 1.22.1 with OpenSSL 3.0.22`. */
  readonly description: string;
}

/** A server that the oracle can start, and what is read from its configuration. */
export interface RealServer {
  readonly name: string;
  readonly technology: Technology;
  /** As the technology asks for its version. */
  readonly product: string;
  /** `undefined` where it is not installed. */
  readonly find: () => Installed | undefined;
  /** How to get it, for those who have not. */
  readonly install: string;
  /** The command line that runs it in the foreground with the files in `folder`, the first of which is `main`. */
  readonly start: (start: StartInput) => Start;
  /**
   * What this build cannot do whatever it is told; a fact that says otherwise is not held against it. Say why in `limits`.
   */
  readonly cannot: {
    readonly protocols: readonly ProtocolVersion[];
    /** By OpenSSL or IANA name. */
    readonly suite: (name: string) => boolean;
    /** By IANA name. */
    readonly group: (name: string) => boolean;
  };
  /** For docs/oracle.md: what the oracle does not cover for this server, a phrase each. */
  readonly limits: readonly string[];
}

export interface StartInput {
  readonly installed: Installed;
  readonly folder: string;
  readonly main: string;
}

export interface Start {
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}
