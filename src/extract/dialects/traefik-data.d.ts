declare module '*/traefik-defaults.yaml' {
  interface ByRelease {
    readonly since: string;
    readonly protocol: import('../../core/fact.ts').ProtocolVersion;
    readonly source: string;
  }
  export const data: {
    /** Newest first, like the two below. */
    readonly serverMinimum: readonly ByRelease[];
    readonly unwrittenMinimum: readonly ByRelease[];
    readonly clientMinimum: readonly ByRelease[];
    readonly transportVersionsSince: string;
    readonly cipherSuitesSince: string;
    readonly cipherSuites: readonly string[];
    readonly suites13: readonly string[];
    readonly groupsSince: string;
    readonly groups: readonly string[];
    readonly knownCipherSuites: readonly string[];
    readonly knownGroups: readonly string[];
    readonly openProviders: readonly string[];
  };
}
