import type { Span } from '../../core/source.ts';
import { boolean, spanOfNode, type YamlNode } from '../../formats/yaml-tree.ts';
import { elementsAt, has, keyAt, nodeAt, type Setting, settingAt, spanOfSetting } from './messages.ts';
import { resolved, type Secrets } from './secrets.ts';

/** Something that a context does, and where it says so; `unknown`: what is not in the file decides. */
export type Trait = { readonly is: true; readonly span: Span } | { readonly is: false } | { readonly is: 'unknown' };

/** How the other side's certificate is validated. */
export interface Validation {
  /** Against roots, or against pinned certificates. */
  readonly chain: Trait;
  /** Whoever fails the check may go on all the same. */
  readonly acceptsUntrusted: Trait;
  /** By subject alternative names, or by pinned certificates. */
  readonly names: Trait;
  /** A certificate has to be shown, as it is pinned or must bear a name. */
  readonly demands: Trait;
  /** Certificates may be out of date. */
  readonly allowsExpired: Trait;
  /** The file of roots. */
  readonly ca: Setting;
}

const no: Trait = { is: false };
const perhaps: Trait = { is: 'unknown' };
const nothing: Validation = {
  ...{ chain: no, acceptsUntrusted: no, names: no, demands: no, allowsExpired: no, ca: { state: 'absent' } },
};
const undecided: Validation = {
  ...{ chain: perhaps, acceptsUntrusted: perhaps, names: perhaps, demands: perhaps, allowsExpired: perhaps },
  ca: { state: 'unknown' },
};

/**
 * What a TLS context says about validation: in place, in a secret of the file, or in one from elsewhere, which leaves it
 * open. Source: Envoy API v3, CommonTlsContext and CertificateValidationContext.
 */
export function validationOf(context: YamlNode | undefined, secrets: Secrets): Validation {
  if (!context) return undecided;
  const common = settingAt(context, 'common_tls_context');
  if (common.state === 'absent') return nothing;
  if (common.state === 'unknown') return undecided;
  const direct = settingAt(common.node, 'validation_context');
  if (direct.state === 'written') return inContext(direct.node);
  const reference = nodeAt(common.node, 'validation_context_sds_secret_config');
  if (reference) return inSecret(reference, secrets);
  const combined = nodeAt(common.node, 'combined_validation_context');
  if (combined) return inCombination(combined, secrets);
  const open =
    direct.state === 'unknown' ||
    common.node.kind !== 'mapping' ||
    common.node.open ||
    // Fields of certificate providers, which only other programs than Envoy read.
    common.node.entries.some(({ key }) => /^validation_?context_?certificate_?provider/i.test(key.value));
  return open ? undecided : nothing;
}

function inSecret(reference: YamlNode, secrets: Secrets): Validation {
  const found = resolved(reference, 'validation_context', secrets);
  return found.state === 'here' ? inContext(found.message) : undecided;
}

/** A default that the secret adds to: what the default says counts, and what it leaves out the secret may say. */
function inCombination(combined: YamlNode, secrets: Secrets): Validation {
  const standard = nodeAt(combined, 'default_validation_context');
  const reference = nodeAt(combined, 'validation_context_sds_secret_config');
  const own = standard ? inContext(standard) : nothing;
  const added = reference ? inSecret(reference, secrets) : undecided;
  return {
    chain: either(own.chain, added.chain),
    acceptsUntrusted: either(own.acceptsUntrusted, added.acceptsUntrusted),
    names: either(own.names, added.names),
    demands: either(own.demands, added.demands),
    allowsExpired: either(own.allowsExpired, added.allowsExpired),
    ca: own.ca.state === 'absent' ? added.ca : own.ca,
  };
}

const either = (a: Trait, b: Trait): Trait => (a.is === true ? a : b.is === true ? b : a.is === 'unknown' ? a : b);

function inContext(context: YamlNode): Validation {
  const custom = settingAt(context, 'custom_validator_config');
  // `system_root_certs` is for gRPC clients: Envoy takes no notice of it (observed on 1.40.0).
  const provided = settingAt(context, 'ca_certificate_provider_instance').state !== 'absent';
  const roots = firstOf(traitOf(context, 'trusted_ca'), provided ? perhaps : no);
  const pins = firstOf(listTrait(context, 'verify_certificate_spki'), listTrait(context, 'verify_certificate_hash'));
  const names = firstOf(...nameFields.map((field) => listTrait(context, field)));
  const chain = firstOf(roots, pins);
  const file = settingAt(context, 'trusted_ca', 'filename');
  const decided = custom.state === 'absent';
  return {
    chain: decided ? chain : perhaps,
    acceptsUntrusted: acceptsUntrusted(settingAt(context, 'trust_chain_verification')),
    names: decided ? firstOf(names, pins) : perhaps,
    demands: decided ? firstOf(names, pins) : perhaps,
    allowsExpired: flagTrait(context, 'allow_expired_certificate'),
    ca: file.state === 'absent' && has(context, 'trusted_ca') ? { state: 'absent' } : file,
  };
}

/** The present field, and those of older releases. */
const nameFields = ['match_typed_subject_alt_names', 'match_subject_alt_names', 'verify_subject_alt_name'];

function acceptsUntrusted(setting: Setting): Trait {
  if (setting.state === 'absent') return no;
  const value = setting.state === 'written' && setting.node.kind === 'scalar' ? setting.node.value : undefined;
  if (value === 'VERIFY_TRUST_CHAIN' || value === '0') return no;
  const span = spanOfSetting(setting);
  return span && (value === 'ACCEPT_UNTRUSTED' || value === '1') ? { is: true, span } : perhaps;
}

/** Whether a message has the field, placed at what it names. */
function traitOf(context: YamlNode, field: string): Trait {
  const setting = settingAt(context, field);
  if (setting.state === 'absent') return no;
  const key = keyAt(context, field);
  return setting.state === 'unknown' && !key ? perhaps : { is: true, span: spanOfNode(key ?? context) };
}

function listTrait(context: YamlNode, field: string): Trait {
  const { items, open } = elementsAt(context, field);
  const key = keyAt(context, field);
  if (items.length > 0 && key) return { is: true, span: spanOfNode(key) };
  return open ? perhaps : no;
}

const firstOf = (...traits: readonly Trait[]): Trait =>
  traits.find((trait) => trait.is === true) ?? traits.find((trait) => trait.is === 'unknown') ?? no;

/** A flag that is on; off unless written. */
export function flagTrait(node: YamlNode | undefined, ...path: readonly string[]): Trait {
  const setting = settingAt(node, ...path);
  if (setting.state === 'absent') return no;
  const value = setting.state === 'written' ? boolean(setting.node) : undefined;
  const span = spanOfSetting(setting);
  return value === undefined || !span ? perhaps : value ? { is: true, span } : no;
}

/** The first trait that holds, else one that might. */
export const anyTrait = firstOf;
