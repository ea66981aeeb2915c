import type { Technology } from '../core/technology.ts';

/** Names that a Dockerfile with a suffix may not be: ignore files, documentation, code that is about Dockerfiles. */
const otherFiles =
  /\.(?:dockerignore|md|adoc|rst|html?|ya?ml|json5?|lock|sh|bats|tsx?|jsx?|mjs|cjs|css|rb|rs|java|kt|golden|snap|png|svg)$/i;

/**
 * Image stages of Dockerfiles: one `image` for each stage that somebody can build and run, with whether it holds a CA
 * bundle and whether what it starts needs one. Reads the source beside the Dockerfile.
 * Sources: Dockerfile reference, docker/dockerfile 1.20; `data/base-images.yaml`; `data/packages-with-roots.yaml`.
 */
export const dockerfile: Technology = {
  name: 'dockerfile',
  claims: ({ path, hasWord }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (/(?:^|\/)(?:vendor|node_modules|third_party)\//.test(path)) return false;
    if (name === 'Dockerfile' || name === 'Containerfile') return true;
    return (
      (/^(?:Dockerfile|Containerfile)[.-]/.test(name) || /\.(?:dockerfile|containerfile)$/i.test(name)) &&
      !otherFiles.test(name) &&
      (hasWord('FROM') || hasWord('from'))
    );
  },
  // The parser and the data load only when a repository has a Dockerfile.
  extract: async ({ sources: [source], repository }) => {
    const { imagesOf } = await import('./image/images.ts');
    return imagesOf(source, repository);
  },
};
