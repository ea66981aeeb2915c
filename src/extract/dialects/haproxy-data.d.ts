declare module '*/haproxy.yaml' {
  export const data: {
    /** Newest first. */
    readonly oldestOnBind: readonly {
      readonly since: string;
      readonly protocol: import('../../core/fact.ts').ProtocolVersion;
      readonly source: string;
    }[];
    readonly tls13Since: string;
    readonly dheOnRequestSince: string;
    readonly sniAutoSince: string;
    readonly earlyDataUsedSince: string;
    readonly ciphers: string;
    readonly suites13: readonly string[];
    readonly bindOptionsWithValue: readonly string[];
    readonly serverOptionsWithValue: readonly string[];
  };
}
