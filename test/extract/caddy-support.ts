import { expect } from '@jest/globals';
import type { Fact, Issuance, Listener, Upstream } from '../../src/core/fact.ts';
import { caddy } from '../../src/extract/caddy/caddy.ts';
import { extractFiles } from '../support/extract-text.ts';

export type Files = Readonly<Record<string, string>>;

/** Facts of all units of some files, the way a run makes them. */
export const extract = (files: Files, version = '2.11.7') => extractFiles(caddy, files, { version });
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
