import type { Fact, Issuance, Mesh } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { isSince } from '../../versions.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, settingAt, textIn } from '../settings.ts';
import { durationSeconds } from './settings.ts';

type Mode = NonNullable<Mesh['mode']>;

/**
 * A Mesh: its `mtls` decides up to Kuma 2, where no backend that it enables means plain text. Kuma 3 reads `mtls` no
 * more and gives identities by MeshIdentity.
 * Source: Kuma 2.14.3, api/mesh/v1alpha1/mesh.proto; Kuma 3.0, UPGRADE.md, "`Mesh.mtls` is removed from the API".
 */
export const mesh: KindExtractor = (object, context) => {
  const spec = get(object.root, 'spec');
  return { facts: meshFacts(object, spec ?? object.root, context), diagnostics: [] };
};

/** What the mapping that holds `mtls` says. */
function meshFacts(object: KubernetesObject, holder: YamlNode, context: KindContext): readonly Fact[] {
  const { version, reason } = context.versions('kuma', object.root.source.path);
  const key = keyOf(holder, 'mtls');
  const head = { technology: 'kuma', subject: labelOf(object), self: headOf(object) };
  if (key && isSince({ version }, '3.0.0')) {
    const inert = written(
      `Kuma reads no mtls of a Mesh since 3.0 (${reason}); MeshIdentity gives identities`,
      spanOfNode(key),
    );
    return [buildFact<Mesh>({ ...head, self: spanOfNode(key) }, { kind: 'mesh', scope: 'mesh' }, { inert })];
  }
  const backend = enabledBackend(object, holder);
  const identified = context.known('kuma.io/MeshIdentity').length > 0;
  const fact = buildFact<Mesh>(head, { kind: 'mesh', scope: 'mesh' }, fieldsOf(object, backend, identified));
  return [fact, ...(backend.state === 'found' ? authorityFact(object, backend.node) : [])];
}

type Backend =
  | { readonly state: 'found'; readonly node: YamlNode }
  | { readonly state: 'none' }
  | { readonly state: 'unknown' };

/** The backend that `enabledBackend` names; Kuma refuses a name that `backends` does not have. */
function enabledBackend(object: KubernetesObject, holder: YamlNode): Backend {
  const enabled = settingAt(object, holder, 'mtls', 'enabledBackend');
  if (enabled.state === 'absent' || textIn(enabled) === '') return { state: 'none' };
  const name = textIn(enabled);
  const node = items(holder, 'mtls', 'backends').find((one) => name !== undefined && text(one, 'name') === name);
  return node ? { state: 'found', node } : { state: 'unknown' };
}

function fieldsOf(object: KubernetesObject, backend: Backend, identified: boolean): Fields<Mesh> {
  switch (backend.state) {
    case 'unknown':
      return { mode: unknown };
    case 'none':
      return {
        mode: identified ? unknown : byDefault('disabled', 'a Mesh without an enabled backend has no mutual TLS', true),
      };
    case 'found':
      return { mode: modeOf(object, backend.node), certificateLifetimeSeconds: lifetimeOf(object, backend.node) };
  }
}

/** Proto enums are read by name or by number. */
const modes: Readonly<Record<string, Mode>> = {
  STRICT: 'strict',
  PERMISSIVE: 'permissive',
  '0': 'strict',
  '1': 'permissive',
};

function modeOf(object: KubernetesObject, backend: YamlNode): Field<Mode> {
  const mode = fieldFrom(settingAt(object, backend, 'mode'), (value) => modes[value]);
  return mode ?? byDefault<Mode>('strict', 'a backend of a Mesh is STRICT unless it says otherwise');
}

function lifetimeOf(object: KubernetesObject, backend: YamlNode): Field<number> {
  const lifetime = fieldFrom(settingAt(object, backend, 'dpCert', 'rotation', 'expiration'), durationSeconds);
  return lifetime ?? byDefault(86400, 'certificates of proxies live for a day unless the backend says otherwise');
}

/** The authority that a `builtin` backend makes: RSA with 2048 bits for ten years, unless `conf.caCert` says otherwise. */
function authorityFact(object: KubernetesObject, backend: YamlNode): readonly Fact<Issuance>[] {
  const block = get(backend, 'conf', 'caCert');
  const key = keyOf(get(backend, 'conf'), 'caCert');
  const bits = scalar(block, 'RSAbits');
  if (!block || !key || text(backend, 'type') !== 'builtin') return [];
  const subject = `authority of ${labelOf(object)}`;
  return [
    buildFact<Issuance>(
      { technology: 'kuma', subject, self: spanOfNode(key) },
      { kind: 'issuance', issuer: subject, issuerType: 'self-signed', ca: true },
      {
        durationSeconds: fieldFrom(settingAt(object, block, 'expiration'), durationSeconds),
        key:
          bits &&
          (/^\d+$/.test(bits.value)
            ? written({ algorithm: 'RSA', bits: Number(bits.value) }, spanOfNode(bits), { bits: spanOfNode(bits) })
            : unknown),
      },
    ),
  ];
}
