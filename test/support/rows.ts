import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { FactKind, Pointer } from '../../src/core/fact.ts';

/** One thing that tlslint reads, and what shows it: the files of `test/kubernetes/` and `test/images/`. */
export interface Row {
  /** The field, annotation, flag, variable or instruction. */
  readonly row: string;
  /** `group/Kind` and the paths that the row reads; compared with the CRD by `scripts/crd-paths.ts`. */
  readonly kind?: string;
  readonly paths?: readonly string[];
  /** Why it gives no fact, for a row that has no cases. */
  readonly leftOut?: string;
  readonly cases?: readonly RowCase[];
}

export interface RowCase {
  readonly note: string;
  /** One file, `app.yaml` of Kubernetes, `Dockerfile` of images; or several files by path. */
  readonly text?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly versions?: Readonly<Record<string, string>>;
  /** Why the schema of the newest release refuses the manifest: an older version, a mistake that the row is about. */
  readonly refused?: string;
  /** Facts that must be there, after linking. */
  readonly facts?: readonly ExpectedFact[];
  /** Kinds of facts that must not be there. */
  readonly none?: readonly FactKind[];
  /**
   * All findings, `rule line:column severity`, with `path:` before the line where there are several files, and for
   * images with the text pointed at behind it.
   */
  readonly findings?: readonly string[];
}

export interface ExpectedFact {
  readonly kind: FactKind;
  readonly subject?: string;
  /** A part of the fact's data. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** `line:column text` by pointer; `self` is the construct's head. */
  readonly at?: Readonly<Record<Pointer, string>>;
  /** Pointers whose value is a default. */
  readonly defaults?: readonly Pointer[];
  readonly unknown?: readonly Pointer[];
  /** What related places say, each a part of one. */
  readonly related?: readonly string[];
}

export interface Section {
  readonly file: string;
  readonly section: string;
  /** Where the CRDs were read that `paths` were compared with. */
  readonly crds?: readonly { readonly project: string; readonly version: string; readonly files: readonly string[] }[];
  readonly rows: readonly Row[];
}

/** Every section of a folder, in the order of the file names. A file that does not parse throws. */
export const sectionsOf = (folder: string): readonly Section[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ file: `${folder}/${name}`, ...sectionIn(readFileSync(`${folder}/${name}`, 'utf8')) }));

export const kubernetesSections = (): readonly Section[] => sectionsOf('test/kubernetes');

/** The files are ours: their shape is what the tests of this repository write. */
const sectionIn = (text: string): Omit<Section, 'file'> => JSON.parse(JSON.stringify(load(text)));
