import { data } from '../../../../../data/image-builders.yaml';
import type { Fact } from '../../../../core/fact.ts';
import type { Source, Span } from '../../../../core/source.ts';
import { spanOf } from '../../../../core/source.ts';
import type { Extraction } from '../../../../core/technology.ts';
import { spanOfWord } from '../../../../formats/word.ts';
import type { XmlElement } from '../../../../formats/xml.ts';
import { childrenNamed, descendantsNamed, parseXml } from '../../../../formats/xml.ts';
import { baseImage } from '../../base-images.ts';
import { builtImage } from '../built-image.ts';
import type { WrittenBase } from './gradle.ts';
import { gradleBase } from './gradle.ts';

const byItself = 'the default base of Jib';

/** The image of a pom.xml or of a Gradle script; none where its base is computed or may be written elsewhere. */
export function jibImages(source: Source): Extraction {
  const facts = source.path.endsWith('.xml') ? mavenImages(source) : gradleImages(source);
  return { facts, diagnostics: [] };
}

function mavenImages(source: Source): readonly Fact[] {
  const { root } = parseXml(source);
  if (!root) return [];
  return descendantsNamed(root, 'plugin')
    .filter((plugin) => childrenNamed(plugin, 'artifactId')[0]?.content?.text === 'jib-maven-plugin')
    .flatMap((plugin) => {
      const self = spanOf(source, plugin.nameRange.start, plugin.nameRange.end);
      const base = mavenBase(plugin, root);
      // A project takes over what its parent says of the plugin.
      if (base === undefined && childrenNamed(root, 'parent').length > 0) return [];
      const war = childrenNamed(root, 'packaging')[0]?.content?.text === 'war';
      return imageOf(base, war, self, 'jib-maven-plugin');
    });
}

function mavenBase(plugin: XmlElement, root: XmlElement): WrittenBase {
  const images = descendantsNamed(plugin, 'from').flatMap((from) => childrenNamed(from, 'image'));
  const [image, ...more] = images;
  const written = image?.content;
  if (more.length > 0) return null;
  if (written && !written.unknown) return { reference: written.text, span: spanOfWord(written) };
  const property = written ? /^\$\{([\w.-]+)\}$/.exec(written.text)?.[1] : 'jib.from.image';
  const values = childrenNamed(root, 'properties').flatMap((one) => childrenNamed(one, property ?? ''));
  const value = values.at(-1)?.content;
  if (value && !value.unknown && property !== undefined) return { reference: value.text, span: spanOfWord(value) };
  return written ? null : undefined;
}

function gradleImages(source: Source): readonly Fact[] {
  const found = gradleBase(source);
  return found ? imageOf(found.base, false, found.self, 'jib') : [];
}

function imageOf(base: WrittenBase, war: boolean, self: Span, name: string): readonly Fact[] {
  if (base === null) return [];
  const reference = base ? base.reference.replace(/^(?:registry|docker):\/\//, '') : war ? data.jib.war : data.jib.java;
  if (/^tar:\/\//.test(reference)) return [];
  const { caBundle } = baseImage(reference);
  return [
    builtImage({
      technology: 'jib',
      subject: 'the image that Jib builds',
      self,
      name,
      base: base ? { reference, span: base.span } : { reference, reason: byItself },
      caBundle,
      // The program is Java, whatever the base holds beside its JVM.
      need: () => ({ need: 'builtin', evidence: [] }),
      fix: `build on ${data.jib.java}`,
    }),
  ];
}
