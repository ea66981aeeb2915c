import type { Technology } from '../core/technology.ts';

/** Images that apko puts together from packages. Source: chainguard-dev/apko at d1b5d5e, docs/apko_file.md, pkg/build/types. */
export const apko: Technology = {
  name: 'apko',
  claims: ({ path, hasWord }) =>
    /\.ya?ml$/.test(path) &&
    !/(?:^|\/)(?:vendor|node_modules|third_party)\//.test(path) &&
    hasWord('contents:') &&
    hasWord('packages:') &&
    (/apko[^/]*$/.test(path) || (hasWord('repositories:') && (hasWord('entrypoint:') || hasWord('archs:')))),
  extract: async ({ sources: [source], repository }) => {
    const { apkoImages } = await import('./image/builders/apko/apko-images.ts');
    return apkoImages(source, repository);
  },
};
