import { describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../src/config/command-line.ts';

const parse = (...argv: readonly string[]) => parseCommandLine(argv, ['text', 'json']);

describe('the command line', () => {
  test('without arguments lints the working directory', () => {
    expect(parse()).toEqual({
      action: 'lint',
      paths: ['.'],
      format: 'text',
      failOn: 'error',
      config: { kind: 'search' },
      policy: undefined,
      today: undefined,
      rules: undefined,
    });
  });

  test('takes every option, in any place', () => {
    const all = [
      'a',
      '--format=json',
      '--fail-on',
      'never',
      '--config',
      'c.yml',
      '--policy',
      'pci-dss-4',
      '--today',
      '2028-02-29',
      '--rule',
      'x',
      'b',
      '--rule',
      'y',
    ];
    expect(parse(...all, '--', '--odd')).toEqual({
      action: 'lint',
      paths: ['a', 'b', '--odd'],
      format: 'json',
      failOn: 'never',
      config: { kind: 'file', path: 'c.yml' },
      policy: 'pci-dss-4',
      today: new Date('2028-02-29T00:00:00Z'),
      rules: ['x', 'y'],
    });
    expect(parse('--no-config').config).toEqual({ kind: 'none' });
    expect(parse('-h').action).toBe('help');
    expect(parse('--version').action).toBe('version');
    expect(parse('--list-rules').action).toBe('list-rules');
  });

  test.each([
    [['--fromat', 'json'], 'unknown option --fromat; did you mean "--format"?'],
    [['--nonsense'], 'unknown option --nonsense; "tlslint --help" lists them'],
    [['-x'], 'unknown option -x; "tlslint --help" lists them'],
    [['--format'], '--format needs a value; "tlslint --help" says which'],
    [['--format', '--policy'], '--format needs a value; "tlslint --help" says which'],
    [['--policy='], '--policy needs a value; "tlslint --help" says which'],
    [['--version=1'], '--version takes no value'],
    [['--format', 'jsn'], '--format must be text or json, not "jsn"; did you mean "json"?'],
    [['--fail-on', 'critical'], '--fail-on must be error, warning, note or never, not "critical"'],
    [
      ['--policy', 'pci'],
      'unknown policy "pci" (known: mozilla-intermediate, mozilla-modern, pci-dss-4, nist-800-52r2, bsi-tr-02102-2)',
    ],
    [['--today', '2026-02-30'], '--today must be a day such as 2026-03-31, not "2026-02-30"'],
    [['--today', 'tomorrow'], '--today must be a day such as 2026-03-31, not "tomorrow"'],
    [['--config', 'a', '--no-config'], 'give --config or --no-config, not both'],
  ])('%j is refused', (argv, message) => {
    expect(() => parse(...argv)).toThrow(expect.objectContaining({ name: 'UserError', message }));
  });
});
