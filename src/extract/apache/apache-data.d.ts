declare module '*/apache-defaults.yaml' {
  /** Newest first. */
  interface ProtocolsSince {
    readonly since: string;
    readonly protocols: readonly import('../../core/fact.ts').ProtocolVersion[];
  }
  export const data: {
    readonly protocols: readonly ProtocolsSince[];
    readonly all: readonly ProtocolsSince[];
    readonly appendedCiphers: string;
    readonly ciphers: string;
    readonly suites13: readonly string[];
    readonly protocolsByNameSince: string;
    readonly shippedFiles: readonly { readonly path: string; readonly sets: readonly string[] }[];
  };
}
