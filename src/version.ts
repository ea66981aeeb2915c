declare const TLSLINT_VERSION: string;

/** tlslint's own version, filled in when it is bundled. */
export const version: string = typeof TLSLINT_VERSION === 'undefined' ? '0.0.0' : TLSLINT_VERSION;
