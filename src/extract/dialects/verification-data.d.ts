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
    readonly options?: Readonly<Record<string, string>>;
    readonly words?: readonly (readonly string[])[];
    readonly phase?: 'build';
    readonly target?: string;
  }
  export const data: {
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
