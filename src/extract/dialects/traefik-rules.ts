/**
 * The names in the `Host(…)` and `HostSNI(…)` of a router's rule, in the syntax of Traefik 2 and 3, lower case; empty
 * where it names none. `undefined` where a template decides.
 */
export function hostsOfRule(rule: string): readonly string[] | undefined {
  if (/\{\{|\$\{/.test(rule)) return undefined;
  const matchers = [...rule.matchAll(/(!\s*)?\b(?:Host|HostSNI|HostHeader)\s*\(([^)]*)\)/gi)];
  const names = matchers
    .filter(([, negated]) => negated === undefined)
    .flatMap(([, , list = '']) =>
      [...list.matchAll(/[`"']([^`"']*)[`"']/g)].map(([, name = '']) => name.toLowerCase()),
    );
  return [...new Set(names)].filter((name) => name !== '*' && name !== '');
}

/**
 * The methods that a router's rule is limited to, upper case; `undefined` where it takes any. A rule with an alternative
 * or a negation may take more than it names.
 */
export function methodsOfRule(rule: string): readonly string[] | undefined {
  const lists = [...rule.matchAll(/\bMethod\s*\(([^)]*)\)/gi)].map(([, list = '']) =>
    [...list.matchAll(/[`"']([^`"']*)[`"']/g)].map(([, name = '']) => name.toUpperCase()),
  );
  const methods = [...new Set(lists.flat())];
  if (methods.length === 0 || rule.includes('!')) return undefined;
  const alternatives = rule.split('||');
  return alternatives.length === 1 || alternatives.every((part) => /\bMethod\s*\(/i.test(part)) ? methods : undefined;
}
