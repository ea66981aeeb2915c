import type { Technology } from '../../core/technology.ts';

/**
 * One `client` for each program that a pod, whatever resource makes it, or the values of a chart tell not to verify.
 * A container is recognised by its fields, not by the path to it: pod templates stand in very many resources. What a
 * template adds to a container only under a condition is left out: nobody can tell whether it holds.
 * Source: Kubernetes API, core/v1 Container: env, command, args, exec probes.
 */
export const workload: Technology = {
  name: 'workload',
  claims: (file) =>
    /\.(?:ya?ml|json)$/i.test(file.path) &&
    !/(?:^|\/)\.github\//.test(file.path) &&
    (isValues(file.path) || isKustomization(file.path) || (file.hasWord('apiVersion') && file.hasWord('kind'))),
  extract: async (unit) => (await import('./workload-clients.ts')).readWorkload(unit),
};

const isValues = (path: string): boolean => /(?:^|\/)(?:values[^/]*|[^/]+[._-]values)\.ya?ml$/i.test(path);
const isKustomization = (path: string): boolean => /(?:^|\/)kustomization\.ya?ml$/i.test(path);
