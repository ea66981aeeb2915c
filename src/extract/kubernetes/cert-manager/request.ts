import type { Issuance } from '../../../core/fact.ts';
import { byDefault, composite, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import { spanOfNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { isSince } from '../../versions.ts';
import { type KubernetesObject, qualified } from '../objects.ts';
import { fieldFrom, goDurationSeconds, type Setting, textIn } from '../settings.ts';

/** Where a request for a certificate says what it wants: fields of a Certificate, annotations, attributes of a volume. */
export interface RequestSettings {
  readonly duration: Setting;
  readonly renewBefore: Setting;
  /** Percent of the lifetime that is left at renewal. */
  readonly renewBeforePercentage: Setting;
  readonly algorithm: Setting;
  readonly size: Setting;
}

const ninetyDays = 90 * 24 * 3600;

/**
 * Lifetime, renewal and key of a request. Source: cert-manager 1.21.1, pkg/apis/certmanager/v1/const.go and
 * types_certificate.go, CertificateSpec. How long a certificate really lives is the issuer's decision.
 */
export function requestFields(
  settings: RequestSettings,
  lifetime: { readonly seconds: number; readonly reason: string } = {
    seconds: ninetyDays,
    reason: 'cert-manager asks for 90 days unless told otherwise',
  },
): Fields<Issuance> {
  const duration = fieldFrom(settings.duration, goDurationSeconds) ?? byDefault(lifetime.seconds, lifetime.reason);
  return {
    durationSeconds: duration,
    renewBeforeSeconds:
      fieldFrom(settings.renewBefore, goDurationSeconds) ??
      fieldFrom(settings.renewBeforePercentage, (percent) => shareOf(duration, percent)),
    key: keyField(settings),
  };
}

function shareOf(duration: Field<number>, percent: string): number | undefined {
  const share = /^[1-9]\d?$/.test(percent) ? Number(percent) / 100 : undefined;
  if (share === undefined || (duration.origin !== 'written' && duration.origin !== 'default')) return undefined;
  return Math.round(duration.value * share);
}

/** RSA of 2048 bits, or ECDSA of 256, where nothing is said. */
function keyField({ algorithm, size }: RequestSettings): Field<NonNullable<Issuance['key']>> {
  const reason = 'cert-manager makes RSA keys of 2048 bits, and ECDSA keys of 256, unless told otherwise';
  const kind = textIn(algorithm) ?? (algorithm.state === 'absent' ? 'RSA' : undefined);
  const bits = fieldFrom(size, (value) => (/^\d+$/.test(value) ? Number(value) : undefined));
  return composite({
    algorithm: fieldFrom(algorithm, (value) => value) ?? byDefault('RSA', reason),
    bits:
      kind === 'Ed25519'
        ? undefined
        : (bits ?? (kind === undefined ? unknown : byDefault(kind === 'ECDSA' ? 256 : 2048, reason))),
  });
}

/** A new key with each certificate since 1.18 (cert-manager release notes 1.18, "Default of rotationPolicy"). */
export function rotationField(
  setting: Setting,
  { version, reason, guessed }: VersionEvidence,
): Field<'always' | 'never'> {
  const own = fieldFrom(setting, (value) => (value === 'Always' ? 'always' : value === 'Never' ? 'never' : undefined));
  if (own) return own;
  return byDefault(isSince({ version }, '1.18.0') ? 'always' : 'never', `the default of ${reason}`, guessed);
}

/** `Issuer shop/ca`, `ClusterIssuer letsencrypt`: what the issuer's own fact is called. */
export function issuerFields(
  { namespace }: KubernetesObject,
  name: YamlScalar | undefined,
  kind: string,
  group: string | undefined,
): Fields<Issuance> {
  if (!name || name.value === '') return { issuer: unknown };
  const external = group !== undefined && group !== '' && group !== 'cert-manager.io';
  return {
    issuer: written(issuerName(kind, name.value, namespace), spanOfNode(name)),
    issuerType: external ? written('external', spanOfNode(name)) : unknown,
  };
}

/** Issuers whose kind says `Cluster` belong to no namespace; the others stand in the one of what refers to them. */
export const issuerName = (kind: string, name: string, namespace: string | undefined): string =>
  `${kind} ${kind.includes('Cluster') ? name : qualified(namespace, name)}`;

export const secretField = ({ namespace }: KubernetesObject, setting: Setting): Field<string> | undefined =>
  fieldFrom(setting, (name) => (name === '' ? undefined : qualified(namespace, name)));
