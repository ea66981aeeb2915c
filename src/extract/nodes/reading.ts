import type { Fact } from '../../core/fact.ts';
import { type Source, spanOf } from '../../core/source.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { entries, get, keyOf, spanOfNode, type YamlNode } from '../../formats/yaml-tree.ts';
import { flagsOfArguments, flagsOfCommand, flagsOfFields } from '../dialects/component-flags.ts';
import { componentFacts } from '../dialects/control-plane.ts';

/** What one file tells the nodes of a cluster. */
export function readNodes({ sources: [source] }: Unit): Extraction {
  const name = source.held?.name ?? source.path;
  if (/\.(?:service|conf|env)(?:\.j2)?$/i.test(name)) return { facts: unitFacts(source), diagnostics: [] };
  const { documents, diagnostics } = parseYaml(source);
  const facts = documents.flatMap((document) => [...argumentLists(document), ...talosFacts(document)]);
  return { facts, diagnostics: facts.length > 0 ? diagnostics : [] };
}

/** Keys of k3s and RKE2 that hold flags of a component. */
const argumentKeys: Readonly<Record<string, string>> = {
  'kube-apiserver-arg': 'kube-apiserver',
  'kube-controller-manager-arg': 'kube-controller-manager',
  'kube-scheduler-arg': 'kube-scheduler',
  'kubelet-arg': 'kubelet',
  'etcd-arg': 'etcd',
};

const deepest = 12;

/**
 * `kube-apiserver-arg: [tls-min-version=…]`, wherever it stands: in a file of its own, or in what provisions nodes. k3s and
 * RKE2 add flags, so that what is absent is not known.
 */
function argumentLists(document: YamlNode): readonly Fact[] {
  const facts: Fact[] = [];
  const seen = new Set<YamlNode>();
  const open: { readonly node: YamlNode; readonly depth: number }[] = [{ node: document, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next;
    if (depth > deepest || seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'sequence')
      for (const item of node.items.toReversed()) open.push({ node: item, depth: depth + 1 });
    for (const { key, value } of entries(node)) {
      const program = argumentKeys[key.value.replace(/\+$/, '')];
      if (program === undefined) open.push({ node: value, depth: depth + 1 });
      else if (value.kind === 'sequence' || value.kind === 'scalar')
        facts.push(
          ...componentFacts(program, flagsOfArguments(asList(value), spanOfNode(key), true), {
            technology: 'kubernetes',
            subject: `${program} of this cluster`,
          }),
        );
    }
  }
  return facts;
}

/** One flag may stand without a list around it. */
const asList = (node: YamlNode): YamlNode =>
  node.kind === 'sequence'
    ? node
    : { kind: 'sequence', source: node.source, range: node.range, items: [node], open: false };

/** Components of a Talos machine configuration, and where their arguments stand. */
const talosComponents = [
  ['kube-apiserver', 'cluster', 'apiServer'],
  ['kube-controller-manager', 'cluster', 'controllerManager'],
  ['kube-scheduler', 'cluster', 'scheduler'],
  ['etcd', 'cluster', 'etcd'],
  ['kubelet', 'machine', 'kubelet'],
] as const;

function talosFacts(document: YamlNode): readonly Fact[] {
  if (document.kind !== 'mapping' || keyOf(document, 'apiVersion')) return [];
  return talosComponents.flatMap(([program, section, component]) => {
    const config = get(document, section, component);
    const place = { technology: 'kubernetes', subject: `${program} of this cluster` };
    const args = get(config, 'extraArgs');
    const argsKey = keyOf(config, 'extraArgs');
    const fields = program === 'kubelet' ? get(config, 'extraConfig') : undefined;
    const fieldsKey = keyOf(config, 'extraConfig');
    return [
      ...(args && argsKey ? componentFacts(program, flagsOfArguments(args, spanOfNode(argsKey), true), place) : []),
      ...(fields && fieldsKey
        ? componentFacts(program, flagsOfFields(fields, spanOfNode(fieldsKey), true), place)
        : []),
    ];
  });
}

/** A unit of the kubelet or the control plane, a drop-in for it, or a file of its variables. */
function unitFacts(source: Source): readonly Fact[] {
  const text = source.text.replace(/^[ \t]*[#;].*$/gm, (line) => ' '.repeat(line.length));
  const name = /\b(kube-apiserver|kube-controller-manager|kube-scheduler|kubelet)\b/;
  const program = name.exec(source.held?.name ?? source.path)?.[1] ?? name.exec(text)?.[1];
  const first = /--(?:tls-|kubelet-|read-only-port)[\w-]*/.exec(text);
  if (program === undefined || !first) return [];
  const word = { text, source, range: { start: 0, end: text.length }, unknown: false };
  const self = spanOf(source, first.index, first.index + first[0].length);
  return componentFacts(program, flagsOfCommand([word], self, true), {
    technology: 'kubernetes',
    subject: `${program} of this node`,
  });
}
