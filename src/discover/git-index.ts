import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Larger ones belong to no repository that is checked out in a workflow: some two million files. */
const largestIndex = 256 * 1024 * 1024;

/**
 * The regular files that git tracks in the repository at `root`, relative to it, whatever `.gitignore` says; none where
 * there is no index, or one of another kind. Source: gitformat-index(5), versions 2 to 4, git 2.39.
 */
export function trackedFiles(root: string): readonly string[] {
  try {
    const path = join(gitFolder(root), 'index');
    return statSync(path).size > largestIndex ? [] : pathsOf(readFileSync(path), hashLength(root));
  } catch {
    return [];
  }
}

/** A worktree and a submodule have a file there, which names the folder. Source: gitrepository-layout(5). */
function gitFolder(root: string): string {
  const path = join(root, '.git');
  if (statSync(path).isDirectory()) return path;
  return resolve(root, /^gitdir: (.*?)\r?\n?$/.exec(readFileSync(path, 'utf8'))?.[1] ?? '.git');
}

/** Bytes of an object's name. Source: git-config(1), `extensions.objectFormat`. */
function hashLength(root: string): number {
  try {
    return /^\s*objectformat\s*=\s*sha256\s*$/im.test(readFileSync(join(gitFolder(root), 'config'), 'utf8')) ? 32 : 20;
  } catch {
    return 20;
  }
}

/** Times, device, inode, mode, owner and size, before the object's name. */
const statLength = 40;
const modeOffset = 24;
const regular = 0b1000;

function pathsOf(index: Buffer, hash: number): readonly string[] {
  const version = index.readUInt32BE(4);
  if (index.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4) return [];
  const paths: string[] = [];
  let at = 12;
  let previous = Buffer.alloc(0);
  for (let left = index.readUInt32BE(8); left > 0; left--) {
    const start = at;
    const isRegular = index.readUInt32BE(at + modeOffset) >>> 12 === regular;
    const extended = version > 2 && (index.readUInt16BE(at + statLength + hash) & 0x4000) !== 0;
    at += statLength + hash + (extended ? 4 : 2);
    let kept = 0;
    if (version === 4) {
      // How much of the previous path goes before the rest of this one is added, as in OFS_DELTA: gitformat-pack(5).
      let byte = index.readUInt8(at++);
      let removed = byte & 0x7f;
      while (byte & 0x80) {
        byte = index.readUInt8(at++);
        removed = ((removed + 1) << 7) | (byte & 0x7f);
      }
      kept = previous.length - removed;
    }
    const end = index.indexOf(0, at);
    if (end < 0 || kept < 0) return paths;
    previous = Buffer.concat([previous.subarray(0, kept), index.subarray(at, end)]);
    const path = previous.toString('utf8');
    // Git writes no such path; whoever made this index did not use git.
    if (isRegular && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) paths.push(path);
    // Up to version 3 an entry ends with one to eight zeros, so that its length is a multiple of eight.
    at = version === 4 ? end + 1 : start + ((end - start + 8) & ~7);
  }
  return paths;
}
