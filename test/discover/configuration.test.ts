import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { problemText } from '../../src/config/problem.ts';
import { settingsFrom, unknownNames } from '../../src/config/settings.ts';
import { type ConfigurationChoice, readConfiguration, readRuleFolder } from '../../src/discover/configuration.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const known = { rules: ['weak-cipher', 'plaintext-http'], products: ['nginx'] };
const read = async (folder: string, choice: ConfigurationChoice = { kind: 'search' }) => {
  const { layers, patternPrefix, problems } = await readConfiguration(folder, choice);
  return {
    settings: settingsFrom(layers, known),
    patternPrefix,
    problems: [...problems, ...layers.flatMap((layer) => unknownNames(layer, known))].map(problemText),
  };
};

describe('which file counts', () => {
  test('the nearest one, up to the root of the git repository', async () => {
    const folder = temporaryFolder({
      '.tlslint.yml': 'policy: pci-dss-4',
      'repository/.git/HEAD': '',
      'repository/.tlslint.yaml': 'ignore: x',
      'repository/a/b/c': '',
    });
    const { settings, patternPrefix } = await read(join(folder, 'repository/a/b'));
    expect(settings).toEqual({
      policy: 'mozilla-intermediate',
      rules: {},
      ignore: ['x'],
      overrides: [],
      ruleFolders: [],
      versions: {},
    });
    expect(patternPrefix).toBe('a/b/');
  });

  test('outside of a repository only that of the folder itself', async () => {
    const folder = temporaryFolder({ '.tlslint.yml': 'ignore: x', 'a/b': '' });
    expect((await read(folder)).settings.ignore).toEqual(['x']);
    expect((await read(join(folder, 'a'))).settings.ignore).toEqual([]);
  });

  test('a named one, or none', async () => {
    const folder = temporaryFolder({ '.tlslint.yml': 'ignore: x', 'ci/tls.yml': 'ignore: y' });
    expect(await read(folder, { kind: 'file', path: 'ci/tls.yml' })).toMatchObject({
      settings: { ignore: ['y'] },
      patternPrefix: '',
    });
    expect((await read(folder, { kind: 'none' })).settings.ignore).toEqual([]);
    expect((await read(folder, { kind: 'file', path: 'no.yml' })).problems).toEqual([
      'no.yml:1:1 cannot read this configuration file: no such file',
    ]);
  });
});

describe('extends', () => {
  test('later files win over earlier ones, the file itself over all', async () => {
    const folder = temporaryFolder({
      '.tlslint.yml':
        'extends: [mozilla-modern, ci/base.yml]\nrules: {weak-cipher: note}\nignore: c\nrule-folders: own',
      'ci/base.yml':
        'extends: ../other.yaml\nrules: {weak-cipher: error, plaintext-http: off}\nignore: b\nrule-folders: [rules, ../more]',
      'other.yaml':
        'policy: pci-dss-4\nignore: a\nversions: {nginx: 1.18.0}\noverrides: [{files: t, rules: {weak-cipher: off}}]',
    });
    expect(await read(folder)).toEqual({
      settings: {
        policy: 'pci-dss-4',
        rules: { 'weak-cipher': 'note', 'plaintext-http': 'off' },
        ignore: ['a', 'b', 'c'],
        overrides: [{ files: ['t'], rules: { 'weak-cipher': 'off' } }],
        ruleFolders: ['ci/rules', 'more', 'own'],
        versions: { nginx: '1.18.0' },
      },
      patternPrefix: '',
      problems: [],
    });
  });

  test('a circle and a missing file are mistakes at their "extends"', async () => {
    const folder = temporaryFolder({
      '.tlslint.yml': 'ignore: a\nextends: [./b.yml, ./gone.yml]',
      'b.yml': 'extends: ./c.yml',
      'c.yml': 'extends:\n  - ./b.yml\nignore: c',
    });
    expect(await read(folder)).toMatchObject({
      settings: { ignore: ['c', 'a'] },
      problems: [
        'c.yml:2:5 this file extends itself: b.yml → c.yml → b.yml; remove one "extends"',
        '.tlslint.yml:2:20 cannot extend gone.yml: no such file',
      ],
    });
  });

  test('files that extend each other twice, again and again, end', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`${index}.yml`, `extends: [./${index + 1}.yml, ./${index + 1}.yml]`]),
    );
    const folder = temporaryFolder({ ...files, '30.yml': '' });
    expect((await read(folder, { kind: 'file', path: '0.yml' })).problems[0]).toMatch(
      /more than 100 files extend each other; remove some$/,
    );
  });
});

test('unknown rules and products are mistakes at their place, with a suggestion', async () => {
  const folder = temporaryFolder({
    '.tlslint.yml':
      'rules:\n  weak-ciphers: off\n  zzz: off\noverrides:\n  - files: a\n    rules: {plain-http: off}\nversions: {ngnix: 1.2}',
  });
  expect(await read(folder)).toMatchObject({
    settings: { rules: {} },
    problems: [
      '.tlslint.yml:2:3 unknown rule "weak-ciphers"; did you mean "weak-cipher"?',
      '.tlslint.yml:3:3 unknown rule "zzz"; "tlslint --list-rules" lists them',
      '.tlslint.yml:6:13 unknown rule "plain-http"; did you mean "plaintext-http"?',
      '.tlslint.yml:7:12 unknown product "ngnix"; did you mean "nginx"?',
    ],
  });
});

test('a rule folder gives its rule files, sorted; a missing or empty one is a mistake', async () => {
  const folder = temporaryFolder({ 'own/b.yaml': 'b', 'own/a.yml': 'a', 'own/README.md': '', 'none/x': '' });
  const from = (value: string) =>
    readRuleFolder(folder, { value, place: { path: '.tlslint.yml', line: 1, column: 2 } });
  expect(from('own')).toEqual({
    files: [
      { path: 'own/a.yml', text: 'a' },
      { path: 'own/b.yaml', text: 'b' },
    ],
    problems: [],
  });
  expect(from('none').problems.map(problemText)).toEqual(['.tlslint.yml:1:2 the rule folder none holds no .yaml file']);
  expect(from('gone').problems.map(problemText)).toEqual([
    '.tlslint.yml:1:2 cannot read the rule folder gone: no such file',
  ]);
});
