declare module '*/certificate-names.yaml' {
  export const data: {
    /** Names by object identifier. */
    readonly signatures: Readonly<Record<string, string>>;
    readonly keys: Readonly<Record<string, string>>;
    readonly purposes: Readonly<Record<string, string>>;
    readonly signedCertificateTimestamps: string;
    readonly publicPolicies: readonly string[];
  };
}
declare module '*/fixture-names.yaml' {
  export const data: {
    readonly folders: readonly string[];
    readonly files: readonly string[];
    readonly domains: readonly string[];
    readonly subjects: readonly string[];
    readonly words: readonly string[];
  };
}
declare module '*/certificate-files.yaml' {
  export const data: {
    readonly certificates: readonly string[];
    readonly texts: readonly string[];
    readonly copies: readonly string[];
  };
}
