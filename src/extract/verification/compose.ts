import type { Technology } from '../../core/technology.ts';

/**
 * One `client` for each program that a Compose service tells not to verify. Files that say to be for development or
 * tests describe what runs on one machine. Source: Compose Specification, services: environment, command, entrypoint,
 * build.args, healthcheck.
 */
export const compose: Technology = {
  name: 'compose',
  claims: (file) =>
    /(?:^|\/)(?:[\w.-]*compose[\w.-]*|docker-stack[\w.-]*)\.ya?ml$/i.test(file.path) && file.hasWord('services'),
  extract: async (unit) => (await import('./compose-clients.ts')).readCompose(unit),
};
