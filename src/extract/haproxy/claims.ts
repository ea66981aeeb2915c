import type { Candidate } from '../../core/technology.ts';

const templateSuffix =
  '(?:\\.(?:template|tmpl|tpl|j2|jinja2?|erb|ctmpl|sigil|in|dist|sample|example|default|epp|tftpl))*';
const named = new RegExp(
  `(?:^|/)[^/]*haproxy[^/]*\\.(?:cfg|conf)${templateSuffix}$|(?:^|/)[^/]*haproxy[^/]*/(?:[^/]+/)*[^/]+\\.(?:cfg|conf|def)${templateSuffix}$|(?:^|/)haproxy[\\w-]*\\.(?:template|tmpl|tpl|j2|jinja2?|erb|ctmpl|sigil|epp|tftpl)$`,
  'i',
);
const anyCfg = new RegExp(`\\.cfg${templateSuffix}$`);

/** Whether a path is called like a crt-list file. */
export const isCrtListPath = (path: string): boolean =>
  /(?:^|\/)[^/]*crt[-_]?list[^/]*$/i.test(path) && !/\.(?:ya?ml|json|md|go|py|js|ts|sh|lua|c|h|pem)$/i.test(path);

const either = (hasWord: Candidate['hasWord'], ...words: readonly string[]): boolean =>
  words.some((word) => hasWord(`${word} `) || hasWord(`${word}\t`));

/** By path, then by words of HAProxy: `bind` and `server` with a section that they stand in, or a default for TLS. */
export function claimsHaproxy({ path, hasWord }: Candidate): boolean {
  if (isCrtListPath(path)) return hasWord('[') && hasWord('.pem');
  if (named.test(path))
    return (
      hasWord('ssl-default-') ||
      hasWord('httpclient.ssl.') ||
      either(hasWord, 'bind', 'server', 'default-server', 'server-template')
    );
  if (!anyCfg.test(path)) return false;
  return (
    hasWord('ssl-default-bind-') ||
    (either(hasWord, 'frontend', 'listen', 'backend') && either(hasWord, 'bind', 'server') && either(hasWord, 'mode'))
  );
}
