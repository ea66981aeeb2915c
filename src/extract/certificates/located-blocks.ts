import { nestedSource, type Range, type Source, type Span, spanOf } from '../../core/source.ts';
import { type PemBlock, pemBlocks } from '../../formats/pem.ts';
import { nameOf } from './file-names.ts';

/** A PEM block with its places in the file. */
export interface LocatedBlock {
  readonly block: PemBlock;
  /** The BEGIN token. */
  readonly head: Span;
  /** Where a malformed body goes wrong; the BEGIN token otherwise. */
  readonly span: Span;
  /** What names it: the file's name where the file is for certificates, else the words before it. */
  readonly label: string;
  /** It belongs to the same list of certificates as the block before it. */
  readonly follows: boolean;
}

/**
 * The PEM blocks of a source. In a file that is `dedicated` to certificates they all belong together; in another text
 * only those that nothing but white space separates. There, values in base64 are looked into as well.
 */
export function locatedBlocks(source: Source, dedicated: boolean): readonly LocatedBlock[] {
  if (dedicated)
    return blocksOf(
      source,
      () => nameOf(source),
      () => true,
    );
  const skipped = kubernetesObjects(source);
  const inText = blocksOf(
    source,
    (start) => wordsBefore(source.text, start),
    (gap) => betweenCertificates.test(gap),
  );
  const wrapped = wrappedTexts(source).flatMap(({ start, inner }) =>
    blocksOf(
      inner,
      () => wordsBefore(source.text, start),
      () => true,
    ).map((block) => ({ start, block })),
  );
  const starting = [...inText.map((block) => ({ start: block.block.range.start, block })), ...wrapped];
  return starting
    .filter(({ start }) => !skipped.some((range) => start >= range.start && start < range.end))
    .map(({ block }) => block);
}

const betweenCertificates = /^(?:\s|\\{1,4}[nrt]|[",'+])*$/;

function blocksOf(
  source: Source,
  label: (start: number) => string,
  isJoint: (gap: string) => boolean,
): readonly LocatedBlock[] {
  let previous: PemBlock | undefined;
  return pemBlocks(source.text).map((block) => {
    const gap = previous ? source.text.slice(previous.range.end, block.range.start) : undefined;
    previous = block;
    const head = spanOf(source, block.head.start, block.head.end);
    const at = block.body.state === 'malformed' ? block.body.at : undefined;
    const span = at ? spanOf(source, at.start, at.end) : head;
    return { block, head, span, label: label(block.range.start), follows: gap !== undefined && isJoint(gap) };
  });
}

const longestLabel = 160;

/** What names the value at `offset`: the line up to it, or the key above; `value:` alone takes the name before it. */
function wordsBefore(text: string, offset: number): string {
  const [own = '', key = '', name = ''] = text
    .slice(Math.max(0, offset - longestLabel), offset)
    .split('\n')
    .reverse();
  if (/\w/.test(own) && !isGeneric(own)) return own;
  const above = /\w/.test(own) ? [own, key] : isGeneric(key) ? [key, name] : [key];
  return above.join(' ');
}

/** `value: |` of an environment variable says nothing about the certificate. */
const isGeneric = (line: string): boolean => /^\W*(value|data|content|stringValue)\W*$/i.test(line);

/** How `-----BEGIN` starts in base64. */
export const wrappedMarker = 'LS0tLS1CRUdJTi';

/** Values that are a PEM in base64, as kubeconfig files and chart values hold them, decoded. */
function wrappedTexts(source: Source): readonly { readonly start: number; readonly inner: Source }[] {
  const found: { start: number; inner: Source }[] = [];
  const characters = /[A-Za-z0-9+/]*={0,2}/y;
  for (let start = source.text.indexOf(wrappedMarker); start !== -1; ) {
    characters.lastIndex = start;
    const value = characters.exec(source.text)?.[0] ?? '';
    const text = Buffer.from(value, 'base64').toString('latin1');
    const segment = { inner: { start: 0, end: text.length }, outer: { start, end: start + value.length } };
    found.push({ start, inner: nestedSource(source, text, [segment]) });
    start = source.text.indexOf(wrappedMarker, start + Math.max(value.length, 1));
  }
  return found;
}

/** The Secrets, ConfigMaps and Routes of a manifest, and webhooks' CA bundles: those are read as Kubernetes objects. */
function kubernetesObjects({ text }: Source): readonly Range[] {
  if (!/["']?\bkind["']?[ \t]*:/.test(text)) return [];
  const starts = [0, ...[...text.matchAll(/^---/gm)].map(({ index }) => index), text.length];
  return starts.slice(0, -1).flatMap((start, index) => {
    const end = starts[index + 1] ?? text.length;
    const document = text.slice(start, end);
    const isObject = /["']?\bapiVersion["']?[ \t]*:/.test(document) && ownKinds.test(document);
    return isObject ? [{ start, end }] : [];
  });
}

const ownKinds =
  /["']?\bkind["']?[ \t]*:[ \t]*["']?(Secret|ConfigMap|APIService|CustomResourceDefinition|(Validating|Mutating)WebhookConfiguration|BackendTLSPolicy|Route)\b/;
