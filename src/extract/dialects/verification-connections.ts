import { data } from '../../../data/verification-switches.yaml';
import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { type Reach, reachOf } from '../../tls/reach.ts';
import { hostOf } from './setting-fields.ts';
import type { ClientPlace } from './verification.ts';
import type { Word } from './verification-switches.ts';
import { isInternal } from './verification-target.ts';

/** A variable of an environment. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly span: Span;
  readonly value: Word;
}

/** What a value says about the connection that it describes. */
type Meaning = 'plain' | 'unverified' | 'unnamed' | 'verified';

const whole = (pattern: string | undefined): RegExp | undefined =>
  pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'is');

const compiled = (row: (typeof data.parameters)[number]) => ({
  name: row.name,
  usual: row.usual === true,
  meanings: (['plain', 'unverified', 'unnamed', 'verified'] as const).flatMap((meaning) => {
    const pattern = whole(row[meaning]);
    return pattern ? [{ meaning, pattern }] : [];
  }),
});

type Compiled = ReturnType<typeof compiled>;

const connections = data.connections.map((row) => ({
  ...compiled(row),
  variable: new RegExp(`^(?:${row.name})$`),
  host: row.host,
}));
const parameters: ReadonlyMap<string, Compiled> = new Map(
  data.parameters.map((row) => [row.name.toLowerCase(), compiled(row)]),
);

/**
 * The connections that the variables of one environment describe: `PGSSLMODE`, and connection strings with parameters such as
 * `sslmode=disable`. One `upstream` for each whose TLS is settled there.
 */
export const connectionsIn = (
  variables: readonly EnvironmentVariable[],
  place: ClientPlace,
): readonly Fact<Upstream>[] =>
  variables.flatMap((variable) => byName(variable, variables, place) ?? byParameters(variable, place));

function byName(
  { name, value }: EnvironmentVariable,
  variables: readonly EnvironmentVariable[],
  place: ClientPlace,
): readonly Fact<Upstream>[] | undefined {
  const row = connections.find(({ variable }) => variable.test(name));
  if (!row) return undefined;
  const text = value.value;
  const meaning = text === undefined ? undefined : meaningOf(row, text);
  if (!meaning || text === undefined) return [];
  const beside = row.host === undefined ? undefined : variables.find((other) => other.name === row.host)?.value;
  const target = row.host === undefined ? text : beside?.value;
  return [upstream({ meaning, usual: row.usual, span: value.span, subject: name, target }, place)];
}

const meaningOf = ({ meanings }: Compiled, text: string): Meaning | undefined =>
  meanings.find(({ pattern }) => pattern.test(text.trim()))?.meaning;

/** Of several parameters of a connection string, the one that leaves the least counts. */
function byParameters({ name, value }: EnvironmentVariable, place: ClientPlace): readonly Fact<Upstream>[] {
  const text = value.value;
  if (
    text === undefined ||
    text.length > longestString ||
    !/[?;&]/.test(text) ||
    !/:\/\/|(?:^|;)\s*(?:server|host|data source)\s*=/i.test(text)
  )
    return [];
  const found = [...text.matchAll(/(?<=[?&;]\s*)([\w-]+)=([^&;\s]*)/g)].flatMap((match) => {
    const row = parameters.get((match[1] ?? '').replace(/\s+/g, '').toLowerCase());
    const meaning = row && meaningOf(row, decoded(match[2] ?? ''));
    return row && meaning ? [{ row, meaning, match }] : [];
  });
  const worst = (['plain', 'unverified', 'unnamed', 'verified'] as const)
    .flatMap((meaning) => found.filter((one) => one.meaning === meaning))
    .at(0);
  if (!worst) return [];
  const { row, meaning, match } = worst;
  const exact = value.span.end - value.span.start === value.raw.length && value.raw === text;
  const span = exact
    ? { ...value.span, start: value.span.start + match.index, end: value.span.start + match.index + match[0].length }
    : value.span;
  return [upstream({ meaning, usual: row.usual, span, subject: name, target: hostIn(text) }, place)];
}

const longestString = 2000;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `jdbc:postgresql://db:5432/shop`, `user:pass@tcp(db:3306)/shop`, `Server=tcp:db,1433;`. */
function hostIn(text: string): string | undefined {
  const address =
    /:\/\/([^/?;]+)/.exec(text)?.[1] ??
    /@\w+\(([^)]+)\)/.exec(text)?.[1] ??
    /(?:^|;)\s*(?:server|host|data source)\s*=\s*(?:tcp:)?([^;,]+)/i.exec(text)?.[1];
  return address
    ?.replace(/^[^@]*@/, '')
    .split(',')[0]
    ?.trim();
}

interface Connection {
  readonly meaning: Meaning;
  readonly usual: boolean;
  readonly span: Span;
  readonly subject: string;
  readonly target: string | undefined;
}

/**
 * Who is in between is left open inside a network: there plain text is usual, and TLS without verification is more than
 * that.
 */
function upstream({ meaning, usual, span, subject, target }: Connection, place: ClientPlace): Fact<Upstream> {
  const host = target === undefined || /[$`{]/.test(target) ? undefined : hostOf(target);
  const reach: Reach | undefined =
    host === undefined ? undefined : place.local || isInternal(host) ? 'internal' : reachOf(host);
  const field = (value: boolean): Field<boolean> => written(value, span);
  const chain = meaning === 'unverified' ? field(false) : field(true);
  const hostname = meaning === 'verified' ? field(true) : field(false);
  const open = reach === undefined || (reach === 'private' && (usual || meaning !== 'plain'));
  return buildFact<Upstream>(
    { technology: place.technology, subject: `${subject} of ${place.subject}`, self: span },
    { kind: 'upstream', ...(host !== undefined && { target: host }) },
    {
      tls: field(meaning !== 'plain'),
      verify:
        meaning === 'plain'
          ? byDefault({ chain: false, hostname: false }, 'there is no TLS')
          : composite<NonNullable<Upstream['verify']>>({ chain, hostname }),
      exposure: open || reach === undefined ? unknown : written(reach, span),
    },
  );
}
