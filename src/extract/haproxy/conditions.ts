import type { HaproxyLine } from '../../formats/haproxy.ts';
import type { HaproxyWord } from '../../formats/haproxy-words.ts';

/** What is known of a request or response: whether it came over TLS, as early data, with a method that changes nothing. */
export interface Circumstances {
  readonly secure: boolean;
  readonly early?: boolean;
  readonly safeMethod?: boolean;
}

/** Whether a rule applies under some circumstances; `undefined` where it depends on something else. */
export type Applies = (circumstances: Circumstances) => boolean | undefined;

/**
 * Reads `if …` or `unless …` at the end of a rule (configuration manual, 7.2): terms next to each other must all hold,
 * `or` separates alternatives. Requests for ACME challenges are left out of the question: they must be answered over
 * plain HTTP (RFC 8555, section 8.3). `lines`: where the named ACLs are defined.
 */
export function conditionOf(words: readonly HaproxyWord[], lines: readonly HaproxyLine[]): Applies {
  const start = words.findIndex(({ text }) => text === 'if' || text === 'unless');
  if (start === -1) return () => true;
  const alternatives = alternativesIn(words.slice(start + 1), lines);
  const unless = words[start]?.text === 'unless';
  return (circumstances) => {
    const held = anyOf(alternatives.map((terms) => allOf(terms.map((term) => term(circumstances)))));
    return held === undefined ? undefined : held !== unless;
  };
}

function alternativesIn(words: readonly HaproxyWord[], lines: readonly HaproxyLine[]): readonly (readonly Applies[])[] {
  const alternatives: Applies[][] = [[]];
  let negated = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (!word) break;
    const name = word.text.replace(/^!+/, '');
    if ((word.text.length - name.length) % 2 === 1) negated = !negated;
    if (name === '') continue;
    if (name === 'or' || name === '||') {
      alternatives.push([]);
      continue;
    }
    let term: Applies;
    if (name === '{') {
      const end = words.findIndex(({ text }, other) => other > index && text === '}');
      const inner = words.slice(index + 1, end === -1 ? words.length : end);
      term = criterion(inner);
      index = end === -1 ? words.length : end;
    } else term = word.unknown ? depends : namedAcl(name, lines);
    alternatives.at(-1)?.push(negated ? not(term) : term);
    negated = false;
  }
  return alternatives;
}

const depends: Applies = () => undefined;
const not =
  (term: Applies): Applies =>
  (circumstances) => {
    const held = term(circumstances);
    return held === undefined ? undefined : !held;
  };

/** Several `acl` lines of one name: any of them. */
function namedAcl(name: string, lines: readonly HaproxyLine[]): Applies {
  const definitions = lines.filter(({ keyword, arguments: [first] }) => keyword.text === 'acl' && first?.text === name);
  if (definitions.length > 0) {
    const terms = definitions.map(({ arguments: words }) => criterion(words.slice(1)));
    return (circumstances) => anyOf(terms.map((term) => term(circumstances)));
  }
  switch (name) {
    case 'TRUE':
      return () => true;
    case 'FALSE':
      return () => false;
    case 'METH_GET':
    case 'METH_HEAD':
    case 'METH_OPTIONS':
      return methods([name.slice(5)]);
    case 'METH_POST':
    case 'METH_PUT':
    case 'METH_DELETE':
    case 'METH_CONNECT':
      return ({ safeMethod }) => (safeMethod ? false : undefined);
    default:
      return depends;
  }
}

/** RFC 9110, section 9.2.1. */
const safeMethods = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

const methods = (names: readonly string[]): Applies =>
  names.every((name) => safeMethods.includes(name))
    ? ({ safeMethod }) => (safeMethod === false ? false : names.includes('GET') ? safeMethod : undefined)
    : depends;

/** `ssl_fc`, `dst_port 443`, `path_beg /.well-known/acme-challenge/` and the like. */
function criterion(words: readonly HaproxyWord[]): Applies {
  if (words.some(({ unknown }) => unknown)) return depends;
  const [fetch = '', ...rest] = words.map(({ text }) => text);
  const values = rest.filter((text) => !/^(?:-\w|--|eq|-m|str|beg|sub|bool)$/.test(text));
  switch (fetch) {
    case 'ssl_fc':
      return values.length === 0 ? ({ secure }) => secure : depends;
    case 'ssl_fc_has_early':
      return ({ secure, early }) => (secure ? early : false);
    case 'dst_port':
    case 'fc_dst_port':
      if (values.length === 1 && values[0] === '443') return ({ secure }) => secure;
      return values.length === 1 && values[0] === '80' ? ({ secure }) => !secure : depends;
    case 'method':
      return methods(values);
    case 'always_true':
      return () => true;
    case 'always_false':
      return () => false;
    default:
      return /^(?:path|url|base|capture\.req\.uri)/.test(fetch) &&
        values.every((value) => value.includes('.well-known'))
        ? () => false
        : depends;
  }
}

const allOf = (held: readonly (boolean | undefined)[]): boolean | undefined =>
  held.includes(false) ? false : held.includes(undefined) ? undefined : true;
const anyOf = (held: readonly (boolean | undefined)[]): boolean | undefined =>
  held.includes(true) ? true : held.includes(undefined) ? undefined : false;
