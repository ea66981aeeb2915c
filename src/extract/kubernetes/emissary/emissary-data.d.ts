declare module '*/emissary-defaults.yaml' {
  export const data: {
    /** Newest first. */
    readonly protocols: readonly {
      readonly since: string;
      readonly protocols: readonly import('../../../core/fact.ts').ProtocolVersion[];
      readonly source: string;
    }[];
  };
}
