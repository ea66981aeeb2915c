import type { Source } from '../../core/source.ts';
import type { Candidate } from '../../core/technology.ts';

const templateSuffix = '(?:\\.(?:template|tmpl|tpl|j2|jinja2?|erb|ctmpl|in|dist|sample|example|default))*';
const namedApache = /(?:^|\/)[^/]*(?:httpd|apache)[^/]*\.conf[^/]*$/i;
const anyConfiguration = new RegExp(
  `\\.(?:conf|inc|vhost|apache2?|httpd)${templateSuffix}$|(?:^|/)[^/]*(?:vhost|site|apache|httpd)[^/]*\\.(?:j2|jinja2?|erb|tmpl|tpl|template)$`,
  'i',
);
const siteFolder =
  /(?:^|\/)(?:sites-(?:available|enabled)|conf-(?:available|enabled)|mods-(?:available|enabled)|conf\.d|httpd|apache2?|vhosts?(?:\.d)?)\/(?:[^/]+\/)*[^/]+$/;
/** Files in such folders that are something else, by their ending. */
const otherEnding =
  /\.(?:md|txt|ya?ml|json|toml|ini|cfg|sh|bash|py|rb|go|js|mjs|cjs|ts|tsx|jsx|lua|php|pl|html?|css|scss|svg|png|jpe?g|gif|ico|pem|crt|key|csr|lock|sum|mod|tf|tfvars|hcl|sql|xml|rst|adoc|service|env|gz|zip|map|java|kt|c|h|cpp|rs|cs|vue|proto|snap|log|pp|load|properties)$/i;
const otherName =
  /(?:^|\/)(?:Dockerfile|Containerfile|Makefile|Vagrantfile|Jenkinsfile|LICENSE|README|CHANGELOG)[^/]*$|\.Dockerfile$|(?:^|\/)\.htaccess|proftpd/i;

/** What somebody keeps of an earlier state, and httpd does not read. */
const backup =
  /\.(?:bak|old|orig\w*|save|rpmsave|rpmnew|dpkg-\w+|disabled)(?:\.\w+)?$|~$|[._-](?:19|20)\d\d[._-]?\d\d[\w.-]*$/i;

/** Words of Apache alone (`<VirtualHost` is ProFTPD's too); no other server's files hold them outside comments. */
const ownWords = [
  'SSLEngine',
  'SSLProtocol',
  'SSLCipherSuite',
  'SSLCertificateFile',
  'SSLOpenSSLConfCmd',
  'SSLProxy',
  'SSLVerifyClient',
  '<VirtualHost',
  'sslengine',
  'sslprotocol',
];
/** A main file may hold little more than what it includes. */
const mainWords = [...ownWords, 'ServerRoot', 'IncludeOptional', 'LoadModule'];

/** By path, then by a word of Apache. `.htaccess` cannot set anything about TLS. */
export function claimsApache({ path, hasWord }: Candidate): boolean {
  if (otherEnding.test(path) || otherName.test(path) || backup.test(path)) return false;
  if (namedApache.test(path)) return mainWords.some(hasWord);
  return (anyConfiguration.test(path) || siteFolder.test(path)) && ownWords.some(hasWord);
}

const directive =
  /^[ \t\uFEFF]*(?:SSL[A-Z]\w+|ServerRoot|ServerName|LoadModule|Listen|Include(?:Optional)?|ProxyPass(?:Match|Reverse)?|DocumentRoot|Redirect\w*|Rewrite\w+|Header|Define|Use)[ \t]+[^\s=:;][^;{\r\n]*$/im;
const section = /^[ \t\uFEFF]*<(?:VirtualHost|IfModule|IfDefine|IfVersion|Directory|Location|Proxy|Macro)\b/im;

/** Whether a text holds a directive or a section of Apache: manuals and other programs have the same words in them. */
export const readsLikeApache = ({ text }: Source): boolean =>
  !text.startsWith('#!') &&
  !/^[ \t]*(?:server|http|location [^\r\n]+)[ \t]*\{/m.test(text) &&
  (section.test(text) || directive.test(text));
