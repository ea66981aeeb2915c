declare module '*/gateway-implementations.yaml' {
  export const data: readonly {
    readonly product: string;
    readonly controllers: readonly string[];
    readonly classes: readonly string[];
    readonly ownNames: boolean;
    readonly routesDecide: boolean;
  }[];
}
