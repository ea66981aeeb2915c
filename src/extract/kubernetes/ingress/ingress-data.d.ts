declare module '*/ingress-config-maps.yaml' {
  export const data: readonly {
    readonly product: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly label?: string;
    readonly app?: string;
    readonly keys: readonly string[];
  }[];
}

declare module '*/nginx-ingress-controller-defaults.yaml' {
  export const data: {
    /** Newest first. */
    readonly protocols: readonly {
      readonly since: string;
      readonly protocols: readonly import('../../../core/fact.ts').ProtocolVersion[];
      readonly source: string;
    }[];
    readonly egressProtocols: readonly import('../../../core/fact.ts').ProtocolVersion[];
    readonly hstsMaxAge: number;
  };
}

declare module '*/haproxy-ingress-controllers.yaml' {
  interface HaproxyController {
    /** All newest first. */
    readonly haproxy: readonly { readonly since: string; readonly version: string }[];
    readonly bindOptions: readonly { readonly since: string; readonly options: string }[];
    readonly serverOptions: readonly { readonly since: string; readonly options: string }[];
    readonly ciphers: readonly {
      readonly since: string;
      readonly string: string;
      readonly suites13: readonly string[];
    }[];
    readonly hsts: number;
  }
  export const data: Readonly<Record<'haproxy-ingress' | 'haproxy-kubernetes-ingress', HaproxyController>>;
}
