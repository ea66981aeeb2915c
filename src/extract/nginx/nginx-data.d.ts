declare module '*/nginx-defaults.yaml' {
  export const data: {
    /** Newest first. */
    readonly protocols: readonly {
      readonly since: string;
      readonly protocols: readonly import('../../core/fact.ts').ProtocolVersion[];
      readonly source: string;
    }[];
    readonly ciphers: string;
    readonly upstreamCiphers: string;
    readonly suites13: readonly string[];
    readonly protocolsByServerSince: string;
    readonly shippedFiles: readonly { readonly path: string; readonly sets: readonly string[] }[];
  };
}
