import { describe, expect, test } from '@jest/globals';
import { builtinRules, lintFiles, noSettings } from '../support/lint-files.ts';

const rules = builtinRules().map(({ compiled }) => compiled);
const nginx =
  'http {\n  ssl_protocols TLSv1.1 TLSv1.2;\n  ssl_certificate /a;\n  server { listen 443 ssl; server_name a.example.com; }\n  server { listen 8443 ssl; server_name b.example.com; }\n}\n';
const only = ['obsolete-protocol'];

describe('judging', () => {
  test('a line that two servers inherit is one finding with both names', async () => {
    const { findings } = await lintFiles({ 'nginx.conf': nginx }, { rules, only });
    expect(
      findings.map(({ location, subject }) => [location.line, location.column, location.endColumn, subject]),
    ).toEqual([[2, 17, 24, 'server a.example.com and server b.example.com']]);
  });

  test.each(['test', 'docs/reference'])('what stands below %s/ weighs one step less', async (folder) => {
    const { findings } = await lintFiles({ [`${folder}/nginx.conf`]: nginx }, { rules, only });
    expect(findings.map(({ severity }) => severity)).toEqual(['warning']);
  });

  test('settings: by rule, by path, off', async () => {
    const settings = {
      ...noSettings,
      rules: { 'obsolete-protocol': 'note' as const },
      overrides: [
        { files: ['edge/'], rules: { 'obsolete-protocol': 'error' as const } },
        { files: ['edge/old/'], rules: { 'obsolete-protocol': 'off' as const } },
      ],
    };
    const files = { 'nginx.conf': nginx, 'edge/nginx.conf': nginx, 'edge/old/nginx.conf': nginx };
    const { findings } = await lintFiles(files, { rules, only, settings });
    expect(findings.map(({ location, severity }) => [location.file, severity])).toEqual([
      ['edge/nginx.conf', 'error'],
      ['nginx.conf', 'note'],
    ]);
  });

  test('an assumed version makes a note, a pinned one has full weight', async () => {
    const bare = 'http {\n  server { listen 443 ssl; ssl_certificate /a; }\n}\n';
    const files = { 'nginx.conf': bare, Dockerfile: 'FROM nginx:1.22.1\n' };
    const pinned = await lintFiles(files, { rules, only: ['insecure-default-protocol'] });
    expect(pinned.findings.map(({ severity }) => severity)).toEqual(['warning']);
    const assumed = await lintFiles({ 'nginx.conf': bare }, { rules, only: ['insecure-default-protocol'] });
    expect(assumed.findings).toEqual([]);
  });

  test('fingerprints outlive lines added above, and tell equal findings apart', async () => {
    const prints = async (text: string) =>
      (await lintFiles({ 'nginx.conf': text }, { rules, only })).findings.map(({ fingerprint }) => fingerprint);
    expect(await prints(`# a comment\n${nginx}`)).toEqual(await prints(nginx));
    const twice = nginx.replace('server { listen 8443', 'server { ssl_protocols TLSv1.1; listen 8443');
    expect(new Set(await prints(twice)).size).toBe(2);
  });
});
