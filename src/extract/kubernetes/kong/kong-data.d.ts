declare module '*/kong-defaults.yaml' {
  type Versions = readonly import('../../../core/fact.ts').ProtocolVersion[];
  export const data: {
    /** Lists in OpenSSL's grammar. */
    readonly cipherSuites: Readonly<Record<string, { readonly protocols: Versions; readonly ciphers: string }>>;
    readonly addedToIntermediate: { readonly since: string; readonly cipher: string };
    /** Newest first. */
    readonly customProtocols: readonly {
      readonly since: string;
      readonly protocols: Versions;
      readonly source: string;
    }[];
    readonly verifyAnnotationsSince: string;
    readonly kongIngressRoutesUntil: string;
  };
}
