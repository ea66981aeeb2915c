declare module '*/ended-bases.yaml' {
  export const data: readonly {
    readonly image: string;
    readonly tags: readonly string[];
    readonly since: string;
    readonly trouble: string;
    readonly source: string;
  }[];
}
