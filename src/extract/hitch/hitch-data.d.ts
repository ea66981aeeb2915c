declare module '*/hitch-defaults.yaml' {
  type ProtocolVersion = import('../../core/fact.ts').ProtocolVersion;
  export const data: {
    /** Newest first. */
    readonly protocols: readonly { readonly since: string; readonly protocols: readonly ProtocolVersion[] }[];
    readonly ciphers: readonly { readonly since: string; readonly ciphers: string }[];
    readonly tls: readonly ProtocolVersion[];
    readonly ssl: readonly ProtocolVersion[];
  };
}
