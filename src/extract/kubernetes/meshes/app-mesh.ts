import type { CertificateReference, Fact, Listener, Mesh, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { fieldFrom, labelsField, settingAt } from '../settings.ts';

type Mode = NonNullable<Mesh['mode']>;
const modes: Readonly<Record<string, Mode>> = { STRICT: 'strict', PERMISSIVE: 'permissive', DISABLED: 'disabled' };

/**
 * A VirtualNode of AWS App Mesh: what its listeners accept, and what it asks of the nodes that it calls.
 * Source: aws/aws-app-mesh-controller-for-k8s 1.13, apis/appmesh/v1beta2/virtualnode_types.go.
 */
export const virtualNode: KindExtractor = (object) => ({
  facts: [
    ...items(object.root, 'spec', 'listeners').flatMap((listener) => portFact(object, listener)),
    ...clientPolicy(object),
  ],
  diagnostics: [],
});

function portFact(object: KubernetesObject, listener: YamlNode): readonly Fact<Mesh>[] {
  const mode = scalar(listener, 'tls', 'mode');
  if (!mode) return [];
  const port = text(listener, 'portMapping', 'port');
  const labels = settingAt(object, object.root, 'spec', 'podSelector', 'matchLabels');
  return [
    buildFact<Mesh>(
      {
        technology: 'app-mesh',
        subject: port === undefined ? labelOf(object) : `port ${port} of ${labelOf(object)}`,
        self: spanOfNode(mode),
      },
      { kind: 'mesh', scope: 'port', ...(object.namespace !== undefined && { namespace: object.namespace }) },
      {
        mode: fieldFrom(settingAt(object, listener, 'tls', 'mode'), (value) => modes[value]),
        ports: portsOf(object, listener),
        selector: labels.state === 'absent' ? undefined : labelsField(labels),
      },
    ),
  ];
}

const portsOf = (object: KubernetesObject, listener: YamlNode): Field<readonly number[]> | undefined =>
  fieldFrom(settingAt(object, listener, 'portMapping', 'port'), (value) =>
    /^\d+$/.test(value) ? [Number(value)] : undefined,
  );

/** `backendDefaults.clientPolicy.tls`: TLS is asked for unless `enforce` is false; `validation` names the roots. */
function clientPolicy(object: KubernetesObject): readonly Fact<Upstream>[] {
  const policy = get(object.root, 'spec', 'backendDefaults', 'clientPolicy');
  const tls = get(policy, 'tls');
  const key = keyOf(policy, 'tls');
  if (!tls || !key) return [];
  const enforced = fieldFrom(settingAt(object, tls, 'enforce'), (value) =>
    value === 'true' ? true : value === 'false' ? false : undefined,
  );
  const validation = keyOf(tls, 'validation');
  const chain = validation ? written(true, spanOfNode(validation)) : unknown;
  return [
    buildFact<Upstream>(
      { technology: 'app-mesh', subject: `backends of ${labelOf(object)}`, self: spanOfNode(key) },
      { kind: 'upstream', mesh: true, exposure: 'private' },
      {
        tls: enforced ?? byDefault(true, 'App Mesh enforces a client policy unless it says otherwise'),
        verify: composite({ chain }),
      },
    ),
  ];
}

/** A VirtualGateway: one `listener` for each of its listeners with a `tls` block. */
export const virtualGateway: KindExtractor = (object) => ({
  facts: items(object.root, 'spec', 'listeners').flatMap((listener) => gatewayListener(object, listener)),
  diagnostics: [],
});

function gatewayListener(object: KubernetesObject, listener: YamlNode): readonly Fact<Listener>[] {
  const mode = scalar(listener, 'tls', 'mode');
  if (!mode) return [];
  const port = text(listener, 'portMapping', 'port');
  const isOn = { STRICT: true, DISABLED: false }[mode.value];
  const fields: Fields<Listener> = {
    ports: portsOf(object, listener),
    tls: isOn === undefined ? unknown : written(isOn, spanOfNode(mode)),
    certificates: certificateOf(listener),
    exposure: unknown,
  };
  const head = {
    technology: 'app-mesh',
    subject: port === undefined ? labelOf(object) : `${labelOf(object)} port ${port}`,
    self: spanOfNode(mode),
  };
  return [buildFact<Listener>(head, { kind: 'listener' }, fields)];
}

function certificateOf(listener: YamlNode): Field<readonly CertificateReference[]> | undefined {
  const arn = scalar(listener, 'tls', 'certificate', 'acm', 'certificateARN');
  if (arn) return written([{ from: 'managed', ref: arn.value }], spanOfNode(arn));
  const file = scalar(listener, 'tls', 'certificate', 'file', 'certificateChain');
  return file && written([{ from: 'file', ref: file.value }], spanOfNode(file));
}
