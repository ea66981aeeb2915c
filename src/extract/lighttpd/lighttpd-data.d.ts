declare module '*/lighttpd-defaults.yaml' {
  /** Rows are newest first. */
  export const data: {
    readonly protocols: readonly {
      readonly since: string;
      readonly protocols: readonly import('../../core/fact.ts').ProtocolVersion[];
    }[];
    readonly ciphers: readonly { readonly since: string; readonly ciphers: string }[];
    readonly groups: readonly { readonly since: string; readonly groups: readonly string[] }[];
    readonly oldKeysGone: string;
    readonly appended: string;
  };
}
