declare module '*/openshift-tls-profiles.yaml' {
  export const data: {
    readonly default: string;
    readonly profiles: readonly {
      readonly type: string;
      readonly protocols: readonly import('../../../core/fact.ts').ProtocolVersion[];
      readonly ciphers: readonly string[];
      readonly groups: readonly string[];
    }[];
  };
}
