import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Severity } from '../core/finding.ts';
import { policyNames } from '../tls/policies.ts';
import { didYouMean } from './suggestion.ts';
import { unknownPolicy } from './unknown-policy.ts';
import { UserError } from './user-error.ts';

/** From which severity on findings make a run fail. */
export type FailOn = Severity | 'never';

/** What was asked for on the command line. */
export interface CommandLine {
  readonly action: 'lint' | 'help' | 'version' | 'list-rules';
  readonly paths: readonly string[];
  readonly format: string;
  readonly failOn: FailOn;
  readonly config:
    | { readonly kind: 'search' }
    | { readonly kind: 'none' }
    | { readonly kind: 'file'; readonly path: string };
  readonly policy: string | undefined;
  /** The day that the run is for, `undefined` for today. */
  readonly today: Date | undefined;
  /** The only rules to run, `undefined` for all. */
  readonly rules: readonly string[] | undefined;
}

const options = {
  format: { type: 'string', multiple: true },
  'fail-on': { type: 'string', multiple: true },
  config: { type: 'string', multiple: true },
  'no-config': { type: 'boolean' },
  policy: { type: 'string', multiple: true },
  today: { type: 'string', multiple: true },
  rule: { type: 'string', multiple: true },
  'list-rules': { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

type OptionName = keyof typeof options;

/** What `--help` prints. */
export const helpText = (
  formats: readonly string[],
): string => `tlslint reads a repository and says which of its TLS settings will hurt.

Usage: tlslint [options] [paths…]

Paths are files or folders; without one, the working directory is read. Left out are what .gitignore files leave out,
version control, installed packages and caches. A path given by name is always read. Symbolic links are not followed.

  --format ${formats.join('|')}
                        how findings are written (default: text)
  --fail-on error|warning|note|never
                        exit with 1 from this severity on (default: error); a diagnostic counts as a warning
  --config FILE         configuration file (default: .tlslint.yml here or above, up to the git root)
  --no-config           use no configuration file
  --policy NAME         ${policyNames().join(', ')}
  --today YYYY-MM-DD    judge expiry as on this day
  --rule ID             run only this rule; may be given several times
  --list-rules          list the rules and their severities
  --version             print the version
  -h, --help            print this

Exit codes: 0 clean, 1 findings, 2 wrong use (options, configuration, missing path), 3 a bug in tlslint.
`;

/** Reads the arguments after the program's name. Throws a `UserError` for what makes no sense. */
export function parseCommandLine(argv: readonly string[], formats: readonly string[]): CommandLine {
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const values = given.get(token.name) ?? [];
    given.set(token.name, [...values, checkedValue(token)]);
  }
  const last = (name: OptionName): string | undefined => given.get(name)?.at(-1);
  const config = last('config');
  if (config !== undefined && given.has('no-config')) throw new UserError('give --config or --no-config, not both');
  const policy = last('policy');
  if (policy !== undefined && !policyNames().includes(policy)) throw new UserError(unknownPolicy(policy));
  return {
    action: given.has('help')
      ? 'help'
      : given.has('version')
        ? 'version'
        : given.has('list-rules')
          ? 'list-rules'
          : 'lint',
    paths: positionals.length > 0 ? positionals : ['.'],
    format: oneOf(formats, last('format') ?? 'text', '--format'),
    failOn: oneOf(failOnValues, last('fail-on') ?? 'error', '--fail-on'),
    config: given.has('no-config')
      ? { kind: 'none' }
      : config === undefined
        ? { kind: 'search' }
        : { kind: 'file', path: config },
    policy,
    today: dayOf(last('today')),
    rules: given.get('rule'),
  };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** The option's value, empty for a switch. */
function checkedValue({ name, rawName, value, inlineValue }: OptionToken): string {
  if (!isOption(name) || (rawName.length === 2 && name !== 'help')) {
    const known = Object.keys(options).map((option) => `--${option}`);
    throw new UserError(`unknown option ${rawName}${didYouMean(rawName, known) || '; "tlslint --help" lists them'}`);
  }
  if (options[name].type === 'boolean') {
    if (value !== undefined) throw new UserError(`${rawName} takes no value`);
    return '';
  }
  if (value === undefined || value === '' || (!inlineValue && value.startsWith('-'))) {
    throw new UserError(`${rawName} needs a value; "tlslint --help" says which`);
  }
  return value;
}

const isOption = (name: string): name is OptionName => Object.hasOwn(options, name);

export const failOnValues = ['error', 'warning', 'note', 'never'] as const satisfies readonly FailOn[];

/** The one of `values` that was written. Throws a `UserError` that names the others. */
export function oneOf<T extends string>(values: readonly T[], written: string, what: string): T {
  const found = values.find((value) => value === written);
  if (found === undefined) {
    throw new UserError(`${what} must be ${listed(values)}, not "${written}"${didYouMean(written, values)}`);
  }
  return found;
}

const listed = (values: readonly string[]): string => `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;

/** `YYYY-MM-DD` as the start of that day, UTC. */
function dayOf(written: string | undefined): Date | undefined {
  if (written === undefined) return undefined;
  const day = new Date(`${written}T00:00:00Z`);
  if (
    !/^\d{4}-\d{2}-\d{2}$/.test(written) ||
    Number.isNaN(day.getTime()) ||
    day.toISOString().slice(0, 10) !== written
  ) {
    throw new UserError(`--today must be a day such as 2026-03-31, not "${written}"`);
  }
  return day;
}

/** Rule ids of which some are unknown: a message for each of these. */
export const unknownRules = (ids: readonly string[], known: readonly string[]): readonly string[] =>
  ids
    .filter((id) => !known.includes(id))
    .map((id) => `unknown rule "${id}"${didYouMean(id, known) || '; "tlslint --list-rules" lists them'}`);
