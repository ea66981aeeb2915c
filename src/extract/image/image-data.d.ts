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
    /** By the name of a suite: `bookworm` is `debian-12`. */
    readonly suites: Readonly<Record<string, string>>;
    readonly images: readonly {
      readonly pattern: string;
      readonly tags?: readonly string[];
      readonly caBundle: 'present' | 'absent' | 'unknown';
      readonly paths?: string | readonly string[];
      readonly packageManager?: string;
      readonly ownPackages?: boolean;
      /** It does not count for a digest alone or a tag that only the build knows. */
      readonly writtenOnly?: boolean;
      readonly trust?: string;
      readonly os?: string;
      readonly environment?: Readonly<Record<string, string>>;
    }[];
  };
}
declare module '*/apt-packages-with-roots.yaml' {
  type Answers = { readonly [answer in 'requires' | 'recommends' | 'varies' | 'lacks']?: readonly string[] };
  export const data: {
    readonly releases: readonly string[];
    /** By release, packages that recommend ca-certificates themselves. */
    readonly directly: Readonly<Record<string, readonly string[]>>;
    readonly differs: readonly (Answers & { readonly names: readonly string[] })[];
  } & Required<Answers>;
}
declare module '*/packages-with-roots.yaml' {
  /** By package manager. */
  export const data: Readonly<
    Record<string, { readonly requires: readonly string[]; readonly lacks: readonly string[] }>
  >;
}
declare module '*/image-commands.yaml' {
  export const data: {
    readonly harmless: readonly string[];
    readonly settings: readonly string[];
    readonly builders: readonly string[];
    readonly userWrappers: readonly string[];
    readonly wrappers: readonly string[];
  };
}
declare module '*/trust-clients.yaml' {
  export const data: {
    readonly go: {
      readonly builtin: readonly string[];
      readonly clients: readonly string[];
      readonly passive: readonly string[];
      readonly only: Readonly<Record<string, string>>;
      readonly plain: Readonly<Record<string, string>>;
      readonly addressed: readonly string[];
      readonly calls: readonly string[];
      readonly tlsCalls: readonly string[];
    };
    readonly rust: {
      readonly builtin: readonly string[];
      readonly native: readonly string[];
      readonly clients: readonly string[];
      readonly addressed: readonly string[];
    };
    readonly shell: {
      readonly clients: Readonly<
        Record<string, { readonly needs?: string; readonly otherwise: string; readonly variable?: string }>
      >;
      readonly bringsBundle: string;
    };
    readonly python: Clients;
    readonly node: { readonly system: Clients; readonly spawned: Clients };
    readonly beam: { readonly system: readonly string[]; readonly builtin: string };
    readonly dotnet: Clients;
    readonly c: Clients;
  };
  interface Clients {
    readonly builtin: readonly string[];
    readonly clients: readonly string[];
    readonly calls: Readonly<Record<string, string>>;
    readonly otherwise: string;
  }
}
declare module '*/bundle-installs.yaml' {
  /** By package manager. */
  export const data: Readonly<
    Record<
      string,
      { readonly programs: string; readonly adds: string; readonly package: string; readonly line: string }
    >
  >;
}
declare module '*/image-files.yaml' {
  export const data: {
    readonly endings: readonly string[];
    readonly names: readonly string[];
    readonly programFolders: readonly string[];
  };
}
