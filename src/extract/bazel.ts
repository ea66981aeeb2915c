import type { Technology } from '../core/technology.ts';

/**
 * Images that Bazel builds with rules_oci or rules_docker.
 * Sources: rules_oci at 75ff282, docs/image.md and docs/pull.md; rules_docker, docs/container.md.
 */
export const bazel: Technology = {
  name: 'bazel',
  claims: ({ path, hasWord }) =>
    /(?:^|\/)BUILD(?:\.bazel)?$/.test(path) &&
    !/(?:^|\/)(?:vendor|node_modules|third_party)\//.test(path) &&
    (hasWord('oci_image') || hasWord('container_image')),
  extract: async ({ sources: [source], repository }) => {
    const { bazelImages } = await import('./image/builders/bazel/bazel-images.ts');
    return bazelImages(source, repository);
  },
};
