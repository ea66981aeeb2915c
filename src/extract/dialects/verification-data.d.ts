declare module '*/verification-switches.yaml' {
  interface SwitchingVariable {
    readonly name: string;
    readonly program: string;
    readonly off: string;
    readonly phase?: 'build';
    /** `value`: the value names the host; else what the program connects to. */
    readonly target?: string;
  }
  interface SwitchingFlags {
    readonly flags?: readonly string[];
    readonly letter?: string;
    readonly valued?: string;
    /** Options whose value is the next word, or stands behind `=`. */
    readonly options?: Readonly<Record<string, string>>;
    /** Options whose value stands behind `=` alone. */
    readonly attached?: Readonly<Record<string, string>>;
    /** What switches verification on again, for the rest of the command. */
    readonly on?: readonly string[];
    /** What switches the check of signatures off: beside it, nothing protects what arrives. */
    readonly unsigned?: string;
    readonly words?: readonly (readonly string[])[];
    readonly phase?: 'build';
    readonly target?: string;
  }
  interface ConnectionMeanings {
    readonly name: string;
    readonly plain?: string;
    readonly unverified?: string;
    readonly unnamed?: string;
    readonly verified?: string;
    /** Inside a network it is what everybody does. */
    readonly usual?: true;
  }
  interface RuntimeOptions {
    readonly name: string;
    readonly runtime: string;
    /** Commas separate its options. */
    readonly commas?: true;
    readonly both?: Readonly<Record<string, import('../../core/fact.ts').ProtocolVersion>>;
    readonly server?: Readonly<Record<string, import('../../core/fact.ts').ProtocolVersion>>;
    readonly lists?: Readonly<Record<string, 'client' | 'server'>>;
    readonly ciphers?: string;
  }
  export const data: {
    readonly connections: readonly (ConnectionMeanings & { readonly host?: string })[];
    readonly parameters: readonly ConnectionMeanings[];
    readonly runtimes: readonly RuntimeOptions[];
    readonly variables: readonly SwitchingVariable[];
    readonly speakingVariables: readonly { readonly name: string; readonly off: string; readonly except?: string }[];
    readonly commands: readonly (SwitchingFlags & { readonly programs: readonly string[] })[];
    readonly speakingFlags: readonly SwitchingFlags[];
    readonly files: readonly {
      readonly file: string;
      readonly program: string;
      readonly line: string;
      readonly phase?: 'build';
    }[];
  };
}
