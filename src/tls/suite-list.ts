import type { Range } from '../core/source.ts';
import { cipherSuite } from './suites.ts';

/** A plain list of cipher suites, as written. */
export interface SuiteList {
  /** The names that are known, in order, with their places in the text. */
  readonly suites: readonly (Range & { readonly name: string })[];
  /** What is no suite's name: misspelt, newer than the table, or a keyword of OpenSSL. */
  readonly unknown: readonly Range[];
}

/**
 * Reads exact names (IANA, OpenSSL, Go, Java) between commas, colons, semicolons or blanks: Kubernetes
 * `--tls-cipher-suites`, Istio and Envoy lists with groups of equal preference (`[A|B]`, BoringSSL). No keywords and
 * operators: those are for `evaluateCipherString`.
 */
export function suiteList(text: string): SuiteList {
  const names = [...text.matchAll(/[^\s,:;|[\]"']+/g)].map(({ 0: name, index }) => ({
    name,
    start: index,
    end: index + name.length,
  }));
  return {
    suites: names.filter(({ name }) => cipherSuite(name) !== undefined),
    unknown: names.filter(({ name }) => cipherSuite(name) === undefined).map(({ start, end }) => ({ start, end })),
  };
}
