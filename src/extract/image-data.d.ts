declare module '*/base-images.yaml' {
  export const data: {
    readonly aliases: readonly string[];
    readonly pathSets: Readonly<
      Record<
        string,
        {
          readonly files: readonly string[];
          /** By path, what the link says. */
          readonly links?: Readonly<Record<string, string>>;
          /** Folders with single roots beside the bundle. */
          readonly roots?: readonly string[];
        }
      >
    >;
    readonly images: readonly {
      readonly pattern: string;
      readonly tags?: readonly string[];
      readonly caBundle: 'present' | 'absent' | 'unknown';
      readonly paths?: string | readonly string[];
      readonly packageManager?: string;
      readonly trust?: string;
      readonly os?: string;
      readonly environment?: Readonly<Record<string, string>>;
    }[];
  };
}
declare module '*/packages-with-roots.yaml' {
  /** By package manager. */
  export const data: Readonly<
    Record<
      string,
      {
        readonly requires: readonly string[];
        readonly recommends: readonly string[];
        readonly varies: readonly string[];
        readonly lacks: readonly string[];
      }
    >
  >;
}
declare module '*/image-commands.yaml' {
  export const data: { readonly harmless: readonly string[]; readonly wrappers: readonly string[] };
}
declare module '*/trust-clients.yaml' {
  export const data: {
    readonly go: {
      readonly builtin: readonly string[];
      readonly clients: readonly string[];
      readonly passive: readonly string[];
      readonly only: Readonly<Record<string, string>>;
      readonly plain: Readonly<Record<string, string>>;
      readonly calls: readonly string[];
    };
    readonly rust: {
      readonly builtin: readonly string[];
      readonly native: readonly string[];
      readonly clients: readonly string[];
    };
  };
}
