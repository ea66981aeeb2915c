declare module '*/envoy-defaults.yaml' {
  type Protocols = readonly import('../../core/fact.ts').ProtocolVersion[];
  interface Row {
    readonly since: string;
    readonly source: string;
  }
  export const data: {
    /** Each table: newest first. */
    readonly listenerProtocols: readonly (Row & { readonly protocols: Protocols })[];
    readonly clusterProtocols: readonly (Row & { readonly protocols: Protocols })[];
    readonly listenerCiphers: readonly (Row & { readonly ciphers: readonly string[] | 'unknown' })[];
    readonly clusterCiphers: readonly (Row & { readonly ciphers: readonly string[] | 'unknown' })[];
    readonly groups: readonly (Row & { readonly groups: readonly string[] | 'unknown' })[];
    readonly suites13: readonly string[];
    readonly validationStopsEarlyDataSince: string;
    readonly lastWithVersion2: string;
    readonly compliance: readonly {
      readonly policy: string;
      readonly protocols: Protocols;
      readonly ciphers: readonly string[];
      readonly groups: readonly string[];
      readonly suites13: readonly string[];
    }[];
  };
}

declare module '*/boringssl-cipher-suites.yaml' {
  export const data: {
    readonly suites: readonly string[];
    readonly namedOnly: readonly string[];
    readonly preShared: readonly string[];
  };
}
