import type { Technology } from '../core/technology.ts';

/**
 * Images that ko builds: one for each program and base that a `.ko.yaml` or a GoReleaser file with `kos` names.
 * Sources: ko-build/ko at 42978711, "Configuration"; GoReleaser at cd616d2, "Docker Images with Ko".
 */
export const ko: Technology = {
  name: 'ko',
  claims: ({ path, hasWord }) =>
    !/(?:^|\/)(?:vendor|node_modules|third_party)\//.test(path) &&
    (/(?:^|\/)\.ko\.ya?ml$/.test(path) || (/(?:^|\/)\.?goreleaser[\w.-]*\.ya?ml$/.test(path) && hasWord('kos:'))),
  extract: async ({ sources: [source], repository }) => {
    const { koImages } = await import('./image/builders/ko/ko-images.ts');
    return koImages(source, repository);
  },
};
