declare module '*/image-builders.yaml' {
  export const data: {
    readonly ko: { readonly base: string };
    /** By the kind of project. */
    readonly jib: { readonly java: string; readonly war: string };
    /** Builders of Cloud Native Buildpacks, as patterns without tag, and the run image that each names. */
    readonly buildpacks: readonly {
      readonly builder: string;
      readonly tags?: string;
      readonly run: string;
    }[];
    /** By the distribution of the repositories that apko reads. */
    readonly apko: Readonly<
      Record<
        string,
        {
          readonly repositories: readonly string[];
          /** The package itself has the bundle, or depends on one that has. */
          readonly brings: readonly string[];
          /** Neither it nor anything that it depends on has one. */
          readonly lacks: readonly string[];
        }
      >
    >;
  };
}
