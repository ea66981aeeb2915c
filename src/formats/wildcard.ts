/**
 * Whether a text fits a pattern of glob(3): `*`, `?`, `[a-z]`, `[!a-z]`. Follows all ways through the pattern at once, so
 * that no hostile pattern takes longer than its length times that of the text.
 */
export function wildcard(pattern: string, text: string): boolean {
  let reachable = new Set([0]);
  for (const item of pattern.match(/\[[!^]?\]?[^\]]*\]|[\s\S]/g) ?? []) {
    const reached = new Set<number>();
    for (const at of reachable) {
      if (item === '*') for (let to = at; to <= text.length; to++) reached.add(to);
      else if (at < text.length && fitsOne(item, text.charAt(at))) reached.add(at + 1);
    }
    reachable = reached;
  }
  return reachable.has(text.length);
}

function fitsOne(item: string, character: string): boolean {
  if (item === '?') return true;
  if (item.length === 1) return item === character;
  const negated = /^\[[!^]/.test(item);
  const ranges = item.slice(negated ? 2 : 1, -1).match(/[\s\S]-[\s\S]|[\s\S]/g) ?? [];
  const found = ranges.some((range) => range.charAt(0) <= character && character <= range.charAt(range.length - 1));
  return found !== negated;
}
