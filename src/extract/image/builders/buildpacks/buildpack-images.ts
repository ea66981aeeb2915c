import { data } from '../../../../../data/image-builders.yaml';
import type { Fact } from '../../../../core/fact.ts';
import type { Source, Span } from '../../../../core/source.ts';
import { spanOf } from '../../../../core/source.ts';
import type { Extraction } from '../../../../core/technology.ts';
import { parseToml } from '../../../../formats/toml.ts';
import { parseYaml } from '../../../../formats/yaml.ts';
import { get, scalar, spanOfNode } from '../../../../formats/yaml-tree.ts';
import { baseImage, globPattern } from '../../base-images.ts';
import { skaffoldArtifacts } from '../../callers/skaffold-artifacts.ts';
import { undecided } from '../../need/evidence.ts';
import { builtImage } from '../built-image.ts';

/** The images of a project descriptor, of Skaffold's artifacts, and of calls of `pack build`; none of an unknown builder. */
export function buildpackImages(source: Source): Extraction {
  const facts = /\.toml$/.test(source.path)
    ? described(source)
    : /(?:^|\/)skaffold[^/]*$/.test(source.path)
      ? skaffolded(source)
      : called(source);
  return { facts, diagnostics: [] };
}

function described(source: Source): readonly Fact[] {
  const { root } = parseToml(source);
  const builder = scalar(root, 'io', 'buildpacks', 'builder') ?? scalar(root, 'build', 'builder');
  return builder ? imageOf(builder.value, spanOfNode(builder)) : [];
}

const skaffolded = (source: Source): readonly Fact[] =>
  parseYaml(source)
    .documents.flatMap(skaffoldArtifacts)
    .flatMap((artifact) => {
      const builder = scalar(artifact, 'buildpacks', 'builder');
      return builder && !get(artifact, 'buildpacks', 'runImage') ? imageOf(builder.value, spanOfNode(builder)) : [];
    });

/** `pack build app --builder X`, over continued lines. */
const called = (source: Source): readonly Fact[] =>
  [...source.text.matchAll(/\bpack[ \t]+build\b(?:[^\n\\]|\\[^\n]|\\\r?\n){0,2000}/g)].flatMap(({ 0: call, index }) => {
    const builder = /(?:--builder|-B)(?:[ \t]+|=)["']?([\w./:@-]+)(?=["']?(?:\s|$))/.exec(call);
    const written = builder?.[1];
    if (!builder || written === undefined || /--run-image\b/.test(call)) return [];
    const start = index + builder.index + builder[0].lastIndexOf(written);
    return imageOf(written, spanOf(source, start, start + written.length));
  });

function imageOf(builder: string, span: Span): readonly Fact[] {
  const [, name = builder, tag = 'latest'] =
    /^([^@]*?)(?::([^/@]+))?(?:@.*)?$/.exec(builder.replace(/^(?:index\.)?docker\.io\//, '')) ?? [];
  const found = data.buildpacks.find(
    (entry) => globPattern(entry.builder).test(name) && (!entry.tags || new RegExp(`^(?:${entry.tags})$`).test(tag)),
  );
  if (!found) return [];
  const { caBundle } = baseImage(found.run);
  return [
    builtImage({
      technology: 'buildpacks',
      subject: `the image that ${name} builds`,
      self: span,
      name,
      base: { reference: found.run, span },
      caBundle,
      need: () => undecided,
      fix: 'choose a run image that has one',
    }),
  ];
}
