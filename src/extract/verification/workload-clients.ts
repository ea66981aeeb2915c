import type { Client, Fact } from '../../core/fact.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import { parseYaml } from '../../formats/yaml.ts';
import type { YamlMapping, YamlNode } from '../../formats/yaml-tree.ts';
import { entries, get, items, scalar, sourceOfScalar, spanOfNode, text } from '../../formats/yaml-tree.ts';
import {
  type ClientPlace,
  clientsInArguments,
  clientsInEnvironment,
  clientsInScript,
} from '../dialects/verification.ts';
import { type CallWord, clientsInCall, isLocal, wordOfNode } from '../dialects/verification-calls.ts';
import { factsInEnvironmentNode } from '../dialects/verification-containers.ts';
import { conditionalRegions, type Region } from './template-regions.ts';

/** What the containers of a manifest, and the values of a chart, tell programs. */
export function readWorkload({ sources: [source] }: Unit): Extraction {
  const file = parseYaml(source);
  const regions = file.templated ? conditionalRegions(source.text) : [];
  return {
    facts: file.documents.flatMap((document) => factsOfDocument(document, regions)),
    diagnostics: file.diagnostics,
  };
}

function factsOfDocument(document: YamlNode, regions: readonly Region[]): readonly Fact[] {
  const place: ClientPlace = {
    technology: 'kubernetes',
    subject: subjectOf(document),
    phase: 'run',
    ...(isLocal(document.source.path) && { local: true }),
  };
  const kind = text(document, 'kind');
  if (kind === 'CustomResourceDefinition') return [];
  if (kind === 'ConfigMap') return clientsOfConfigMap(document, place);
  return containersIn(document).flatMap(({ container, probe }) =>
    factsOfContainer(container, probe ? { ...place, probe } : place).filter((fact) => {
      const from = spanOfNode(container).start;
      return !regions.some(({ start, end }) => start > from && start <= fact.self.start && fact.self.start < end);
    }),
  );
}

function subjectOf(document: YamlNode): string {
  const kind = text(document, 'kind');
  const name = text(document, 'metadata', 'name');
  const namespace = text(document, 'metadata', 'namespace');
  if (kind === undefined)
    return /(?:^|\/)kustomization\./i.test(document.source.path) ? 'the kustomization' : 'the chart';
  return [kind, [namespace, name].filter((part) => part !== undefined).join('/')]
    .filter((part) => part !== '')
    .join(' ');
}

interface Container {
  readonly container: YamlMapping;
  readonly probe: boolean;
}

/** Every mapping that may describe a container, once each, in the order written. */
function containersIn(document: YamlNode): readonly Container[] {
  const found: Container[] = [];
  const seen = new Set<YamlNode>();
  const open: { readonly node: YamlNode; readonly probe: boolean }[] = [{ node: document, probe: false }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, probe } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'sequence') for (const item of node.items.toReversed()) open.push({ node: item, probe });
    if (node.kind !== 'mapping') continue;
    found.push({ container: node, probe });
    for (const { key, value } of node.entries.toReversed()) {
      open.push({ node: value, probe: probe || /^(?:liveness|readiness|startup)(?:Probe)?$/.test(key.value) });
    }
  }
  return found;
}

const environmentKeys = [
  'env',
  'envVars',
  'environment',
  'extraEnv',
  'extraEnvs',
  'extraEnvVars',
  'additionalEnv',
] as const;
const argumentKeys = ['args', 'extraArgs', 'additionalArgs', 'additionalArguments'] as const;

function factsOfContainer(container: YamlMapping, place: ClientPlace): readonly Fact[] {
  const program = programOfImage(container);
  const command = wordsAt(container, 'command');
  return [
    ...environmentKeys.flatMap((key) => {
      const environment = get(container, key);
      return environment ? factsInEnvironmentNode(environment, place) : [];
    }),
    ...(command.length > 0
      ? clientsInCall([...command, ...wordsAt(container, 'args')], place)
      : clientsInCall(wordsAt(container, 'args'), place, program)),
    ...argumentKeys.slice(1).flatMap((key) => clientsInArguments(program, wordsAt(container, key), place)),
    ...clientsOfScript(container, place),
    ...clientsOfPatch(container, place),
    ...clientsOfPatchText(container, place),
  ];
}

/** A list of words, or a mapping of flags to values, as values of charts have them. */
function wordsAt(container: YamlMapping, key: string): readonly CallWord[] {
  const node = get(container, key);
  if (node?.kind !== 'mapping') return items(container, key).map(wordOfNode);
  return node.entries.flatMap(({ key: name, value }) => {
    const word = wordOfNode(value);
    if (value.kind !== 'scalar') return [];
    const flag = name.value.startsWith('-') ? name.value : `--${name.value}`;
    return [
      { ...word, value: word.value === undefined ? undefined : `${flag}=${word.value}`, raw: `${flag}=${word.raw}` },
    ];
  });
}

/** `gcr.io/kaniko-project/executor:v1` runs `kaniko-project/executor`, as far as anyone can tell. */
function programOfImage(container: YamlMapping): string | undefined {
  const image = text(container, 'image') ?? text(container, 'image', 'repository');
  return image
    ?.replace(/@.*$/, '')
    .replace(/:[^/]*$/, '')
    .split('/')
    .slice(-2)
    .join('/');
}

/** Tekton's `script` and Argo's `source`: a script beside an image. */
function clientsOfScript(container: YamlMapping, place: ClientPlace): readonly Fact<Client>[] {
  if (!get(container, 'image')) return [];
  const script = scalar(container, 'script') ?? scalar(container, 'source');
  const isShell = script && (!script.value.startsWith('#!') || /^#![^\n]*sh\b/.test(script.value));
  return isShell ? clientsInScript(wordOfNode(script).script(), place) : [];
}

/** JSON patch (RFC 6902) that adds an argument: `{op: add, path: …/args/-, value: --kubelet-insecure-tls}`. */
function clientsOfPatch(patch: YamlMapping, place: ClientPlace): readonly Fact<Client>[] {
  const path = text(patch, 'path');
  const value = scalar(patch, 'value');
  if (!value || path === undefined || !/^(?:add|replace)$/.test(text(patch, 'op') ?? '')) return [];
  return /\/args\/(?:-|\d+)$/.test(path) ? clientsInArguments(undefined, [wordOfNode(value)], place) : [];
}

/** A kustomization may hold such patches as text: `patch: |-`. */
function clientsOfPatchText(holder: YamlMapping, place: ClientPlace): readonly Fact<Client>[] {
  const patch = scalar(holder, 'patch');
  if (!patch || !/^\s*-\s*\{?\s*["']?(?:op|path|value)\b/.test(patch.value)) return [];
  return parseYaml(sourceOfScalar(patch)).documents.flatMap((document) =>
    items(document).flatMap((one) => (one.kind === 'mapping' ? clientsOfPatch(one, place) : [])),
  );
}

/** Keys that containers take as their environment, when their names leave no doubt. */
function clientsOfConfigMap(document: YamlNode, place: ClientPlace): readonly Fact<Client>[] {
  return entries(document, 'data').flatMap(({ key, value }) =>
    value.kind === 'scalar'
      ? clientsInEnvironment(key.value, wordOfNode(value), spanOfNode(key), place).filter(isCertain)
      : [],
  );
}

const isCertain = ({ data }: Fact<Client>): boolean => data.program !== 'a program';
