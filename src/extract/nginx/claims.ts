import type { Source } from '../../core/source.ts';
import type { Candidate } from '../../core/technology.ts';

const templateSuffix = '(?:\\.(?:template|tmpl|tpl|j2|jinja2?|erb|ctmpl|sigil|in|dist|sample|example|default))*';
const namedNginx = new RegExp(
  `(?:^|/)[^/]*nginx[^/]*\\.(?:conf|vhost|tmpl|template)[^/]*$|(?:^|/)nginx[\\w-]*${templateSuffix}$`,
  'i',
);
const anyConfiguration = new RegExp(
  `\\.(?:conf|nginx|nginxconf|vhost)${templateSuffix}$|(?:^|/)[^/]*(?:vhost|site)[^/]*\\.(?:j2|erb|tmpl|template)$`,
);
const siteFolder =
  /(?:^|\/)(?:sites-(?:available|enabled)|conf\.d|nginx|nginx\.d|snippets|vhosts?(?:\.d)?)\/(?:[^/]+\/)*[^/]+$/;
/** Files in such folders that are something else, by their ending. */
const otherEnding =
  /\.(?:md|txt|ya?ml|json|toml|ini|cfg|sh|bash|py|rb|go|js|mjs|cjs|ts|tsx|jsx|lua|php|pl|html?|css|scss|svg|png|jpe?g|gif|ico|pem|crt|key|csr|lock|sum|mod|tf|tfvars|hcl|sql|xml|rst|adoc|service|env|gz|zip|map|java|kt|c|h|cpp|rs|cs|vue|proto|snap|log|patch|diff)$/i;

const otherName =
  /(?:^|\/)(?:Dockerfile|Containerfile|Makefile|Vagrantfile|Jenkinsfile|LICENSE|README|CHANGELOG)[^/]*$|\.Dockerfile$/i;

/** Words of nginx alone: Apache writes `ProxyPass`, HAProxy has no underscores there, lighttpd dots. */
const ownWords = [
  'server_name',
  'proxy_pass',
  'ssl_certificate',
  'ssl_protocols',
  'ssl_ciphers',
  'ssl_conf_command',
  'ssl_early_data',
  'grpc_pass',
  'proxy_ssl_',
  'ssl_verify_client',
];
/** A file called nginx may hold little more than what it includes. */
const anyWords = [...ownWords, 'http {', 'http{', 'server {', 'server{', 'stream {', 'include ', 'listen '];

/** By path, then by a word of nginx. */
export function claimsNginx({ path, hasWord }: Candidate): boolean {
  if (otherEnding.test(path) || otherName.test(path)) return false;
  if (namedNginx.test(path)) return anyWords.some(hasWord);
  return (anyConfiguration.test(path) || siteFolder.test(path)) && ownWords.some(hasWord);
}

const simple =
  /^[ \t\uFEFF]*(?:ssl_\w+|proxy_\w+|grpc_\w+|uwsgi_\w+|fastcgi_\w+|add_header|listen|server_name|return|rewrite|root|include|resolver)[ \t]+[^=;{}\s][^;{}\r\n]*(?:;|\r?\n[^=;{}\r\n]*;)/m;
const block = /^[ \t\uFEFF]*(?:(?:http|events|stream|mail|server)[ \t]*\{|(?:location|upstream)[ \t]+[^\r\n{]+\{)/m;

/** Whether a text holds a directive or a block of nginx: other programs have `.conf` files with the same words in them. */
export const readsLikeNginx = ({ text }: Source): boolean =>
  !text.startsWith('#!') &&
  !/^[ \t]*<(?:VirtualHost|IfModule|Directory|Location)\b|\bssl_\w+[ \t]*=>/m.test(text) &&
  (simple.test(text) || block.test(text) || /(?:^|[;{}])\s*server\s*\{/.test(text));
