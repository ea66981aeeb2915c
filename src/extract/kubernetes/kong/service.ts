import { data } from '../../../../data/kong-defaults.yaml';
import type { Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { spanOfNode } from '../../../formats/yaml-tree.ts';
import { isSince } from '../../versions.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { annotation, booleanField, scalarIn, textField, textIn } from '../settings.ts';
import { knownSettings, settingOf } from './settings.ts';

/**
 * A Service that Kong reaches over TLS by its annotations. Without `tls-verify` the gateway's own setting decides, which
 * is off. Source: Kong/kubernetes-ingress-controller v3.5.9, internal/annotations/annotations.go;
 * internal/dataplane/kongstate/service.go; Kong 3.9, kong/db/schema/entities/services.lua, tls_verify.
 */
export const kongService: KindExtractor = (object, context) => {
  const protocol = annotation(object, 'konghq.com/protocol');
  if (protocol.state !== 'written' || !/^(https|grpcs|tls|wss)$/.test(textIn(protocol) ?? '') || !object.name)
    return nothing;
  const target = qualified(object.namespace, object.name);
  const span = spanOfNode(protocol.node);
  const fact = buildFact<Upstream>(
    { technology: 'kong', subject: `Kong to ${labelOf(object)}`, self: span },
    { kind: 'upstream', exposure: 'private', target, service: target },
    { tls: written(true, span), ...verification(object, context) },
  );
  return { facts: [fact], diagnostics: [] };
};

/** Kong asks for the name of the host that it forwards, and checks that one. */
function verification(object: KubernetesObject, context: KindContext): Fields<Upstream> {
  const evidence = context.versions('kong-ingress-controller', object.root.source.path);
  const verify = annotation(object, 'konghq.com/tls-verify');
  const reads = isSince(evidence, data.verifyAnnotationsSince);
  const checks: Field<boolean> = (reads ? booleanField(verify) : undefined) ?? ofGateway(context);
  const secret = annotation(object, 'konghq.com/client-cert');
  const name = scalarIn(secret);
  return {
    verify: composite<NonNullable<Upstream['verify']>>({ chain: checks, hostname: checks }),
    ca: reads ? authority(object) : undefined,
    serverName: textField(annotation(object, 'konghq.com/host-header')),
    clientCertificate: name && written(qualified(object.namespace, name.value), spanOfNode(name)),
  };
}

function authority(object: KubernetesObject): Field<string> | undefined {
  const kinds = { 'ca-certificates-secrets': 'Secret', 'ca-certificates-configmaps': 'ConfigMap' };
  return Object.entries(kinds).flatMap(([name, kind]) => {
    const node = scalarIn(annotation(object, `konghq.com/${name}`));
    const first = node?.value.split(',')[0]?.trim();
    return node && first ? [written(`${kind} ${qualified(object.namespace, first)}`, spanOfNode(node))] : [];
  })[0];
}

/** `nginx_proxy_proxy_ssl_verify`, which nginx leaves off. */
function ofGateway(context: KindContext): Field<boolean> {
  const settings = knownSettings(context);
  const reason = 'Kong verifies a service only with konghq.com/tls-verify: "true"';
  if (settings === undefined) return byDefault(false, reason);
  if (settings === 'several') return unknown;
  const setting = settingOf(settings, 'nginx_proxy_proxy_ssl_verify');
  if (setting.state === 'written') return written(/^on$/i.test(setting.node.value), spanOfNode(setting.node));
  return setting.state === 'absent' ? byDefault(false, reason) : unknown;
}
