import type { Range } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import type { YamlNode } from '../../../formats/yaml-tree.ts';
import { entries, get, items, lookUp, text } from '../../../formats/yaml-tree.ts';
import type { BuildCall, WrittenCall } from './build-call.ts';
import { callOf, isOpen, openAsNull, pairsOf } from './build-call.ts';
import { skaffoldArtifacts } from './skaffold-artifacts.ts';

interface Calls {
  readonly calls: readonly BuildCall[];
  /** The parts of the text that were read, where the rest is to be searched. */
  readonly ranges?: readonly Range[];
}

type Read = (documents: readonly YamlNode[], path: string, repository: Repository) => Calls;

/** The text at a path: `undefined` where it is absent, `null` where a template or a variable decides it. */
function written(node: YamlNode, ...path: readonly string[]): string | null | undefined {
  const found = lookUp(node, ...path);
  if (found.state === 'absent') return undefined;
  return found.state === 'present' && found.node.kind === 'scalar' ? openAsNull(found.node.value) : null;
}

/** The text of a node, also where it holds a template: then as it is written. */
function rawText(node: YamlNode | undefined): string {
  if (node?.kind === 'scalar') return node.value;
  return node?.kind === 'unknown'
    ? node.source.text.slice(node.range.start, node.range.end).replace(/^["']|["']$/g, '')
    : '';
}

/** The node of a key, also one that holds a template. */
const nodeAt = (node: YamlNode, key: string): YamlNode | undefined =>
  entries(node).findLast((entry) => entry.key.value === key)?.value;

/** Build arguments: a mapping, or a list of `NAME=value`. A null value is taken from the environment. */
function argumentsAt(node: YamlNode, ...path: readonly string[]): ReadonlyMap<string, string | undefined> {
  const pairs = entries(node, ...path).map(
    ({ key, value }) =>
      [key.value, value.kind === 'scalar' && !isUnset(value.value) ? value.value : undefined] as const,
  );
  const named = pairs.map(([name, value]) => [name, value !== undefined && isOpen(value) ? undefined : value] as const);
  return new Map([...pairsOf(items(node, ...path).map(rawText)), ...named]);
}

const isUnset = (value: string): boolean => value === '' || value === 'null' || value === '~';

/** `services.*.build`. Source: Compose build specification. */
export const composeCalls: Read = (documents, path, repository) => ({
  calls: documents.flatMap((document) =>
    entries(document, 'services').flatMap(({ value: service }) => {
      const build = get(service, 'build');
      if (!build) return [];
      if (build.kind === 'scalar') return [callOf(path, { context: openAsNull(build.value) }, repository)];
      const context = written(build, 'context');
      const dockerfile = get(build, 'dockerfile_inline') ? null : written(build, 'dockerfile');
      // An override names neither: it is about whatever the file that it completes builds.
      const open = context === undefined && dockerfile === undefined;
      return [
        callOf(
          path,
          {
            context: open ? null : context,
            dockerfile,
            target: written(build, 'target'),
            args: argumentsAt(build, 'args'),
            contexts: [
              ...entries(build, 'additional_contexts').map(({ key, value }) => [key.value, text(value) ?? ''] as const),
              ...items(build, 'additional_contexts').flatMap((item) => pair(rawText(item))),
            ],
          },
          repository,
        ),
      ];
    }),
  ),
});

function pair(written: string): readonly (readonly [string, string])[] {
  const equals = written.indexOf('=');
  return equals > 0 ? [[written.slice(0, equals).trim(), written.slice(equals + 1).trim()]] : [];
}

/** Artifacts that `docker` or `kaniko` builds. Source: Skaffold v4 schema. */
export const skaffoldCalls: Read = (documents, path, repository) => ({
  calls: documents.flatMap(skaffoldArtifacts).flatMap((artifact) => {
    const other = ['bazel', 'jib', 'ko', 'buildpacks', 'custom'].some((builder) => get(artifact, builder));
    if (other || get(artifact, 'image') === undefined) return [];
    const builder = get(artifact, 'docker') ?? get(artifact, 'kaniko');
    const call: WrittenCall = {
      context: written(artifact, 'context'),
      ...(builder && {
        dockerfile: written(builder, 'dockerfile'),
        target: written(builder, 'target'),
        args: argumentsAt(builder, 'buildArgs'),
      }),
    };
    return [callOf(path, call, repository)];
  }),
});

/** Steps with docker/build-push-action; what else a workflow says is searched. */
export const workflowCalls: Read = (documents, path, repository) => {
  const ranges: Range[] = [];
  const calls = documents.flatMap((document) =>
    [...entries(document, 'jobs').flatMap(({ value }) => items(value, 'steps')), ...items(document, 'runs', 'steps')]
      .filter((step) => /^docker\/build-push-action@/.test(text(step, 'uses') ?? ''))
      .flatMap((step) => {
        const inputs = get(step, 'with');
        if (inputs?.kind !== 'mapping') return [];
        const target = written(inputs, 'target');
        // Which stage a template names stands elsewhere in the workflow: there it is searched.
        ranges.push(inputs.range);
        const file = written(inputs, 'file');
        const outputs = written(inputs, 'outputs');
        return [
          {
            ...callOf(
              path,
              {
                // The file is a path of the working folder, not of the context.
                context: file === undefined ? written(inputs, 'context') : '.',
                dockerfile: file,
                target,
                args: pairsOf(rawText(nodeAt(inputs, 'build-args')).split('\n')),
                contexts: rawText(nodeAt(inputs, 'build-contexts')).split('\n').flatMap(pair),
                outputs:
                  outputs === undefined
                    ? []
                    : outputs === null
                      ? [null]
                      : outputs.split('\n').filter((one) => one !== ''),
              },
              repository,
            ),
          },
        ];
      }),
  );
  return { calls, ranges };
};

/** `dockers` and `dockers_v2`. Source: GoReleaser documentation, "Docker" and "Docker images (v2)". */
export const goReleaserCalls: Read = (documents, path, repository) => ({
  calls: documents.flatMap((document) =>
    [...items(document, 'dockers'), ...items(document, 'dockers_v2')].map((entry) => {
      const flags = [...items(entry, 'build_flag_templates'), ...items(entry, 'flags')].map(rawText);
      const flag = (name: string): string[] =>
        flags.flatMap((one, index) => {
          if (one.startsWith(`--${name}=`)) return [one.slice(name.length + 3)];
          return one === `--${name}` ? [flags[index + 1] ?? ''] : [];
        });
      return callOf(
        path,
        {
          dockerfile: written(entry, 'dockerfile'),
          target: openAsNull(flag('target').at(-1)),
          args: new Map([...pairsOf(flag('build-arg')), ...argumentsAt(entry, 'build_args')]),
          contexts: flag('build-context').flatMap(pair),
        },
        repository,
      );
    }),
  ),
});

/** The text with some of its ranges blanked out. */
export function blanked(text: string, ranges: readonly Range[]): string {
  let result = '';
  let at = 0;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    result += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, ' ');
    at = end;
  }
  return result + text.slice(at);
}
