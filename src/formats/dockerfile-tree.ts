import type { Range, Source } from '../core/source.ts';

/** One argument of an instruction, without continuation characters. `value` keeps `$VAR` as written. */
export interface DockerfileWord {
  readonly value: string;
  readonly range: Range;
}

/** One instruction of a Dockerfile. Ranges are offsets into the file. */
export interface DockerfileInstruction {
  /** Upper case; an ONBUILD trigger is an instruction of its own with `onbuild` set. */
  readonly keyword: string;
  readonly keywordRange: Range;
  readonly range: Range;
  readonly onbuild: boolean;
  /** `--from=build` is `{ name: 'from', value: 'build' }`; a flag without `=` has the value ''. */
  readonly flags: readonly { readonly name: string; readonly value: string; readonly range: Range }[];
  /** Exec form: the decoded strings; else split at blanks (quotes kept together and taken off). */
  readonly words: readonly DockerfileWord[];
  /** Whether the words were written as a JSON array. */
  readonly exec: boolean;
  /**
   * For RUN, CMD, ENTRYPOINT and HEALTHCHECK CMD in shell form or as a heredoc, and for `["sh", "-c", "…"]`: the
   * script, nested in the file. Undefined where another interpreter reads it (SHELL, `#!`).
   */
  readonly script: Source | undefined;
  /** ENV, ARG, LABEL: the pairs. */
  readonly pairs: readonly { readonly name: DockerfileWord; readonly value: DockerfileWord | undefined }[];
  /** `COPY <<FILE /dest`, `RUN <<FILE`: the here-documents, nested in the file. */
  readonly heredocs: readonly { readonly name: string; readonly content: Source }[];
}

/** Where an instruction stands, as the library splits the file. */
export interface InstructionHead {
  readonly keyword: string;
  readonly keywordRange: Range;
  readonly range: Range;
}
