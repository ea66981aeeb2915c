import { nestedSource, type Segment, type Source } from '../../../core/source.ts';
import { entries, sourceOfScalar, text, type YamlScalar } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';

type Container = NonNullable<Source['held']>['container'];

/** Secrets whose content the cluster makes: release archives, tokens, registry passwords. */
const skippedTypes =
  /^(helm\.sh\/release\.v1|kubernetes\.io\/(service-account-token|dockerconfigjson|dockercfg|basic-auth|ssh-auth)|bootstrap\.kubernetes\.io\/token)$/;

/**
 * What a Secret holds: `data` in base64, `stringData` as text, which takes the place of data of its name (Kubernetes API,
 * core/v1 Secret).
 */
export const secret: KindExtractor = (object) => ({
  facts: [],
  diagnostics: [],
  nested: skippedTypes.test(text(object.root, 'type') ?? '')
    ? []
    : [
        ...decodedValues(object, 'data', 'secret').filter(({ held }) => !isOverridden(object, held?.name ?? '')),
        ...textValues(object, 'stringData', 'secret'),
      ],
});

const isOverridden = (object: KubernetesObject, name: string): boolean =>
  entries(object.root, 'stringData').some(({ key }) => key.value === name);

/** What a ConfigMap holds: `data` as text, `binaryData` in base64 (Kubernetes API, core/v1 ConfigMap). */
export const configMap: KindExtractor = (object) => ({
  facts: [],
  diagnostics: [],
  nested: [...textValues(object, 'data', 'config-map'), ...decodedValues(object, 'binaryData', 'config-map')],
});

/** Values that are whole files: those of several lines, and PEM. Settings of one line have no technology of their own. */
function textValues(object: KubernetesObject, field: string, container: Container): readonly Source[] {
  return scalarsOf(object, field)
    .filter(({ value }) => isFile(value.value))
    .map(({ key, value }) => sourceOfScalar(value, heldIn(object, key, container)));
}

function decodedValues(object: KubernetesObject, field: string, container: Container): readonly Source[] {
  return scalarsOf(object, field).flatMap(
    ({ key, value }) => decodedSource(value, heldIn(object, key, container)) ?? [],
  );
}

const heldIn = (object: KubernetesObject, name: string, container: Container) => ({
  name,
  holder: labelOf(object),
  container,
});

const scalarsOf = (
  object: KubernetesObject,
  field: string,
): readonly { readonly key: string; readonly value: YamlScalar }[] =>
  entries(object.root, field).flatMap(({ key, value }) => (value.kind === 'scalar' ? [{ key: key.value, value }] : []));

const isFile = (value: string): boolean =>
  (value.trim().includes('\n') || value.includes('-----BEGIN ')) && !value.startsWith('ENC[');

/**
 * What a scalar holds in base64, mapped back in proportion; `undefined` for a placeholder, for what is no base64, and for
 * a text that is no file. Key stores keep their bytes.
 */
export function decodedSource(node: YamlScalar, held: NonNullable<Source['held']>): Source | undefined {
  const compact = node.value.replace(/\s+/g, '');
  if (compact.length < 16 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  const bytes = Buffer.from(compact, 'base64');
  const binary = bytes.includes(0);
  const decoded = bytes.toString(binary ? 'latin1' : 'utf8');
  if (!binary && !isFile(decoded)) return undefined;
  const source = nestedSource(sourceOfScalar(node), decoded, segmentsOf(node.value, decoded.length), held);
  return binary ? { ...source, bytes: new Uint8Array(bytes) } : source;
}

/** One segment a line of base64: each line stands for its share of the decoded text. */
function segmentsOf(encoded: string, length: number): readonly Segment[] {
  const lines = [...encoded.matchAll(/\S+/g)];
  const total = lines.reduce((sum, [line]) => sum + line.length, 0);
  let before = 0;
  return lines.map(({ 0: line, index }) => {
    const start = Math.round((before * length) / total);
    before += line.length;
    return {
      inner: { start, end: Math.round((before * length) / total) },
      outer: { start: index, end: index + line.length },
    };
  });
}
