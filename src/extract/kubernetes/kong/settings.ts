import { data } from '../../../../data/kong-defaults.yaml';
import type { Listener, ProtocolVersion } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import { entries, get, items, scalar, spanOfNode, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { evaluateCipherString } from '../../../tls/cipher-string.ts';
import { parseProtocol } from '../../../tls/protocols.ts';
import { isSince } from '../../versions.ts';
import type { KindContext } from '../kind.ts';
import { perObject } from '../remembered.ts';
import { cipherStringField, wordsField } from '../settings.ts';
import { podTemplateOf } from '../workloads/pod-templates.ts';

/** Settings of a Kong Gateway by their names in kong.conf; a value that is not known is none of a scalar. */
export interface KongSettings {
  /** Where the first of them stands, and what they belong to. */
  readonly container: string;
  readonly values: ReadonlyMap<string, YamlNode>;
  /** Others may be set elsewhere. */
  readonly open: boolean;
}

/** The variables `KONG_…` of the containers of a pod that run the gateway. */
export const settingsInPods = perObject((object): readonly KongSettings[] => {
  const pod = podTemplateOf(object);
  return items(pod, 'spec', 'containers').flatMap((container): readonly KongSettings[] => {
    const values = new Map<string, YamlNode>();
    for (const variable of items(container, 'env')) {
      const [, name] = /^KONG_(.+)$/.exec(scalar(variable, 'name')?.value ?? '') ?? [];
      const value = variableValue(variable);
      if (name !== undefined && value) values.set(name.toLowerCase(), value);
    }
    const name = scalar(container, 'name')?.value ?? 'kong';
    return values.size > 0 && isGateway(container, values)
      ? [{ container: name, values, open: get(container, 'envFrom') !== undefined || object.fragment }]
      : [];
  });
});

const variableValue = (variable: YamlNode): YamlNode | undefined =>
  get(variable, 'value') ?? get(variable, 'valueFrom') ?? (variable.kind === 'mapping' ? undefined : variable);

/** Migrations and other helpers get the same variables; the gateway listens. */
const isGateway = (container: YamlNode, values: ReadonlyMap<string, YamlNode>): boolean => {
  const command = [...items(container, 'command'), ...items(container, 'args')].flatMap((word) =>
    word.kind === 'scalar' ? [word.value] : [],
  );
  const migrates = command.some((word) => /\bmigrations\b/.test(word));
  const controls = /ingress-controller/.test(scalar(container, 'image')?.value ?? '');
  return (
    !migrates && !controls && [...values.keys()].some((name) => /listen$|^ssl_|^pg_|^nginx_|^database$/.test(name))
  );
};

/** `env` in the values of Kong's chart: the same names in lower case (Kong/charts, charts/kong/values.yaml). */
export function settingsInValues(values: YamlNode): KongSettings | undefined {
  const found = entries(values, 'env').map(({ key, value }) => [key.value.toLowerCase(), value] as const);
  return found.some(([name]) => /listen$|^ssl_|^pg_|^nginx_|^database$/.test(name))
    ? { container: 'kong', values: new Map(found), open: true }
    : undefined;
}

/** The value of a setting, as what reads settings of objects takes it. */
export function settingOf({ values, open }: KongSettings, name: string) {
  const node = values.get(name);
  if (!node) return open ? ({ state: 'unknown' } as const) : ({ state: 'absent' } as const);
  return node.kind === 'scalar' ? ({ state: 'written', node } as const) : ({ state: 'unknown' } as const);
}

export const scalarOf = ({ values }: KongSettings, name: string): YamlScalar | undefined => {
  const node = values.get(name);
  return node?.kind === 'scalar' ? node : undefined;
};

type Parameters = Pick<Fields<Listener>, 'protocols' | 'ciphers'>;

/**
 * Versions and suites: those of `ssl_cipher_suite`, unless it is `custom`; then `ssl_protocols` and `ssl_ciphers` count
 * (Kong 3.9, kong/conf_loader/parse.lua).
 */
export function parametersOf(settings: KongSettings, evidence: VersionEvidence): Parameters {
  const suite = settingOf(settings, 'ssl_cipher_suite');
  if (suite.state === 'unknown') return { protocols: unknown, ciphers: unknown };
  if (suite.state === 'absent') return defaultParameters(evidence);
  const name = suite.node.value.trim().toLowerCase();
  if (name === 'custom') return customParameters(settings, evidence);
  const chosen = parametersOfSuite(name, evidence);
  if (!chosen) return { protocols: unknown, ciphers: unknown };
  const span = spanOfNode(suite.node);
  return { protocols: written(chosen.protocols, span), ciphers: written(chosen.ciphers, span) };
}

function customParameters(settings: KongSettings, evidence: VersionEvidence): Parameters {
  const protocols = wordsField(settingOf(settings, 'ssl_protocols'), /[^\s,]+/g, parseProtocol);
  const usual = data.customProtocols.find(({ since }) => isSince(evidence, since))?.protocols;
  return {
    protocols: protocols ?? (usual ? byDefault(usual, `the default of ${evidence.reason}`, evidence.guessed) : unknown),
    ciphers: cipherStringField(settingOf(settings, 'ssl_ciphers')) ?? unknown,
  };
}

/** What the gateway does without `ssl_cipher_suite`: intermediate. */
export function defaultParameters(evidence: VersionEvidence, guessed = false): Parameters {
  const usual = parametersOfSuite('intermediate', evidence);
  if (!usual) return { protocols: unknown, ciphers: unknown };
  const because = <T>(value: T): Field<T> =>
    byDefault(value, `the default of ${evidence.reason}`, evidence.guessed || guessed);
  return { protocols: because(usual.protocols), ciphers: because(usual.ciphers) };
}

function parametersOfSuite(
  name: string,
  evidence: VersionEvidence,
): { readonly protocols: readonly ProtocolVersion[]; readonly ciphers: readonly string[] } | undefined {
  const suite = data.cipherSuites[name];
  if (!suite) return undefined;
  const added = name === 'intermediate' && isSince(evidence, data.addedToIntermediate.since);
  const list = added ? `${suite.ciphers}:${data.addedToIntermediate.cipher}` : suite.ciphers;
  return { protocols: suite.protocols, ciphers: list === '' ? [] : evaluateCipherString(list).suites };
}

const holders = ['apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet'];

/** The settings of the one gateway that is at hand. */
export function knownSettings({ known }: KindContext): KongSettings | 'several' | undefined {
  const [only, ...others] = holders.flatMap((kind) => known(kind)).flatMap(settingsInPods);
  return others.length > 0 ? 'several' : only;
}
