declare module '*/own-authorities.yaml' {
  export const data: {
    readonly stores: readonly {
      readonly folder: string;
      readonly tools: readonly string[];
      readonly managers: readonly string[];
      readonly names?: string;
      readonly deep: boolean;
      readonly list?: string;
      readonly run: string;
    }[];
    readonly interpreters: readonly string[];
    readonly busyBases: readonly string[];
    readonly variables: Readonly<Record<string, string>>;
  };
}
