import { data } from '../../../../data/base-images.yaml';
import { nameAndTag } from '../base-images.ts';

const suites: Readonly<Record<string, string>> = data.suites;

/** The release of Debian or Ubuntu that has this suite: `bookworm` is `debian-12`; `undefined` for `sid` or `stable`. */
export const releaseOfSuite = (suite: string): string | undefined =>
  Object.hasOwn(suites, suite) ? suites[suite] : undefined;

/**
 * The release that an image is built on, where its tag says so: `debian:12-slim` and `python:3.12-slim-bookworm` are
 * `debian-12`, `nvidia/cuda:12.4.1-base-ubuntu22.04` is `ubuntu-22.04`. A tag of Debian or Ubuntu that moves (`latest`,
 * `stable`, `rolling`) says no more than that: `debian`.
 */
export function releaseOfImage(reference: string): string | undefined {
  const { name, tag } = nameAndTag(reference);
  const found = new Set(tag.split(/[^a-z\d]+/).flatMap((part) => releaseOfSuite(part) ?? []));
  for (const [, distribution = '', version = ''] of tag.matchAll(/(debian|ubuntu)-?(\d+(?:\.\d+)?)(?=$|[-_])/g))
    found.add(numbered(distribution, version));
  const distribution = /(?:^|\/)(debian|ubuntu)$/.exec(name)?.[1];
  const version = /^\d+(?:\.\d+)?(?=$|[-_])/.exec(tag)?.[0];
  if (distribution && version) found.add(numbered(distribution, version));
  if (distribution && found.size === 0 && moving.test(tag)) return distribution;
  return found.size === 1 ? [...found][0] : undefined;
}

/** Source: docker-library/official-images, library/debian and library/ubuntu. */
const moving =
  /^(?:latest|(?:old){0,2}stable|testing|unstable|sid|experimental|rolling|devel)(?:-(?:slim|backports))?(?:-\d+(?:-slim)?)?$/;

/** Point releases of Debian are the same release; Ubuntu counts years and months. */
const numbered = (distribution: string, version: string): string =>
  `${distribution}-${distribution === 'debian' ? version.replace(/\..*$/, '') : version}`;
