/** Whether a file holds tasks that people and workflows start by name, building among them. Case counts, as for the tools. */
export const isTaskFile = (path: string): boolean =>
  /(?:^|\/)(?:GNUmakefile|[mM]akefile|[\w-]+\.mk|Taskfile\.ya?ml|justfile|Tiltfile)$/.test(path);
