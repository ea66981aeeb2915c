import { type Fact, type FactData, type Pointer, spanAt } from '../../src/core/fact.ts';
import type { Source, Span } from '../../src/core/source.ts';
import type { Versions } from '../../src/core/technology.ts';
import { lineStarts, locate } from '../../src/core/text.ts';
import { kubernetes } from '../../src/extract/kubernetes.ts';

export interface Read {
  readonly facts: readonly Fact[];
  readonly nested: readonly Source[];
  readonly problems: readonly string[];
  /** `line:column text` of what a fact says at a pointer. */
  readonly place: (fact: Fact | undefined, pointer: Pointer) => string;
}

/** The facts of manifests by path; versions are found ones where given, and the newest stable releases otherwise. */
export async function read(
  files: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>> = {},
): Promise<Read> {
  const sources = Object.entries(files).map(([path, text]): Source => ({ path, text }));
  const claimed = sources.filter(({ path, text }) =>
    kubernetes.claims({ path, hasWord: (word) => text.includes(word) }),
  );
  const units = (await kubernetes.units?.(claimed, { paths: Object.keys(files), read: () => undefined })) ?? [];
  const extractions = await Promise.all(units.map((unit) => kubernetes.extract(unit, versionsOf(found))));
  return {
    facts: extractions.flatMap(({ facts }) => facts),
    nested: extractions.flatMap(({ nested }) => nested ?? []),
    problems: extractions.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message)),
    place: (fact, pointer) => (fact ? placeOf(spanAt(fact, pointer), files) : 'no such fact'),
  };
}

export const readOne = (text: string, found?: Readonly<Record<string, string>>): Promise<Read> =>
  read({ 'app.yaml': text }, found);

export function placeOf({ file, start, end }: Span, files: Readonly<Record<string, string>>): string {
  const text = files[file] ?? '';
  const { line, column } = locate(lineStarts(text), start);
  return `${line}:${column} ${text.slice(start, end)}`;
}

export const ofKind = <K extends FactData['kind']>(facts: readonly Fact[], kind: K): readonly Fact[] =>
  facts.filter(({ data }) => data.kind === kind);

const stable: Readonly<Record<string, string>> = {
  'ingress-nginx': '1.15.1',
  istio: '1.30.3',
  'cert-manager': '1.21.1',
};

const versionsOf =
  (found: Readonly<Record<string, string>>): Versions =>
  (product) => {
    const version = found[product];
    return version === undefined
      ? { version: stable[product] ?? '0', reason: `${product}, newest`, guessed: true }
      : { version, reason: `${product} ${version}`, guessed: false };
  };
