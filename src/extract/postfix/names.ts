/** `main.cf`, `postfix-main.cf`, `main.cf.j2`. */
export const isMainFile = (path: string): boolean => /(?:^|[/_.-])main\.cf[^/]*$/.test(path);
