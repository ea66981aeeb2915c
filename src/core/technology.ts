import type { Fact } from './fact.ts';
import type { Diagnostic } from './finding.ts';
import type { Source } from './source.ts';

/** A file before it is read: enough to decide whether a technology wants it. */
export interface Candidate {
  /** Relative to the root, forward slashes. */
  readonly path: string;
  /** Whether the file's bytes hold this ASCII word, case-sensitively. Reads the file: test `path` first. */
  readonly hasWord: (word: string) => boolean;
}

/** The files around a unit, read on demand. The same files give the same answers: extraction stays a function. */
export interface Repository {
  /** Every path that was discovered, sorted; also those that no technology claims. */
  readonly paths: readonly string[];
  /** `undefined` when there is no such file, or it cannot be read as text. */
  readonly read: (path: string) => Source | undefined;
}

/** What a technology reads as one: often a single file; an nginx root with what it includes; a chart. */
export interface Unit {
  /** The file that gives the unit its name comes first. */
  readonly sources: readonly [Source, ...Source[]];
  readonly repository: Repository;
}

/** The version of a product that a default is judged by, and why. `guessed` when nothing in the repository says it. */
export interface VersionEvidence {
  /** Dotted number without a prefix: `1.25.3`. */
  readonly version: string;
  /** For the user: "nginx 1.22 (image tag in Dockerfile:1)". */
  readonly reason: string;
  readonly guessed: boolean;
}

/** The version of `product` that applies to the file at `path`. */
export type Versions = (product: string, path: string) => VersionEvidence;

/** What one unit says. `nested` sources are dispatched to the technologies that claim them, like any file. */
export interface Extraction {
  readonly facts: readonly Fact[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whole files found inside, each with `held`: a PEM in a Secret, an nginx.conf in a ConfigMap. Claimed by `held.name`. */
  readonly nested?: readonly Source[];
}

/** A product whose defaults depend on its version. */
export interface Product {
  /** As in `versions:` of the configuration file: `nginx`. */
  readonly name: string;
  /** The newest stable release: what is assumed where nothing in the repository says a version. */
  readonly stable: string;
  /** How its images are called, without registry and tag: for finding its version in image tags. */
  readonly images: readonly string[];
}

/** One technology: it says which files it wants, and turns a unit into facts. Neither ever throws on user input. */
export interface Technology {
  readonly name: string;
  /** Cheap: path first, then a byte marker. */
  readonly claims: (file: Candidate) => boolean;
  /** Products whose versions `extract` asks for. */
  readonly products?: readonly Product[];
  /**
   * Groups the claimed files into units. Without it each file is a unit of its own. The nested sources that one
   * extraction found are grouped by the same function, in a call of their own.
   */
  readonly units?: (claimed: readonly Source[], repository: Repository) => readonly Unit[] | Promise<readonly Unit[]>;
  readonly extract: (unit: Unit, versions: Versions) => Extraction | Promise<Extraction>;
}
