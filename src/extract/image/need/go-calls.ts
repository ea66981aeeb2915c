import { data } from '../../../../data/trust-clients.yaml';
import type { Evidence } from './evidence.ts';
import { evidenceAt } from './evidence.ts';
import type { Declaration, GoFile } from './go-code.ts';
import type { ReachedPackage } from './go-reach.ts';

export interface GoCall extends Evidence {
  /** It opens TLS whatever address it is given. */
  readonly tls: boolean;
  /** It is given a transport or a configuration, which may hold roots. */
  readonly transport: boolean;
  /** A configuration that is written elsewhere. */
  readonly foreign: boolean;
  /** A public address is named in its file, or where that is called from. */
  readonly secure: boolean;
  readonly file: GoFile;
}

/** What the declarations that a program comes to show, in one package. */
export interface GoShown {
  readonly calls: readonly GoCall[];
  /** It names `http://` addresses or sockets. */
  readonly plainUrls: boolean;
  /** It asks whether an address begins with `https://`: that is for its user to say. */
  readonly eitherScheme: boolean;
  /** It can do without TLS as well. */
  readonly insecureToo: boolean;
  readonly ownRoots: boolean;
  /** It writes a configuration of TLS. */
  readonly configures: boolean;
  /** Variables of the environment that it reads. */
  readonly variables: readonly string[];
}

const known = new WeakMap<Declaration, GoShown>();

/** What the reached declarations of a package show; a plain address counts wherever it stands in the package. */
export function shownBy({ files, reached, borrowed, secure }: ReachedPackage): GoShown {
  const all = files.flatMap(({ declarations }) => declarations.filter((one) => reached.has(one))).map(shownIn);
  const some = (is: (one: GoShown) => boolean): boolean => all.some(is);
  const calls = all.flatMap((one) => one.calls).map((call) => ({ ...call, secure: secure.has(call.file) }));
  const namesPlain = (): boolean =>
    files.some(({ code }) => plainAddress.test(code)) || [...borrowed].some((one) => shownIn(one).plainUrls);
  return {
    calls,
    plainUrls: some((one) => one.plainUrls) || (calls.length > 0 && namesPlain()),
    eitherScheme: some((one) => one.eitherScheme),
    insecureToo: some((one) => one.insecureToo),
    configures: some((one) => one.configures),
    ownRoots: some((one) => one.ownRoots),
    variables: all.flatMap((one) => one.variables),
  };
}

const plainAddress = /["`]http:\/\/|\bDial(?:Context|Unix|Timeout)?\([^)\n]*"unix"/;
const calls = [
  ...data.go.calls.map((call) => ({ pattern: new RegExp(call, 'g'), tls: false })),
  ...data.go.tlsCalls.map((call) => ({ pattern: new RegExp(call, 'g'), tls: true })),
];
const anyCall = new RegExp([...data.go.calls, ...data.go.tlsCalls].join('|'));
const mostCalls = 20;

function shownIn(declaration: Declaration): GoShown {
  const before = known.get(declaration);
  if (before) return before;
  const { file, start, end } = declaration;
  const code = file.code.slice(start, end);
  const found: GoCall[] = [];
  let plainUrls = plainAddress.test(code);
  const paths = new Set(file.imports.map(({ path }) => path));
  const cluster = paths.has('k8s.io/client-go/rest') || paths.has('k8s.io/client-go/transport');
  const configures = /\btls\.Config\{/.test(code);
  for (const { pattern, tls } of anyCall.test(code) ? calls : []) {
    for (const match of code.matchAll(pattern)) {
      if (found.length > mostCalls) break;
      const [text] = match;
      if (text.startsWith('http.') && !paths.has('net/http')) continue;
      const line = code.slice(match.index, code.indexOf('\n', match.index) + 1 || undefined);
      if (/["`]http:\/\/|localhost|127\.0\.0\.1/.test(line)) {
        plainUrls = true;
        continue;
      }
      const after = code.slice(match.index, match.index + 300);
      const transport = tls || /\{[^{}]*\bTransport:|\bSetTransport\(|\bTLSClientConfig\b/.test(after);
      const foreign = !configures && (tls ? !/\bnil\b/.test(line) : /\bTLSClientConfig:/.test(after));
      // A transport of client-go holds the roots of the cluster.
      if (cluster && transport && !/\bhttp\.Transport\{/.test(code)) continue;
      const name = text.startsWith('new(') ? text : text.replace(/[({][\s\S]*$/, '').replace(/^var \w+ /, '');
      const phrase = `${/\w\($/.test(text) ? 'calls' : 'uses'} ${name}`;
      const at = start + match.index + text.indexOf(name);
      found.push({
        ...evidenceAt(file.source, at, at + name.length, phrase),
        tls: tls && !foreign,
        transport,
        foreign,
        secure: false,
        file,
      });
    }
  }
  // `websocket.AcceptOptions` of nhooyr.io/websocket asks with this name whether origins are looked at.
  const lax = /\bInsecureSkipVerify\s*[:=]\s*true/.test(code) && !/\bAcceptOptions\{/.test(code);
  const shown: GoShown = {
    calls: found,
    plainUrls,
    eitherScheme: /HasPrefix\([^()\n]*"https:\/\/"\)/.test(code),
    insecureToo: /\binsecure\.NewCredentials\(|\bWithInsecure\(/.test(code),
    configures,
    ownRoots:
      lax ||
      (!/\bSystemCertPool\(/.test(code) && /\bTLSConfigFor\(|\bRootCAs\s*[:=]|\bAppendCertsFromPEM\(/.test(code)),
    variables: [...code.matchAll(/[Ee][Nn][Vv]\w{0,40}(?:\([^"\n()]{0,80}|:)"([A-Z][A-Z0-9_]{2,60})"/g)].map(
      ([, name = '']) => name,
    ),
  };
  known.set(declaration, shown);
  return shown;
}
