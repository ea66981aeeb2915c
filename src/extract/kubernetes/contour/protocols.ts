import { data } from '../../../../data/contour-defaults.yaml';
import type { ProtocolVersion } from '../../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import { spanInScalar, spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { compareProtocols, parseProtocol, protocolRange } from '../../../tls/protocols.ts';
import { cipherSuite } from '../../../tls/suites.ts';
import { isSince } from '../../versions.ts';
import { type Setting, scalarIn } from '../settings.ts';

/** A version that is written and counts, and where. */
interface Bound {
  readonly version: ProtocolVersion;
  readonly node: YamlScalar;
}

/**
 * The versions between two settings, `1.2` and `1.3`. A value that Contour does not know counts as not written
 * (Contour 1.33, internal/annotation/annotations.go, TLSVersion). `floor` is what Contour's own configuration asks for at
 * least, where that is at hand.
 */
export function protocolsBetween(
  least: Setting,
  most: Setting,
  evidence: VersionEvidence,
  floor: Bound | undefined = undefined,
): Field<readonly ProtocolVersion[]> {
  if (least.state === 'unknown' || most.state === 'unknown') return unknown;
  const minimum = data.minimum.find(({ since }) => isSince(evidence, since))?.protocol;
  const own = boundIn(least, evidence);
  const lower = floor && (!own || compareProtocols(floor.version, own.version) > 0) ? floor : own;
  const upper = isSince(evidence, data.maximumSince) ? boundIn(most, evidence) : undefined;
  const range = (oldest: ProtocolVersion): readonly ProtocolVersion[] =>
    protocolRange(oldest, upper?.version ?? 'TLSv1.3');
  if (lower) return written(range(lower.version), spanOfNode(lower.node));
  if (!minimum) return unknown;
  if (upper) return written(range(minimum), spanOfNode(upper.node));
  return byDefault(range(minimum), `the default of ${evidence.reason}`, evidence.guessed);
}

/** The version that a setting names, if Contour reads it. */
export function boundIn(setting: Setting, evidence: VersionEvidence): Bound | undefined {
  const node = scalarIn(setting);
  const version = node && parseProtocol(node.value);
  if (!node || !version || !/^1\.[1-3]$/.test(node.value)) return undefined;
  const isNew = version === 'TLSv1.2' || version === 'TLSv1.3';
  return isNew || !isSince(evidence, data.onlyNewVersionsSince) ? { version, node } : undefined;
}

/** The suites that Contour gives Envoy where none are written. */
export function defaultCiphers(evidence: VersionEvidence): Field<readonly string[]> {
  return isSince(evidence, data.ciphersSince)
    ? byDefault(data.ciphers, `the default of ${evidence.reason}`, evidence.guessed)
    : unknown;
}

/** A list of suites by OpenSSL name; `[A|B]` holds suites of equal preference. An empty list is the default one. */
export function cipherList(setting: Setting, evidence: VersionEvidence): Field<readonly string[]> {
  if (setting.state === 'absent') return defaultCiphers(evidence);
  if (setting.state !== 'written' || setting.node.kind !== 'sequence') return unknown;
  if (setting.node.items.length === 0) return setting.node.open ? unknown : defaultCiphers(evidence);
  const placed = setting.node.items.flatMap((item) => (item.kind === 'scalar' ? suitesIn(item) : []));
  return written(
    placed.map(([name]) => name),
    spanOfNode(setting.node),
    Object.fromEntries(placed.map(([, span], index) => [String(index), span])),
  );
}

const suitesIn = (item: YamlScalar): readonly (readonly [string, Span])[] =>
  [...item.value.matchAll(/[^[\]|\s]+/g)]
    .filter(([name]) => (cipherSuite(name)?.protocol ?? 'TLSv1.3') !== 'TLSv1.3')
    .map(({ 0: name, index }) => [name, spanInScalar(item, index, index + name.length)]);
