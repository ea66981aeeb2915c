import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import type { Extraction, Unit, Versions } from '../../core/technology.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import { hstsOf, redirectsOf } from './answers.ts';
import { certificatesOf, clientAuthOf, handshakeFields, staplingOf } from './fields.ts';
import { type Condition, parseLighttpd, type Statement } from './grammar.ts';
import { includeReader, isMain, spliced } from './includes.ts';
import { conditionsIn, isEnabled, type Scope, setting, spanIn, wordOf } from './scope.ts';

/** What a main file with its includes, or a fragment, says. */
export function readLighttpd({ sources, repository }: Unit, versions: Versions): Extraction {
  const [root] = sources;
  const statements = spliced(parseLighttpd(root).statements, includeReader(root, repository));
  const global: Scope = {
    statements,
    outer: undefined,
    whole: isMain(statements, root) && !leavesOut(statements),
    version: versions('lighttpd', root.path),
  };
  const secure = sources.some(({ text }) => text.includes('ssl.engine'));
  return {
    facts: secure ? listeners(global) : [],
    diagnostics: secure ? sources.flatMap((source) => parseLighttpd(source).diagnostics) : [],
  };
}

/** Something is included that is not to be seen. */
const leavesOut = (statements: readonly Statement[]): boolean =>
  statements.some(
    (statement) => statement.kind === 'include' || (statement.kind === 'condition' && leavesOut(statement.body)),
  );

interface Socket {
  readonly subject: string;
  readonly self: Span;
  readonly scope: Scope;
  /** `undefined` where it is unknown. */
  readonly address: string | undefined;
  readonly place: Span;
}

/** The default socket and those of `$SERVER["socket"]`. Blocks with the same address are one. */
function listeners(global: Scope): readonly Fact<Listener>[] {
  const blocks = conditionsIn(global.statements).filter(
    ({ field, operator }) => field === 'SERVER["socket"]' && operator === '==',
  );
  const byAddress = new Map<string, Condition[]>();
  for (const block of blocks) {
    const there = byAddress.get(block.operand.text);
    if (there) there.push(block);
    else byAddress.set(block.operand.text, [block]);
  }
  const sockets = [...defaultSocket(global), ...[...byAddress.values()].flatMap((same) => socketOf(same, global))];
  const secure = sockets.filter(({ scope }) => isEnabled(wordOf(scope, 'ssl.engine')) && isSetUp(scope));
  const plain = sockets.filter(({ scope }) => {
    const engine = wordOf(scope, 'ssl.engine');
    return !engine || (!engine.unknown && !isEnabled(engine));
  });
  return [
    ...secure.map(secureListener),
    // Where nothing speaks TLS, it ends in front of lighttpd.
    ...(global.whole && secure.length > 0 ? plain.map(plainListener) : []),
  ];
}

/** A block without any setting of TLS gets neither that nor plain HTTP where the file enables TLS (observed on 1.4.69). */
const isSetUp = ({ statements, outer }: Scope): boolean =>
  !outer || statements.some((statement) => statement.kind === 'assignment' && statement.key.startsWith('ssl.'));

/** `server.bind` and `server.port`; in a fragment only where it enables TLS for it. */
function defaultSocket(global: Scope): readonly Socket[] {
  const engine = setting(global, 'ssl.engine');
  const port = wordOf(global, 'server.port');
  const bind = wordOf(global, 'server.bind');
  if (!global.whole && !engine) return [];
  const head = engine ?? setting(global, 'server.port') ?? setting(global, 'server.document-root');
  if (!head) return [];
  const { assignment } = head;
  const self = spanIn(assignment, assignment.keyRange);
  const known = port?.unknown !== true && bind?.unknown !== true && (global.whole || port !== undefined);
  // Without a port lighttpd takes the one of the scheme.
  const number = port?.text ?? (isEnabled(wordOf(global, 'ssl.engine')) ? '443' : '80');
  const host = bind?.text ?? '';
  return [
    {
      subject: 'the default socket',
      self,
      scope: global,
      address: known ? (host.startsWith('/') ? host : `${bracketed(host)}:${number}`) : undefined,
      place: port ? spanOfWord(port) : self,
    },
  ];
}

const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

function socketOf(blocks: readonly Condition[], global: Scope): readonly Socket[] {
  const [first] = blocks;
  if (!first) return [];
  const { operand } = first;
  return [
    {
      subject: `socket ${operand.text}`,
      self: spanIn(first, first.range),
      scope: { ...global, statements: blocks.flatMap(({ body }) => body), outer: global },
      address: operand.unknown ? undefined : operand.text,
      place: spanOfWord(operand),
    },
  ];
}

const headOf = ({ subject, self }: Socket) => ({ technology: 'lighttpd', subject, self });

function secureListener(socket: Socket): Fact<Listener> {
  const { scope } = socket;
  const engine: Word | undefined = wordOf(scope, 'ssl.engine');
  return buildFact<Listener>(
    headOf(socket),
    { kind: 'listener', application: 'http' },
    {
      ...addressOf(socket),
      tls: engine && written(true, spanOfWord(engine)),
      ...handshakeFields(scope),
      clientAuth: clientAuthOf(scope),
      certificates: certificatesOf(scope),
      ocspStapling: staplingOf(scope),
      hsts: hstsOf(scope),
    },
  );
}

function plainListener(socket: Socket): Fact<Listener> {
  return buildFact<Listener>(
    headOf(socket),
    { kind: 'listener', application: 'http', tls: false },
    { ...addressOf(socket), redirectsToHttps: redirectsOf(socket.scope) },
  );
}

function addressOf({ address, place }: Socket): {
  readonly ports: Field<readonly number[]>;
  readonly exposure: Field<'external' | 'internal'>;
} {
  const where = address === undefined ? undefined : readListenAddress(address);
  return where
    ? { ports: written(where.ports, place), exposure: written(where.exposure, place) }
    : { ports: unknown, exposure: unknown };
}
