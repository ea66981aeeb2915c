import { expect } from '@jest/globals';
import type { Fact, Issuance, Listener, Upstream } from '../../src/core/fact.ts';
import type { Source } from '../../src/core/source.ts';
import type { Unit } from '../../src/core/technology.ts';
import { caddy } from '../../src/extract/caddy/caddy.ts';

export type Files = Readonly<Record<string, string>>;

const version = (number: string) => () => ({ version: number, reason: `caddy ${number}`, guessed: false });

/** Facts of all units of some files, the way a run makes them. */
export async function extract(files: Files, number = '2.11.7') {
  const sources: readonly Source[] = Object.entries(files).map(([path, text]) => ({ path, text }));
  const repository = {
    paths: Object.keys(files).sort(),
    read: (path: string) => sources.find((source) => source.path === path),
  };
  const claimed = sources.filter(({ path, text }) => caddy.claims({ path, hasWord: (word) => text.includes(word) }));
  const units: readonly Unit[] = (await caddy.units?.(claimed, repository)) ?? [];
  const extractions = await Promise.all(units.map((unit) => caddy.extract(unit, version(number))));
  const facts = extractions.flatMap((extraction) => extraction.facts);
  return { facts, diagnostics: extractions.flatMap(({ diagnostics }) => diagnostics), units };
}
export const isListener = (fact: Fact): fact is Fact<Listener> => fact.data.kind === 'listener';
export const isUpstream = (fact: Fact): fact is Fact<Upstream> => fact.data.kind === 'upstream';
export const isIssuance = (fact: Fact): fact is Fact<Issuance> => fact.data.kind === 'issuance';

export const listeners = async (text: string, number?: string) =>
  (await extract({ Caddyfile: text }, number)).facts.filter(isListener);
export async function listener(text: string, number?: string): Promise<Fact<Listener>> {
  const [fact, ...others] = await listeners(text, number);
  expect(others).toEqual([]);
  if (!fact) throw new Error('no listener');
  return fact;
}
export const upstreams = async (text: string, number?: string) =>
  (await extract({ Caddyfile: text }, number)).facts.filter(isUpstream);
export const site = (lines: string, address = 'shop.example.com') => `${address} {\n${lines}\n}\n`;
export const sliceOf = (text: string, fact: Fact | undefined, pointer: string) => {
  const span = fact?.spans[pointer];
  return span && text.slice(span.start, span.end);
};
