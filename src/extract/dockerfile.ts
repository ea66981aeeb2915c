import type { Technology } from '../core/technology.ts';
import { claimsDockerfile } from './dialects/dockerfile-claims.ts';

/**
 * Image stages of Dockerfiles: one `image` for each stage that somebody can build and run, with whether it holds a CA
 * bundle and whether what it starts needs one, and one `client` for each configuration file that it copies and that
 * switches verification off. Reads the source beside the Dockerfile.
 * Sources: Dockerfile reference, docker/dockerfile 1.20; `data/base-images.yaml`; `data/packages-with-roots.yaml`, `data/apt-packages-with-roots.yaml`.
 */
export const dockerfile: Technology = {
  name: 'dockerfile',
  claims: claimsDockerfile,
  // The parser and the data load only when a repository has a Dockerfile.
  extract: async ({ sources: [source], repository }) => {
    const { imagesOf } = await import('./image/images.ts');
    const { clientsCopied } = await import('./image/contents/copied-settings.ts');
    const { facts, diagnostics } = imagesOf(source, repository);
    return { facts: [...facts, ...clientsCopied(source, repository)], diagnostics };
  },
};
