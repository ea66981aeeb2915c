import type { Source } from '../../core/source.ts';
import { type NginxBlock, type NginxDirective, parseNginx } from '../../formats/nginx.ts';
import type { IncludeReader } from '../dialects/included-files.ts';
import { absent, hidden, type Lookup, literal, type Setting, settingOf } from '../dialects/nginx-settings.ts';
import { setByShippedFile } from './defaults.ts';

/** A block with its includes read in place, inside the block that it inherits from. */
export interface Scope {
  /** `http`, `server`, `location`, `if`; `fragment` for the top of a file that belongs into some other block. */
  readonly name: string;
  readonly head: NginxDirective | undefined;
  readonly directives: readonly NginxDirective[];
  /** Whether an include that is not there, or a template, may add this directive. */
  readonly mayHide: (directive: string) => boolean;
  readonly byName: ReadonlyMap<string, readonly NginxDirective[]>;
  readonly outer: Scope | undefined;
  readonly context: Reading;
}

/** How includes are read; `spliced` counts what they bring in, since files that include others twice double each time. */
export interface Reading {
  readonly includes: IncludeReader;
  readonly spliced: { count: number };
}

const mostSpliced = 200_000;
/** Blocks and includes around an include; nginx itself would fail long before. */
const deepest = 100;

const innerScopes = new WeakMap<Scope, Map<NginxDirective, Scope>>();

/** The scope of a block inside `outer`; the same one each time. */
export function innerScope(directive: NginxDirective, outer: Scope): Scope {
  const known = innerScopes.get(outer) ?? new Map<NginxDirective, Scope>();
  innerScopes.set(outer, known);
  const scope =
    known.get(directive) ??
    makeScope(directive.name, directive, directive.block ?? { directives: [], open: false }, outer, outer.context);
  known.set(directive, scope);
  return scope;
}

/** The scope of a block that inherits from nothing: `http`, `stream`, `mail`, the top of a file. */
export function makeScope(
  name: string,
  head: NginxDirective | undefined,
  block: NginxBlock,
  outer: Scope | undefined,
  context: Reading,
): Scope {
  const found: Expansion = { directives: [], open: block.open, hidden: new Set() };
  expand(block, context, sourcesAround(head, outer), found);
  const byName = new Map<string, NginxDirective[]>();
  for (const directive of found.directives) {
    const same = byName.get(directive.name);
    if (same) same.push(directive);
    else byName.set(directive.name, [directive]);
  }
  return {
    name,
    head,
    directives: found.directives,
    mayHide: (directive) => found.open || found.hidden.has(directive),
    byName,
    outer,
    context,
  };
}

interface Expansion {
  readonly directives: NginxDirective[];
  readonly hidden: Set<string>;
  open: boolean;
}

/** The files that a block stands in, by what includes what: including one of them again would never end. */
function sourcesAround(head: NginxDirective | undefined, outer: Scope | undefined): readonly Source[] {
  const heads = [head];
  for (let scope = outer; scope; scope = scope.outer) heads.push(scope.head);
  return heads.flatMap((directive) => directive?.source ?? []);
}

function expand(block: NginxBlock, context: Reading, within: readonly Source[], found: Expansion): void {
  for (const directive of block.directives) {
    if (directive.name !== 'include') {
      found.directives.push(directive);
      continue;
    }
    const pattern = literal(directive.arguments[0]);
    const files = pattern === undefined ? [] : filesOf(pattern, context, within);
    for (const file of files) {
      const inner = parseNginx(file);
      if (inner.open) found.open = true;
      expand(inner, context, [...within, file], found);
    }
    if (files.length > 0) continue;
    const sets = pattern === undefined ? undefined : setByShippedFile(pattern);
    if (sets) for (const name of sets) found.hidden.add(name);
    else found.open = true;
  }
}

function filesOf(pattern: string, { includes, spliced }: Reading, within: readonly Source[]): readonly Source[] {
  const files = within.length > deepest ? [] : includes(pattern).filter((file) => !within.includes(file));
  spliced.count += files.reduce((sum, file) => sum + 1 + parseNginx(file).directives.length, 0);
  return spliced.count > mostSpliced ? [] : files;
}

/** The directives of one name that a scope holds itself. */
export const own = (scope: Scope, name: string): readonly NginxDirective[] => scope.byName.get(name) ?? [];

/**
 * What is in force in a scope: an inner level replaces the outer one entirely. A level that may hide the directive makes
 * everything outside it unknown; the top of a fragment always may.
 */
export const lookupFrom =
  (scope: Scope): Lookup =>
  (name) => {
    for (let level: Scope | undefined = scope; level; level = level.outer) {
      const found = own(level, name);
      const hides = level.name === 'fragment' || level.mayHide(name);
      if (found.length > 0 && name === 'add_header' && level.outer && mergesHeaders(level)) {
        return mergedWith(settingOf(found, hides), lookupFrom(level.outer)(name));
      }
      if (found.length > 0) return settingOf(found, hides);
      if (hides) return hidden;
    }
    return absent;
  };

/** `add_header_inherit merge` (ngx_http_headers_module, 1.29.3). */
function mergesHeaders(level: Scope): boolean {
  for (let at: Scope | undefined = level; at; at = at.outer) {
    const [inherit] = own(at, 'add_header_inherit');
    if (inherit) return inherit.arguments[0]?.value === 'merge';
  }
  return false;
}

function mergedWith(inner: Setting, outer: Setting): Setting {
  if (inner.state !== 'written' || outer.state === 'absent') return inner;
  if (outer.state === 'unknown') return { ...inner, open: true };
  return { ...inner, directives: [...inner.directives, ...outer.directives], open: inner.open || outer.open };
}
