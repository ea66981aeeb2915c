import { nestedSource, type Segment, type Source } from '../../../core/source.ts';
import { scalar, sourceOfScalar, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';

/**
 * The PEM that a Route holds: its certificate with the chain of `caCertificate` after it, as the router presents them; its
 * key; and the authority of its backends.
 */
export function embeddedIn(object: KubernetesObject, tls: YamlNode): readonly Source[] {
  const held = (name: string) => ({ name, holder: labelOf(object), container: 'inline' as const });
  const pem = (key: string): YamlScalar | undefined => {
    const node = scalar(tls, key);
    return node?.value.includes('-----BEGIN ') ? node : undefined;
  };
  const [certificate, chain] = [pem('certificate'), pem('caCertificate')];
  const [key, authority] = [pem('key'), pem('destinationCACertificate')];
  return [
    ...(certificate
      ? [chain ? joined(certificate, chain, held('tls.crt')) : sourceOfScalar(certificate, held('tls.crt'))]
      : []),
    ...(key ? [sourceOfScalar(key, held('tls.key'))] : []),
    ...(authority ? [sourceOfScalar(authority, held('ca.crt'))] : []),
  ];
}

/** Two scalars of one file as one text, each part mapped to its own place. */
function joined(first: YamlScalar, second: YamlScalar, held: NonNullable<Source['held']>): Source {
  const separator = first.value.endsWith('\n') ? '' : '\n';
  const start = first.value.length + separator.length;
  const moved = second.segments.map(
    ({ inner, outer }): Segment => ({ inner: { start: inner.start + start, end: inner.end + start }, outer }),
  );
  return nestedSource(first.source, `${first.value}${separator}${second.value}`, [...first.segments, ...moved], held);
}
