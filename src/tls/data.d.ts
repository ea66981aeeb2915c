declare module '*/cipher-suites.tsv' {
  /** One row a suite; the columns are named in the file's header and read in suites.ts. */
  export const data: readonly (readonly string[])[];
}

declare module '*/groups.tsv' {
  /** One row a group: its name, and other spellings. */
  export const data: readonly (readonly string[])[];
}

declare module '*/private-names.yaml' {
  export const data: { readonly endings: readonly string[] };
}

declare module '*/policies.yaml' {
  export const data: readonly import('../core/rule.ts').Policy[];
}

declare module '*/aws-tls-policies.yaml' {
  export const data: {
    readonly default: string;
    readonly lists: Readonly<Record<string, readonly string[]>>;
    readonly policies: readonly {
      readonly name: string;
      readonly protocols: readonly import('../core/fact.ts').ProtocolVersion[];
      readonly suites?: string;
      readonly suites13?: string;
    }[];
  };
}
