import type { Image } from '../../../core/fact.ts';
import type { Source, Span } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { lineStarts, locate } from '../../../core/text.ts';
import type { Build } from '../walk/run-step.ts';

/** One thing that was seen, and where. */
export interface Evidence {
  /** What stands there: `calls http.Get`. */
  readonly phrase: string;
  readonly span: Span;
  /** `cmd/app/main.go:12`. */
  readonly place: string;
}

/** Whether a program looks for roots in the file system; `need` is `undefined` where what was seen does not tell. */
export interface Need {
  readonly need: Image['needsBundle'] | undefined;
  readonly evidence: readonly Evidence[];
}

/** Whether a missing bundle is worth a word about what to do. */
export const missesBundle = ({ need }: Need): boolean =>
  need === 'evident' || need === 'configured' || need === 'unasked';

export const undecided: Need = { need: undefined, evidence: [] };

export function evidenceAt(source: Source, start: number, end: number, phrase: string): Evidence {
  const { line } = locate(lineStarts(source.text), start);
  return { phrase, span: spanOf(source, start, end), place: `${source.path}:${line}` };
}

/** What is asked about a program: where its source may be, and how it is called. */
export interface ProgramQuestion {
  readonly dockerfile: string;
  readonly builds: readonly Build[];
  /** What the program's file is called, in the image and where it was built. */
  readonly names: readonly string[];
  /** Folders of the repository that may hold its manifest, the likeliest first. */
  readonly folders: readonly string[];
  readonly repository: Repository;
  /** Nothing but its name ties the program to the source: a package of another name is not it. */
  readonly byNameOnly: boolean;
  /** The folders of its main packages, where whoever builds it names them. */
  readonly mains?: readonly string[];
}
