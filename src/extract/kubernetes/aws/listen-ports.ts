import type { Span } from '../../../core/source.ts';
import { entries, items, spanOfNode } from '../../../formats/yaml-tree.ts';
import { jsonIn } from '../json-value.ts';
import { headOf } from '../objects.ts';
import { annotation, settingAt, spanIn, textIn } from '../settings.ts';
import { type Membership, prefix } from './ingress-group.ts';

/** A port that the load balancer listens on, and where that is said. */
export interface ListenPort {
  readonly secure: boolean;
  readonly port: number;
  readonly span: Span;
}

/**
 * The ports of an Ingress: `listen-ports`, JSON as `[{"HTTP": 80}, {"HTTPS": 443}]`; else 443 where a certificate is
 * named and 80 where none is (pkg/ingress/model_build_listener.go, computeIngressListenPorts). `undefined` where they
 * cannot be known.
 */
export function listenPortsOf(membership: Membership): readonly ListenPort[] | undefined {
  const { object, params, paramsElsewhere } = membership;
  const setting = annotation(object, `${prefix}listen-ports`);
  if (setting.state !== 'absent') {
    const json = jsonIn(setting);
    const ports =
      json?.kind === 'sequence'
        ? items(json)
            .flatMap((one) => entries(one))
            .flatMap(portIn)
        : [];
    return ports.length > 0 ? ports : undefined;
  }
  const certificate = annotation(object, `${prefix}certificate-arn`);
  const create = annotation(object, `${prefix}create-acm-cert`);
  const fixed = params ? settingAt(params, params.root, 'spec', 'certificateArn') : undefined;
  if (certificate.state === 'unknown' || fixed?.state === 'unknown' || paramsElsewhere) return undefined;
  const named =
    spanIn(certificate) ??
    (fixed ? spanIn(fixed) : undefined) ??
    (textIn(create) === 'true' ? spanIn(create) : undefined);
  return named ? [{ secure: true, port: 443, span: named }] : [{ secure: false, port: 80, span: headOf(object) }];
}

function portIn({ key, value }: ReturnType<typeof entries>[number]): readonly ListenPort[] {
  if (value.kind !== 'scalar' || !/^\d+$/.test(value.value) || !/^HTTPS?$/.test(key.value)) return [];
  return [{ secure: key.value === 'HTTPS', port: Number(value.value), span: spanOfNode(key) }];
}
