import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { ConfigFile, parseConfigFile } from '../config/config-file.ts';
import type { Placed, Problem } from '../config/problem.ts';
import type { ConfigLayer } from '../config/settings.ts';
import { decode } from './decode.ts';
import { repositoryRoot } from './ignore-files.ts';
import { reasonOf } from './read-bytes.ts';

/** Which configuration file counts: the one found from the working directory upwards, a given one, or none. */
export type ConfigurationChoice =
  | { readonly kind: 'search' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'none' };

export interface Configuration {
  /** The file and those that it extends; the one that wins comes last. Empty without a file. */
  readonly layers: readonly ConfigLayer[];
  /**
   * What makes a path relative to the working directory relative to the folder where patterns count from. That is the
   * folder of the file that was found, or the working directory for one that was named.
   */
  readonly patternPrefix: string;
  readonly problems: readonly Problem[];
}

const names = ['.tlslint.yml', '.tlslint.yaml'] as const;

/** Reads the configuration; its parser is loaded where there is a file. What cannot be read or understood is a problem, and the rest of it counts. */
export async function readConfiguration(workingDirectory: string, choice: ConfigurationChoice): Promise<Configuration> {
  const file = choice.kind === 'search' ? search(workingDirectory) : choice.kind === 'file' ? choice.path : undefined;
  if (file === undefined) return { layers: [], patternPrefix: '', problems: [] };
  const path = resolve(workingDirectory, file);
  const below = choice.kind === 'search' ? slashed(relative(dirname(path), workingDirectory)) : '';
  const { parseConfigFile: parse } = await import('../config/config-file.ts');
  const { layers, problems } = layersOf(path, workingDirectory, parse);
  return { layers, patternPrefix: below === '' ? '' : `${below}/`, problems };
}

/** The nearest configuration file, up to the root of the git repository; outside of one, in the folder itself. */
function search(folder: string): string | undefined {
  const top = repositoryRoot(folder) ?? folder;
  for (let current = folder; ; current = dirname(current)) {
    const found = names.map((name) => join(current, name)).find((path) => existsSync(path));
    if (found !== undefined || current === top) return found;
  }
}

type Layers = Pick<Configuration, 'layers' | 'problems'>;

/** An `extends` entry on the way to a file: the file that holds it, absolute, and where it stands there. */
type Step = Placed<string>;

/** More files than anybody needs; without a limit a few that extend each other twice would never end. */
const mostFiles = 100;

function layersOf(start: string, workingDirectory: string, parse: typeof parseConfigFile): Layers {
  const shown = (path: string): string => slashed(relative(workingDirectory, path));
  let files = 0;

  const follow = (path: string, steps: readonly Step[]): Layers => {
    const last = steps.at(-1);
    const failed = (message: string): Layers => ({
      layers: [],
      problems: [{ ...(last?.place ?? { path: shown(path), line: 1, column: 1 }), message }],
    });
    const cycle = steps.findIndex(({ value }) => value === path);
    if (cycle >= 0) {
      const circle = [...steps.slice(cycle).map(({ value }) => shown(value)), shown(path)].join(' → ');
      return failed(`this file extends itself: ${circle}; remove one "extends"`);
    }
    files++;
    if (files > mostFiles) return failed(`more than ${mostFiles} files extend each other; remove some`);
    const read = textOf(path);
    if ('reason' in read)
      return failed(`${last ? `cannot extend ${shown(path)}` : 'cannot read this configuration file'}: ${read.reason}`);
    const { config, problems } = parse({ path: shown(path), text: read.text });
    const bases = config.extends.map(({ value, place }) =>
      'file' in value
        ? follow(resolve(dirname(path), value.file), [...steps, { value: path, place }])
        : { layers: [policyLayer(config.path, value.policy)], problems: [] },
    );
    const own = { config, ruleFolders: ruleFoldersOf(config, path, workingDirectory) };
    return {
      layers: [...bases.flatMap(({ layers }) => layers), own],
      problems: [...problems, ...bases.flatMap((base) => base.problems)],
    };
  };
  return follow(start, []);
}

const policyLayer = (path: string, policy: string): ConfigLayer => ({
  config: { path, policy, rules: [], ignore: [], overrides: [], versions: [] },
  ruleFolders: [],
});

const ruleFoldersOf = (
  { ruleFolders }: ConfigFile,
  path: string,
  workingDirectory: string,
): readonly Placed<string>[] =>
  ruleFolders.map(({ value, place }) => ({
    place,
    value: slashed(relative(workingDirectory, resolve(dirname(path), value))),
  }));

function textOf(path: string): { readonly text: string } | { readonly reason: string } {
  try {
    const { text, invalidAt } = decode(readFileSync(path));
    return invalidAt === undefined ? { text } : { reason: 'it is not valid UTF-8; save it as UTF-8' };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** The rule files of a folder, sorted by name, or why it cannot be read. */
export function readRuleFolder(
  workingDirectory: string,
  { value, place }: Placed<string>,
): {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly problems: readonly Problem[];
} {
  try {
    const listing = readdirSync(join(workingDirectory, value))
      .filter((name) => /\.ya?ml$/.test(name))
      .sort();
    const files = listing.map((name) => {
      const path = value === '' ? name : `${value}/${name}`;
      return { path, text: readFileSync(join(workingDirectory, path), 'utf8') };
    });
    const none = { ...place, message: `the rule folder ${value} holds no .yaml file` };
    return { files, problems: files.length === 0 ? [none] : [] };
  } catch (error) {
    return { files: [], problems: [{ ...place, message: `cannot read the rule folder ${value}: ${reasonOf(error)}` }] };
  }
}

const slashed = (path: string): string => (sep === '/' ? path : path.split(sep).join('/'));
