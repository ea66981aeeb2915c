declare module '*/helm-values.yaml' {
  type Path = readonly string[];
  export const data: {
    readonly charts: readonly {
      readonly product: string;
      readonly called: readonly string[];
      readonly marks: readonly Path[];
      readonly whole?: readonly Path[];
      readonly objects: readonly {
        readonly kind: string;
        readonly name: string;
        readonly from: Path;
        readonly to: Path;
      }[];
      readonly settings: readonly {
        readonly path: Path;
        readonly when: string;
        readonly says: 'unverified' | 'served-plain';
        readonly application?: 'http' | 'other';
      }[];
    }[];
    readonly switches: readonly { readonly key: string; readonly off: string }[];
    readonly versions: readonly { readonly key: string; readonly reads: 'oldest' | 'all'; readonly inTls?: true }[];
    readonly holders: readonly {
      readonly kind: string;
      readonly each?: readonly Path[];
      readonly namespace: readonly Path[];
      readonly more?: readonly Path[];
      readonly chart: readonly Path[];
      readonly values: readonly Path[];
      readonly parameters: readonly Path[];
    }[];
  };
}
