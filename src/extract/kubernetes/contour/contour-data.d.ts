declare module '*/contour-defaults.yaml' {
  export const data: {
    /** Newest first. */
    readonly minimum: readonly {
      readonly since: string;
      readonly protocol: import('../../../core/fact.ts').ProtocolVersion;
      readonly source: string;
    }[];
    readonly onlyNewVersionsSince: string;
    readonly maximumSince: string;
    readonly ciphersSince: string;
    readonly ciphers: readonly string[];
  };
}
