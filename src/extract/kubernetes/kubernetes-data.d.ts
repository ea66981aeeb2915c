declare module '*/ingress-nginx-defaults.yaml' {
  interface Since {
    readonly since: string;
    readonly protocols: readonly import('../../core/fact.ts').ProtocolVersion[];
    readonly source: string;
  }
  export const data: {
    /** Newest first. */
    readonly protocols: readonly Since[];
    readonly upstreamProtocols: readonly Since[];
    readonly hsts: { readonly maxAgeSeconds: number; readonly includeSubDomains: boolean };
  };
}

declare module '*/kubernetes-ingress-controllers.yaml' {
  export const data: readonly {
    readonly product: string;
    readonly controllers: readonly string[];
    readonly prefixes: readonly string[];
    readonly classes: readonly string[];
  }[];
}

declare module '*/acme-servers.yaml' {
  export const data: readonly { readonly host: string; readonly authority: string }[];
}

declare module '*/host-names.yaml' {
  export const data: {
    readonly internalWords: readonly string[];
    readonly testWords: readonly string[];
    readonly samplePathWords: readonly string[];
  };
}
