import type { Secret } from '../../../core/fact.ts';
import { entries, get, items, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, qualified } from '../objects.ts';
import { copiedFrom, mirrorsOf } from './mirrors.ts';
import { secretFact } from './provider.ts';

/**
 * A Secret: that it is there, and the copies that it asks for. Its content is `encrypted` where SOPS did so, in which case
 * no value of it was read. Source: Kubernetes API, core/v1 Secret.
 */
export const secretProvider: KindExtractor = (object) => {
  const provider = providerOf(object);
  const { name, namespace } = object;
  if (provider === undefined || (name === undefined && !object.encrypted)) return { facts: [], diagnostics: [] };
  const own = secretFact(object, {
    technology: 'kubernetes',
    name: name && qualified(namespace, name),
    provider,
    span: headOf(object),
  });
  const copies = mirrorsOf(object, get(object.root, 'metadata', 'annotations'), name);
  return { facts: [own, ...copies], diagnostics: [] };
};

/** `undefined` for a patch: what it changes stands elsewhere. */
function providerOf(object: KubernetesObject): Secret['provider'] | undefined {
  if (object.encrypted) return 'encrypted';
  if (object.fragment) return undefined;
  if (copiedFrom.some((key) => text(object.root, 'metadata', 'annotations', key) !== undefined)) return 'external';
  if (
    /^(kubernetes\.io\/service-account-token|bootstrap\.kubernetes\.io\/token)$/.test(text(object.root, 'type') ?? '')
  )
    return 'platform';
  const values = ['data', 'stringData'].flatMap((field) => {
    const found = get(object.root, field);
    const open = found?.kind === 'mapping' && found.open ? [undefined] : [];
    return [...entries(object.root, field).map(({ value }) => value), ...open];
  });
  return values.length > 0 && values.every(isContent) ? 'committed' : 'template';
}

/** Whether a value stands there as it is, rather than as a gap that a template or a person fills. */
const isContent = (value: YamlNode | undefined): boolean =>
  value?.kind === 'scalar' &&
  value.value.trim() !== '' &&
  !/\$[({]|\{\{|^<.*>$|^(REPLACE|CHANGE|TODO|Cg==)/.test(value.value.trim());

/**
 * A Secret that only its controller can decrypt. Source: bitnami-labs/sealed-secrets 0.36.6, SealedSecretSpec: the Secret is
 * called as the object is, unless the template has a name of its own.
 */
export const sealedSecret: KindExtractor = (object) => {
  const name = text(object.root, 'spec', 'template', 'metadata', 'name') ?? object.name;
  if (name === undefined || object.fragment) return { facts: [], diagnostics: [] };
  const namespace = text(object.root, 'spec', 'template', 'metadata', 'namespace') ?? object.namespace;
  const own = secretFact(object, {
    technology: 'sealed-secrets',
    name: qualified(namespace, name),
    provider: 'encrypted',
  });
  const copies = mirrorsOf(object, get(object.root, 'spec', 'template', 'metadata', 'annotations'), name);
  return { facts: [own, ...copies], diagnostics: [] };
};

/**
 * Secrets that SOPS encrypted inside of one object. Source: isindir/sops-secrets-operator 0.21.1, SopsSecretSpec and
 * README: as a rule the names of the Secrets are encrypted, too, and nothing is known of them.
 */
export const sopsSecret: KindExtractor = (object) => {
  const templates = ['secretTemplates', 'secret_templates'].flatMap((key) => items(object.root, 'spec', key));
  const named = templates.flatMap((template) => scalar(template, 'name') ?? []);
  const clear = named.filter(({ value }) => value !== '' && !value.startsWith('ENC['));
  const provided = { technology: 'sops-secrets-operator', provider: 'encrypted' } as const;
  const facts = clear.map((node) =>
    secretFact(object, {
      ...provided,
      name: qualified(object.namespace, node.value),
      span: spanOfNode(node),
    }),
  );
  const whole = clear.length > 0 && clear.length === templates.length;
  return { facts: whole ? facts : [...facts, secretFact(object, { ...provided, name: undefined })], diagnostics: [] };
};
