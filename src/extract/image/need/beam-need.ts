import { data } from '../../../../data/trust-clients.yaml';
import type { Source } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { blankTokens } from '../code-text.ts';
import { foldersAbove, hasPath, pathIn, pathsBelow } from '../walk/repository-paths.ts';
import type { Stage } from '../walk/stages.ts';
import type { Evidence, Need } from './evidence.ts';
import { evidenceAt, undecided } from './evidence.ts';
import { publicAddress } from './public-hosts.ts';
import type { StartQuestion } from './start-question.ts';

/** How much source is read for one release. */
const mostFiles = 600;
const mostCharacters = 6_000_000;
const mostEvidence = 3;

/**
 * Whether a release of Elixir or Erlang asks the system for its roots: by `public_key:cacerts_get`, which raises where
 * there are none, or by `httpc`, which calls it since OTP 26. Mint, Finch and Req fall back to castore, hackney to
 * certifi. `undefined` where nothing builds a release. Sources: OTP public_key and inets, Mint's
 * lib/mint/core/transport/ssl.ex, `data/trust-clients.yaml`.
 */
export function beamNeed({ stage, program, dockerfile, repository }: StartQuestion): Need | undefined {
  const maker = program.copy?.from;
  if (!maker || !makesRelease(maker)) return undefined;
  const root = foldersAbove(dockerfile.path).find((folder) =>
    ['mix.exs', 'rebar.config'].some((name) => hasPath(repository, pathIn(folder, name))),
  );
  if (root === undefined) return undecided;
  const verifies = otpOf(maker) >= 26;
  const evident: Evidence[] = [];
  for (const source of sourcesOf(root, repository)) {
    const code = withoutComments(source.text);
    if (hasOthers.test(code)) continue;
    const found = data.beam.system.flatMap((call) => firstOf(new RegExp(call, 'g'), code, source) ?? []);
    const asked =
      verifies && publicAddress(code) !== undefined ? firstOf(/:?httpc[.:]request\(/g, code, source) : undefined;
    evident.push(...found, ...(asked ? [asked] : []));
    if (evident.length >= mostEvidence) break;
  }
  if (evident.length > 0) return { need: 'evident', evidence: evident.slice(0, mostEvidence) };
  const lock = ['mix.lock', 'rebar.lock'].flatMap((name) => repository.read(pathIn(root, name)) ?? [])[0];
  const carried = lock && firstOf(new RegExp(data.beam.builtin, 'g'), lock.text, lock, 'holds');
  return carried && stage.caBundle === 'absent' ? { need: 'builtin', evidence: [carried] } : undecided;
}

/** A stage, or one that it builds on or copies from, runs `mix release`, `rebar3 release` or `rebar3 tar`. */
function makesRelease(stage: Stage, depth = 0): boolean {
  if (depth > 5) return false;
  const own = stage.instructions.some(({ script }) =>
    /\bmix\s+(?:do\s+.*)?release\b|\brebar3\s+(?:as\s+\w+\s+)?(?:release|tar)\b/.test(script?.text ?? ''),
  );
  return own || (stage.parent !== undefined && makesRelease(stage.parent, depth + 1));
}

/** The OTP release that an image of the build says: `hexpm/elixir:1.17.2-erlang-27.0-debian-…`, `erlang:26`. */
function otpOf(stage: Stage): number {
  for (let one: Stage | undefined = stage; one; one = one.parent) {
    const found = /erlang-(\d+)|otp-(\d+)|(?:^|\/)erlang:(\d+)/.exec(one.base);
    if (found) return Number(found[1] ?? found[2] ?? found[3]);
  }
  return 0;
}

/** The sources of a release, and the settings that it reads in production. */
function* sourcesOf(root: string, repository: Repository): Generator<Source> {
  const prefix = root === '' ? '' : `${root}/`;
  let characters = 0;
  let files = 0;
  for (const path of pathsBelow(repository, root, 20_000)) {
    const own = path.slice(prefix.length);
    if (!/^(?:apps\/[^/]+\/)?(?:(?:lib|src)\/.+\.(?:ex|erl)|config\/(?:config|prod|runtime|releases)\.exs)$/.test(own))
      continue;
    if (/(?:^|\/)(?:mix\/tasks|test)\//.test(own)) continue;
    const source = repository.read(path);
    if (!source) continue;
    files++;
    characters += source.text.length;
    if (files > mostFiles || characters > mostCharacters) return;
    yield source;
  }
}

function firstOf(pattern: RegExp, code: string, source: Source, verb = 'calls'): Evidence | undefined {
  const isConfig = source.path.endsWith('.exs');
  const match = [...code.matchAll(pattern)].find(({ index }) => !isConfig || !isOptional(code, index));
  if (!match) return undefined;
  const name = match[0].replace(/["(]/g, '');
  return evidenceAt(source, match.index, match.index + match[0].replace(/\($/, '').length, `${verb} ${name}`);
}

/** A setting inside `if` or `case` is for those who ask for it, unless it asks for the environment that is built. */
function isOptional(code: string, offset: number): boolean {
  const lines = code.slice(0, offset).split('\n').slice(-300);
  let margin = /^\s*/.exec(lines.at(-1) ?? '')?.[0].length ?? 0;
  for (const line of lines.reverse()) {
    const own = /^\s*/.exec(line)?.[0].length ?? 0;
    if (line.trim() === '' || (own >= margin && line !== lines[0])) continue;
    margin = Math.min(margin, own);
    if (/\b(?:if|unless|case|cond)\b/.test(line) && !/config_env\(\)|Mix\.env/.test(line)) return true;
  }
  return false;
}

/** The file has other roots at hand where the system has none, or verifies nobody. */
const hasOthers = /verify_none|cacertfile|certifi|CAStore|castore/;

/** The text without comments and documentation. */
const withoutComments = (text: string): string =>
  blankTokens(
    text,
    /@(?:module|type)?doc\s+(?:~\w)?"""[\s\S]*?(?:"""|$)|"""[\s\S]*?(?:"""|$)|"(?:[^"\\\n]|\\.)*"|\$["%]|[#%][^\n{]*/g,
    /^[@#%]/,
  );
