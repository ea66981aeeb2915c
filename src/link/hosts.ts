/**
 * Whether a certificate for `names` is good for a host: equal without regard to case, or by a wildcard, which stands for
 * exactly one label (RFC 9525, section 6.3). A host that is a wildcard itself needs the same wildcard. Looked up rather than
 * compared one by one.
 */
export function coverage(names: readonly string[]): (host: string) => boolean {
  const known = new Set(names.map(normal));
  return (host) => {
    const wanted = normal(host);
    if (known.has(wanted)) return true;
    const dot = wanted.indexOf('.');
    return dot > 0 && !wanted.startsWith('*') && known.has(`*${wanted.slice(dot)}`);
  };
}

const normal = (host: string): string => host.toLowerCase().replace(/\.$/, '');
