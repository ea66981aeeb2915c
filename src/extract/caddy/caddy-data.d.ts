declare module '*/caddy.yaml' {
  type ProtocolVersion = import('../../core/fact.ts').ProtocolVersion;
  export const data: {
    readonly protocols: readonly ProtocolVersion[];
    readonly groups: readonly { readonly since: string; readonly groups: readonly string[] }[];
    readonly ciphers: readonly string[];
    readonly suites13: readonly string[];
    readonly upstreamProtocols: readonly { readonly since: string; readonly protocols: readonly ProtocolVersion[] }[];
    /** `pattern` is a regular expression on the name of a suite. */
    readonly acceptedCiphers: readonly { readonly since: string; readonly before?: string; readonly pattern: string }[];
    readonly ticketsOffWithClientAuthSince: string;
    readonly shieldedFromWildcardSince: string;
    readonly directives: readonly string[];
    readonly plainDirectives: readonly string[];
    readonly directivesOfCaddy1: readonly string[];
  };
}
