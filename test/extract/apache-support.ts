import { expect } from '@jest/globals';
import type { Fact, Listener, Upstream } from '../../src/core/fact.ts';
import { apache } from '../../src/extract/apache/apache.ts';
import { extractFiles, textAt } from '../support/extract-text.ts';

/** The facts of every unit of a repository given as text by path. */
export const factsOf = async (files: Readonly<Record<string, string>>, version = '2.4.62'): Promise<readonly Fact[]> =>
  (await extractFiles(apache, files, { version })).facts;
export const isListener = (fact: Fact): fact is Fact<Listener> => fact.data.kind === 'listener';
export const isUpstream = (fact: Fact): fact is Fact<Upstream> => fact.data.kind === 'upstream';

export const whole = (text: string): string => `ServerRoot /etc/httpd\nListen 80\nListen 443\n${text}`;
export const certificate = 'SSLCertificateFile /etc/tls/tls.crt';
export const site = (settings: string, head = '*:443'): string =>
  `<VirtualHost ${head}>\nServerName shop.example.com\nSSLEngine on\n${certificate}\n${settings}\n</VirtualHost>\n`;

export const listenersIn = async (text: string, version?: string) =>
  (await factsOf({ 'httpd.conf': text }, version)).filter(isListener);
export const upstreamsIn = async (text: string) => (await factsOf({ 'httpd.conf': text })).filter(isUpstream);
export const one = async (text: string, version?: string) => {
  const facts = await listenersIn(text, version);
  expect(facts).toHaveLength(1);
  return facts[0];
};
export const slice = textAt;
