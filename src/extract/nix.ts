import type { Technology } from '../core/technology.ts';

/**
 * Images that Nix builds with dockerTools. What a closure holds is not written in a file: a bundle is only ever found, never
 * missed. Source: NixOS/nixpkgs, pkgs/build-support/docker/default.nix; nixpkgs manual, "pkgs.dockerTools".
 */
export const nix: Technology = {
  name: 'nix',
  claims: ({ path, hasWord }) => path.endsWith('.nix') && hasWord('dockerTools'),
  extract: async ({ sources: [source] }) => {
    const { nixImages } = await import('./image/builders/nix/nix-images.ts');
    return nixImages(source);
  },
};
