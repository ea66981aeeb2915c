import type { Technology } from '../../core/technology.ts';
import { claimsDockerfile } from '../dialects/dockerfile-claims.ts';

/**
 * One `client` for each program that a Dockerfile tells not to verify: by ENV and ARG, in RUN while the image is
 * built, in ENTRYPOINT and CMD when it runs. What ENV sets in a stage that does not become the image counts for the
 * build. Source: Dockerfile reference, ENV, ARG, RUN, CMD, ENTRYPOINT, HEALTHCHECK.
 */
export const imageClients: Technology = {
  name: 'dockerfile-verification',
  claims: claimsDockerfile,
  extract: async (unit) => (await import('./image-clients.ts')).readImage(unit),
};
