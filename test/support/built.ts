import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Run as this user, where the tests run as root. */
  readonly uid?: number;
}

/** Runs a bundle of `dist/`, or of the folder that TLSLINT_DIST names, with nothing of the surrounding environment. */
export async function runBuilt(
  bundle: 'cli.js' | 'action.js',
  argv: readonly string[],
  options: ProcessOptions = {},
): Promise<Outcome> {
  const child = startBuilt(bundle, argv, options);
  const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)];
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stdout: stdout(), stderr: stderr() };
}

export function startBuilt(
  bundle: 'cli.js' | 'action.js',
  argv: readonly string[],
  { cwd, env = {}, uid }: ProcessOptions,
): ChildProcess {
  const path = resolve(process.env.TLSLINT_DIST ?? 'dist', bundle);
  return spawn(process.execPath, [path, ...argv], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid, gid: uid }),
  });
}

function collected(stream: NodeJS.ReadableStream | null): () => string {
  const pieces: Buffer[] = [];
  stream?.on('data', (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString('utf8');
}

/** Text with run times replaced, so that two runs compare equal. */
export const withoutTime = (text: string): string =>
  text.replace(/\d+\.\d\d s\)/g, 'N s)').replace(/("milliseconds": )\d+/g, '$10');
