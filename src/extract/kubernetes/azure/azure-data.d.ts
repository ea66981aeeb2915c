declare module '*/azure-container-gateway-policies.yaml' {
  export const data: readonly {
    readonly name: string;
    readonly isDefault: boolean;
    readonly protocols: readonly import('../../../core/fact.ts').ProtocolVersion[];
    readonly ciphers: readonly string[];
    readonly groups: readonly string[];
  }[];
}
