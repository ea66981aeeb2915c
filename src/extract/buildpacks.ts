import type { Technology } from '../core/technology.ts';

/**
 * Images that Cloud Native Buildpacks build: on the run image that a known builder names.
 * Sources: Buildpacks specification, project descriptor 0.2; pack, `pack build`; Skaffold schema v4beta13, `buildpacks`.
 */
export const buildpacks: Technology = {
  name: 'buildpacks',
  claims: ({ path, hasWord }) =>
    (/(?:^|\/)project\.toml$/.test(path) && hasWord('builder')) ||
    (/(?:^|\/)(?:skaffold[\w.-]*\.ya?ml|Makefile|GNUmakefile|[\w-]+\.mk|justfile|Taskfile\.ya?ml)$|(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(
      path,
    ) &&
      (hasWord('pack build') || hasWord('buildpacks:'))),
  extract: async ({ sources: [source] }) => {
    const { buildpackImages } = await import('./image/builders/buildpacks/buildpack-images.ts');
    return buildpackImages(source);
  },
};
