import type { Image } from '../../../core/fact.ts';
import type { Source, Span } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import type { DockerfileInstruction } from '../../../formats/dockerfile.ts';
import { parseShell } from '../../../formats/shell.ts';
import { expand } from '../walk/expand.ts';
import { lineageOf } from '../walk/lineage.ts';
import { committedFile } from '../walk/repository-paths.ts';
import type { Copy, Stage } from '../walk/stages.ts';
import { isWithin, join, nameOf } from '../walk/trust-files.ts';
import { type GeneratedKey, generatedKeys, isTemporary } from './generated-keys.ts';

type ImageKey = NonNullable<Image['keys']>[number];

/** A private key in an image, and where the Dockerfile puts it there. */
export interface PlacedKey {
  readonly key: ImageKey;
  readonly span: Span;
}

/** The private keys that an image of this stage holds. Keys in stages that it takes nothing of do not count. */
export function keysOf(stage: Stage, source: Source, repository: Repository): readonly PlacedKey[] {
  return lineageOf(stage).flatMap((owner) => [
    ...owner.copies.flatMap((copy) => keysCopied(copy, owner, source, repository)),
    ...owner.instructions.flatMap((instruction) =>
      !instruction.onbuild && (instruction.keyword === 'ENV' || instruction.keyword === 'ARG')
        ? keysPassed(instruction, owner, source)
        : [],
    ),
    ...keysMade(owner)
      .filter((key) => !isTemporary(key))
      .map(placed),
    ...owner.instructions.flatMap(keysWritten),
  ]);
}

const placed = ({ what, development, span }: GeneratedKey): PlacedKey => ({
  key: { origin: 'generated', what, development },
  span,
});

/** A key written out in the script of a step. */
function keysWritten({ keyword, script, onbuild }: DockerfileInstruction): readonly PlacedKey[] {
  const found = keyword === 'RUN' && !onbuild && script ? literalKey.exec(script.text) : null;
  if (!script || !found || !/[>]|\btee\b/.test(script.text)) return [];
  const key: ImageKey = { origin: 'argument', what: 'a key in the script', development: false };
  return [{ key, span: spanOf(script, found.index, found.index + found[0].length) }];
}

/** The keys that a stage's RUN steps make and leave there. */
function keysMade({ instructions, environment, folder }: Stage): readonly GeneratedKey[] {
  const scripts = instructions.flatMap(({ keyword, script, onbuild }) =>
    keyword === 'RUN' && script && !onbuild ? [script] : [],
  );
  const all = scripts.map(({ text }) => text).join('\n');
  return scripts.flatMap((script) => generatedKeys(script, environment, folder, all));
}

function keysCopied(copy: Copy, stage: Stage, file: Source, repository: Repository): readonly PlacedKey[] {
  const { instruction } = copy;
  const destination = expand(instruction.words.at(-1)?.value ?? '', stage.environment);
  const sources = instruction.words.slice(0, -1);
  if (copy.from) {
    const chain = lineageOf(copy.from);
    const made = chain.flatMap(keysMade);
    const brought = chain.flatMap((owner) => keysBrought(owner, file, repository));
    return sources.flatMap(({ value }) => {
      const path = join('/', expand(value, stage.environment));
      if (path === '/') return [];
      return [
        ...made.filter((key) => key.path !== undefined && isWithin(key.path, path)).map(placed),
        ...brought.flatMap(({ key, to }) => (isWithin(to, path) ? [key] : [])),
      ];
    });
  }
  if (copy.fromImage) return [];
  const written = instruction.heredocs.filter(({ content }) => literalKey.test(content.text));
  if (written.length > 0) {
    const key: ImageKey = { origin: 'argument', what: destination, development: false };
    return [{ key, span: spanOf(file, instruction.keywordRange.start, instruction.keywordRange.end) }];
  }
  return sources.flatMap(({ value, range }) => {
    if (!(isKeyName(value) || isKeyFor(value, destination)) || forPackages.test(destination) || /^https?:/.test(value))
      return [];
    const committed = committedFile(value, file.path, repository);
    // What is called a key and is none: a public one, or one that signs packages.
    if (committed !== undefined && !/PRIVATE KEY-----/.test(repository.read(committed)?.text ?? '')) return [];
    const origin = committed === undefined ? 'copied' : 'committed';
    const development = /localhost|snakeoil|\b(?:dev|local|test|self-?signed|dummy)\b/i.test(value);
    return [{ key: { origin, what: value, development }, span: spanOf(file, range.start, range.end) }];
  });
}

