declare module '*/kustomize.yaml' {
  /** A field of some kinds; of any group or version where none is given. */
  interface FieldOfKinds {
    readonly path: string;
    readonly kinds: readonly string[];
    readonly group?: string;
    readonly version?: string;
    readonly made?: boolean;
  }
  type Keys = Readonly<Record<string, readonly string[]>>;
  export const data: {
    readonly podSpecs: Readonly<Record<string, string>>;
    readonly mergeKeys: {
      readonly pod: Keys;
      readonly any: Keys;
      readonly kinds: Readonly<Record<string, Keys>>;
    };
    readonly otherKinds: Keys;
    readonly clusterKinds: Keys;
    readonly otherClusterKinds: Keys;
    readonly labels: {
      readonly templates: readonly FieldOfKinds[];
      readonly volumeClaims: readonly FieldOfKinds[];
      readonly selectors: readonly FieldOfKinds[];
    };
    readonly annotations: readonly FieldOfKinds[];
    readonly references: readonly {
      readonly kind: string;
      readonly version: string;
      readonly pods?: readonly string[];
      readonly fields: readonly FieldOfKinds[];
    }[];
  };
}
