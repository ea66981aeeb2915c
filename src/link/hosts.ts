/**
 * Whether a certificate for `name` is good for `host`: equal without regard to case, or a wildcard that stands for exactly
 * one label (RFC 9525, section 6.3). A host that is a wildcard itself needs the same wildcard.
 */
export function covers(name: string, host: string): boolean {
  const [pattern, wanted] = [normal(name), normal(host)];
  if (pattern === wanted) return true;
  if (!pattern.startsWith('*.') || wanted.startsWith('*')) return false;
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot + 1) === pattern.slice(2);
}

const normal = (host: string): string => host.toLowerCase().replace(/\.$/, '');

/** Whether several names know a host, looked up rather than compared one by one. */
export function coverage(names: readonly string[]): (host: string) => boolean {
  const known = new Set(names.map(normal));
  return (host) => {
    const wanted = normal(host);
    if (known.has(wanted)) return true;
    const dot = wanted.indexOf('.');
    return dot > 0 && !wanted.startsWith('*') && known.has(`*${wanted.slice(dot)}`);
  };
}