interface BroughtKey {
  readonly key: PlacedKey;
  readonly to: string;
}

const broughtByStage = new WeakMap<Stage, readonly BroughtKey[]>();

/** The keys that a stage copies from the build context, and where they come to lie. */
function keysBrought(stage: Stage, file: Source, repository: Repository): readonly BroughtKey[] {
  const known = broughtByStage.get(stage);
  if (known) return known;
  const brought = stage.copies
    .filter(({ from }) => !from)
    .flatMap((copy) => {
      const { words } = copy.instruction;
      const written = expand(words.at(-1)?.value ?? '', stage.environment);
      const to = join(stage.folder ?? '/', written);
      return keysCopied(copy, stage, file, repository).map((key) => ({
        key,
        to: written.endsWith('/') || words.length > 2 ? join(to, nameOf(key.key.what)) : to,
      }));
    });
  broughtByStage.set(stage, brought);
  return brought;
}

/** A file called `*.key` that is laid where servers keep theirs. */
const isKeyFor = (path: string, destination: string): boolean =>
  /\.key$/i.test(path) &&
  !publicName.test(nameOf(path).toLowerCase()) &&
  /(?:^|\/)(?:ssl|tls|certs?|certificates|pki|private|nginx|apache2|httpd|haproxy)(?:\/|$)/i.test(destination);

/** Where package managers keep the public keys of repositories. */
const forPackages = /\/(?:apt|keyrings?|apk|rpm-gpg|trusted\.gpg\.d)(?:\/|$)/;

const publicName =
  /pub(?:lic)?\b|[-_.](?:gpg|asc|apt|signing|release|archive|repo)\b|^(?:gpg|rpm|apt|repo|nodesource|licen[cs]e)/;

/** Names that private keys of servers, clients and ssh have. */
export function isKeyName(path: string): boolean {
  const name = nameOf(path).toLowerCase();
  if (publicName.test(name)) return false;
  return (
    /^id_(?:rsa|dsa|ecdsa|ed25519)$/.test(name) ||
    /^ssh_host_\w+_key$/.test(name) ||
    /\.(?:p12|pfx|ppk)$/.test(name) ||
    // Not what holds certificates alone, nor what signs applications for telephones.
    (/\.(?:jks|keystore)$/.test(name) && !/trust|cacert|debug|android|upload|play/.test(name)) ||
    /^[\w.-]*(?:server|tls|ssl|https?|nginx|client|domain|cert|ca|localhost|site|priv\w*)[\w.-]*\.key$/.test(name) ||
    /^(?:[\w.-]*[-_.])?(?:privkey\d*|private[-_]?key|key)\.pem$/.test(name)
  );
}

const keyVariable =
  /^(?:\w+_)?(?:PRIVATE_?KEY|(?:TLS|SSL|SSH|SERVER|CLIENT|DEPLOY|RSA)_(?:PRIV(?:ATE)?_?)?KEY|ID_RSA)(?:_(?:PEM|BASE64|B64|CONTENTS?|DATA))?$/i;

/** A key in ENV or ARG: written out, or passed by the caller and written to a file. Both stay in the image's history. */
function keysPassed(instruction: DockerfileInstruction, stage: Stage, file: Source): readonly PlacedKey[] {
  return instruction.pairs.flatMap(({ name, value }) => {
    const literal = literalKey.test(value?.value ?? '');
    const passed =
      instruction.keyword === 'ARG' && !value?.value && keyVariable.test(name.value) && isWrittenOut(name.value, stage);
    const kept =
      instruction.keyword === 'ENV' &&
      /PRIVATE_?KEY(?!_?(?:FILE|PATH))/i.test(name.value) &&
      isPassed(/^\$\{?(\w+)\}?$/.exec(value?.value ?? '')?.[1], stage);
    if (!literal && !passed && !kept) return [];
    const key: ImageKey = { origin: 'argument', what: name.value, development: false };
    return [{ key, span: spanOf(file, name.range.start, name.range.end) }];
  });
}

const literalKey = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/;

/** An ARG without a value of its own: only the caller can give it one. */
const isPassed = (variable: string | undefined, { instructions }: Stage): boolean =>
  instructions.some(
    ({ keyword, pairs }) =>
      keyword === 'ARG' && pairs.some(({ name, value }) => name.value === variable && !value?.value),
  );

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
