import type { Image } from '../../core/fact.ts';
import type { Source, Span } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import type { Repository } from '../../core/technology.ts';
import type { DockerfileInstruction } from '../../formats/dockerfile.ts';
import { parseShell } from '../../formats/shell.ts';
import { foldersAbove, hasPath } from './context-files.ts';
import { expand } from './expand.ts';
import { type GeneratedKey, generatedKeys } from './generated-keys.ts';
import type { Stage } from './stages.ts';
import { isWithin, join, nameOf } from './trust-files.ts';

type ImageKey = NonNullable<Image['keys']>[number];

/** A private key in an image, and where the Dockerfile puts it there. */
export interface PlacedKey {
  readonly key: ImageKey;
  readonly span: Span;
}

/** The private keys that an image of this stage holds. Keys in stages that it takes nothing of do not count. */
export function keysOf(stage: Stage, source: Source, repository: Repository): readonly PlacedKey[] {
  return chainOf(stage).flatMap((owner) => [
    ...owner.instructions.flatMap((instruction) => {
      if (instruction.onbuild) return [];
      switch (instruction.keyword) {
        case 'COPY':
        case 'ADD':
          return keysCopied(instruction, owner, source, repository);
        case 'ENV':
        case 'ARG':
          return keysPassed(instruction, owner, source);
        default:
          return [];
      }
    }),
    ...keysMade(owner).map(placed),
  ]);
}

/** A stage and those that it builds on, the first one first. */
export function chainOf(stage: Stage): readonly Stage[] {
  return stage.parent ? [...chainOf(stage.parent), stage] : [stage];
}

const placed = ({ what, development, span }: GeneratedKey): PlacedKey => ({
  key: { origin: 'generated', what, development },
  span,
});

/** The keys that a stage's RUN steps make and leave there. */
const keysMade = (stage: Stage): readonly GeneratedKey[] =>
  stage.instructions.flatMap((instruction) =>
    instruction.keyword === 'RUN' && instruction.script && !instruction.onbuild
      ? generatedKeys(instruction.script, stage.environment)
      : [],
  );

function keysCopied(
  instruction: DockerfileInstruction,
  stage: Stage,
  file: Source,
  repository: Repository,
): readonly PlacedKey[] {
  const destination = expand(instruction.words.at(-1)?.value ?? '', stage.environment);
  const sources = instruction.words.slice(0, -1);
  const copy = stage.copies.find((one) => one.instruction === instruction);
  if (copy?.from) {
    const made = chainOf(copy.from).flatMap(keysMade);
    return sources.flatMap(({ value }) => {
      const path = join('/', expand(value, stage.environment));
      return made.filter((key) => key.path !== undefined && path !== '/' && isWithin(key.path, path)).map(placed);
    });
  }
  if (copy?.fromImage) return [];
  return sources.flatMap(({ value, range }) => {
    if (!isKeyName(value) || forPackages.test(destination) || /^https?:/.test(value)) return [];
    const committed = foldersAbove(file.path)
      .map((folder) => join(`/${folder}`, `./${value}`).slice(1))
      .find((path) => hasPath(repository, path));
    // What is called a key and is none: a public one, or one that signs packages.
    if (committed !== undefined && !/PRIVATE KEY-----/.test(repository.read(committed)?.text ?? '')) return [];
    const origin = committed === undefined ? 'copied' : 'committed';
    const development = /localhost|snakeoil|\b(?:dev|test|self-?signed|dummy)\b/i.test(value);
    return [{ key: { origin, what: value, development }, span: spanOf(file, range.start, range.end) }];
  });
}

/** Where package managers keep the public keys of repositories. */
const forPackages = /\/(?:apt|keyrings?|apk|rpm-gpg|trusted\.gpg\.d)(?:\/|$)/;

/** Names that private keys of servers, clients and ssh have. */
export function isKeyName(path: string): boolean {
  const name = nameOf(path).toLowerCase();
  if (/pub(?:lic)?\b|[-_.](?:gpg|asc|apt|signing|release|archive|repo)\b|^(?:gpg|rpm|apt|repo|nodesource)/.test(name))
    return false;
  return (
    /^id_(?:rsa|dsa|ecdsa|ed25519)$/.test(name) ||
    /^ssh_host_\w+_key$/.test(name) ||
    /\.(?:p12|pfx|ppk)$/.test(name) ||
    /^[\w.-]*(?:server|tls|ssl|https?|nginx|client|domain|cert|ca|localhost|site|priv\w*)[\w.-]*\.key$/.test(name) ||
    /^(?:[\w.-]*[-_.])?(?:privkey\d*|private[-_]?key|key)\.pem$/.test(name)
  );
}

const keyVariable =
  /^(?:\w+_)?(?:PRIVATE_?KEY|(?:TLS|SSL|SSH|SERVER|CLIENT|DEPLOY|RSA)_(?:PRIV(?:ATE)?_?)?KEY|ID_RSA)(?:_(?:PEM|BASE64|B64|CONTENTS?|DATA))?$/i;

/** A key in ENV or ARG: written out, or passed by the caller and written to a file. Both stay in the image's history. */
function keysPassed(instruction: DockerfileInstruction, stage: Stage, file: Source): readonly PlacedKey[] {
  return instruction.pairs.flatMap(({ name, value }) => {
    const literal = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(value?.value ?? '');
    const passed =
      instruction.keyword === 'ARG' && !value?.value && keyVariable.test(name.value) && isWrittenOut(name.value, stage);
    if (!literal && !passed) return [];
    const key: ImageKey = { origin: 'argument', what: name.value, development: false };
    return [{ key, span: spanOf(file, name.range.start, name.range.end) }];
  });
}

/** `echo "$TLS_KEY" > /etc/ssl/private/tls.key` in a later step. */
function isWrittenOut(variable: string, { instructions }: Stage): boolean {
  const named = new RegExp(`\\$\\{?${variable}\\b`);
  return instructions.some(({ script }) =>
    (script ? parseShell(script) : []).some(({ words, source }) => {
      const [program, ...rest] = words;
      const end = words.at(-1)?.range.end ?? 0;
      const writes = /^[^;&\n]*>\s*["']?[^\s&|]/.test(source.text.slice(end)) || / tee /.test(source.text.slice(end));
      return /^(?:echo|printf)$/.test(program?.value ?? '') && rest.some(({ raw }) => named.test(raw)) && writes;
    }),
  );
}
