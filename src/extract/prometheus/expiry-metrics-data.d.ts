declare module '*/expiry-metrics.yaml' {
  export const data: {
    readonly metrics: readonly {
      readonly name: string;
      /** Absent: its value does not say how long is left. */
      readonly unit?: 'epoch' | 'epoch-milliseconds' | 'seconds' | 'days';
    }[];
    readonly monitors: readonly { readonly word: string }[];
  };
}
