import type { Fact, PrivateKey } from '../../core/fact.ts';
import { buildFact, unknown } from '../../core/fact-builder.ts';
import { nameOf } from './file-names.ts';
import type { ReadKey } from './keys.ts';

/** What is known of the certificate that a key belongs to. */
export interface KeyOwner {
  readonly name: string;
  readonly fixture: boolean;
}

/** The fact about a private key. An algorithm that only the password would tell is unknown. */
export function keyFact(key: ReadKey, owner: KeyOwner | undefined): Fact<PrivateKey> {
  const { contents, found, algorithm, bits, publicKeyHash } = key;
  return buildFact<PrivateKey>(
    { technology: 'certificates', subject: subjectOf(key, owner), self: found.head },
    {
      kind: 'privateKey',
      algorithm: algorithm ?? '',
      ...(bits !== undefined && { bits }),
      encrypted: found.encrypted,
      container: contents.container === 'ca-bundle' ? 'inline' : contents.container,
      ...(publicKeyHash !== undefined && { publicKeyHash }),
      fixture: contents.fixture || (owner?.fixture ?? false),
    },
    algorithm === undefined ? { algorithm: unknown } : {},
  );
}

function subjectOf({ contents: { source, dedicated } }: ReadKey, owner: KeyOwner | undefined): string {
  if (source.held) return `private key ${nameOf(source)} of ${source.held.holder}`;
  if (owner) return `private key of ${owner.name}`;
  return dedicated ? `private key ${nameOf(source)}` : 'private key';
}
