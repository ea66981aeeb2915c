/** Traefik takes a path or the PEM itself: whether this is a path. */
export const isPlainName = (value: string): boolean => !value.includes('-----BEGIN') && !value.includes('\n');
