/** The rules of `rules/`, compiled when the bundle is built: see scripts/build.ts. */
declare module 'tlslint:rules' {
  export const builtinRules: readonly import('./core/rule.ts').CompiledRule[];
}
