declare module '*/kubernetes-operators.yaml' {
  interface OperatorRow {
    readonly path: readonly string[];
    /** A regular expression for the whole value; `true` where it is absent. */
    readonly when?: string;
    readonly says: 'unverified' | 'plaintext' | 'address' | 'served-plain';
    readonly usual?: boolean;
    readonly target?: readonly string[];
    readonly application?: 'http' | 'data';
    readonly source: string;
  }
  export const data: readonly {
    readonly kind: string;
    readonly technology: string;
    readonly rows: readonly OperatorRow[];
  }[];
}
