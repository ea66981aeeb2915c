/** Names under which only a private network answers. Sources: RFC 6762, RFC 8375, RFC 6761, Kubernetes DNS. */
export const isPublic = (host: string | undefined): boolean =>
  host !== undefined &&
  /\.[a-z]{2,}$/i.test(host) &&
  !/(?:^|\.)(?:localhost|local|internal|intranet|lan|svc|test|invalid|example|home\.arpa)$/i.test(host) &&
  !/(?:^|\.)example\.(?:com|org|net)$/i.test(host) &&
  !/\.svc\./.test(host);

/** The public address that a text holds: its scheme and host. */
export function publicAddress(text: string): string | undefined {
  for (const [address, host] of text.matchAll(/\b(?:https|wss):\/\/(?:[^\s/@"'`]{1,200}@)?([\w.-]+)/g))
    if (isPublic(host)) return address;
  return undefined;
}

/** Hosts that help texts, licences and schemas name, and that a program seldom calls. */
const named =
  /^(?:(?:www\.)?(?:github\.com|gitlab\.com|w3\.org|apache\.org|opensource\.org|json-schema\.org|python\.org|npmjs\.com|creativecommons\.org|stackoverflow\.com|wikipedia\.org)|[\w-]+\.wikipedia\.org|[\w.-]*\.(?:readthedocs\.io|python\.org|mozilla\.org)|docs?\.[\w.-]+|schemas?\.[\w.-]+|developer\.[\w.-]+|hexdocs\.pm|learn\.microsoft\.com)$/i;

/** What stands before an address that nobody calls: who may call, what people read, names of schemas. */
const aside =
  /origin|cors|contact|licen[cs]e|home_?page|docs?\b|help|schema|xmlns|namespace|redirect|callback|refer|href|issuer|description|title|terms|user.?agent|(?:print\w*|WriteLine|console\.\w+|\blog\w*\.\w+)\s*\(\s*[a-z$]?$/i;

/** Whether code holds a string literal with a public address that it may call. */
export function namesPublicAddress(code: string): boolean {
  for (const { 1: host = '', index } of code.matchAll(/["'`](?:https|wss):\/\/([\w.-]+)/g)) {
    const before = code.slice(Math.max(code.lastIndexOf('\n', index) + 1, index - 200), index);
    if (isPublic(host) && !named.test(host) && !aside.test(before)) return true;
  }
  return false;
}
