import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A release of Debian or Ubuntu, and where its indexes lie. */
export interface Release {
  /** As in `data/apt-packages-with-roots.yaml`: `debian-12`, `ubuntu-22.04`. */
  readonly name: string;
  /** Folders with a `Packages.gz`. A later one holds newer versions of what an earlier one has. */
  readonly indexes: readonly string[];
}

const debian = (version: string, suite: string): Release => ({
  name: `debian-${version}`,
  indexes: [`http://deb.debian.org/debian/dists/${suite}/main/binary-amd64`],
});
const ubuntu = (version: string, suite: string): Release => ({
  name: `ubuntu-${version}`,
  indexes: ['', '-updates'].flatMap((pocket) =>
    ['main', 'universe'].map(
      (component) => `http://archive.ubuntu.com/ubuntu/dists/${suite}${pocket}/${component}/binary-amd64`,
    ),
  ),
});

/** What the images of Debian and Ubuntu install from by default, as long as the distributions serve it there. */
export const releases: readonly Release[] = [
  debian('11', 'bullseye'),
  debian('12', 'bookworm'),
  debian('13', 'trixie'),
  ubuntu('18.04', 'bionic'),
  ubuntu('20.04', 'focal'),
  ubuntu('22.04', 'jammy'),
  ubuntu('24.04', 'noble'),
  ubuntu('26.04', 'resolute'),
];

/** What an index says of a package, as far as it decides what comes with it. Fields are as written. */
export interface Package {
  readonly name: string;
  readonly version: string;
  readonly priority: string;
  readonly essential: boolean;
  readonly depends: string;
  readonly recommends: string;
  readonly provides: string;
  /** The whole entry. */
  readonly text: string;
}

export type Index = ReadonlyMap<string, Package>;

/** No index of these is larger: 16 MB and 90 MB at most in November 2026. */
const mostBytes = 64 * 1024 * 1024;
const mostText = 512 * 1024 * 1024;

/**
 * The packages of a release by name, from its indexes for amd64, which are kept in `cache` for the next time. Throws
 * where an index can be had neither there nor from the mirror before `signal` ends the attempt.
 */
export async function indexOf({ name, indexes }: Release, cache: string, signal?: AbortSignal): Promise<Index> {
  mkdirSync(cache, { recursive: true });
  const packages = new Map<string, Package>();
  for (const [number, url] of indexes.entries()) {
    const path = join(cache, `${name}-${number}.gz`);
    if (!existsSync(path)) writeFileSync(path, await fetched(`${url}/Packages.gz`, signal));
    const text = gunzipSync(readFileSync(path), { maxOutputLength: mostText }).toString();
    for (const entry of text.split('\n\n')) if (entry.trim() !== '') note(packages, entry);
  }
  return packages;
}

async function fetched(url: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const response = await fetch(url, signal ? { signal } : {});
  if (!response.ok || !response.body) throw new Error(`${url}: ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > mostBytes) throw new Error(`${url}: more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function note(packages: Map<string, Package>, text: string): void {
  const fields = new Map<string, string>();
  for (const [, key = '', value = ''] of text.matchAll(/^([A-Z][A-Za-z-]*): *(.*)$/gm)) fields.set(key, value);
  const field = (key: string): string => fields.get(key) ?? '';
  packages.set(field('Package'), {
    name: field('Package'),
    version: field('Version'),
    priority: field('Priority'),
    essential: field('Essential') === 'yes',
    depends: [field('Pre-Depends'), field('Depends')].filter((list) => list !== '').join(', '),
    recommends: field('Recommends'),
    provides: field('Provides'),
    text,
  });
}
