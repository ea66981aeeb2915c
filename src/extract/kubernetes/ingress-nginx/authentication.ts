import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, written } from '../../../core/fact-builder.ts';
import { spanOfNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { type Setting, scalarIn } from '../settings.ts';

/**
 * The service that is asked whether a request may pass: `auth-url`, `global-auth-url`. Whether its certificate is checked
 * no annotation says: nginx does so only where raw configuration tells it to, for all that it connects to. None where the
 * address is made of variables, as in `https://$host/oauth2/auth`.
 */
export function authentication(
  object: KubernetesObject,
  setting: Setting,
  technology: string,
): readonly Fact<Upstream>[] {
  const node = scalarIn(setting);
  const [, scheme, authority = ''] = /^(https?):\/\/([^/?#]+)/i.exec(node?.value ?? '') ?? [];
  if (!node || scheme === undefined || authority.includes('$')) return [];
  const span = spanOfNode(node);
  const target = authority.replace(/^.*@/, '');
  const service = serviceIn(target);
  return [
    buildFact<Upstream>(
      { technology, subject: `${labelOf(object)} to its authentication service`, self: span },
      { kind: 'upstream', exposure: reachOf(target), ...(service !== undefined && { service }) },
      { tls: written(scheme.toLowerCase() === 'https', span), target: written(target, span) },
    ),
  ];
}

/** `oauth2-proxy.auth.svc.cluster.local:4180` is the Service `auth/oauth2-proxy:4180`. */
function serviceIn(target: string): string | undefined {
  const [, name, namespace, port] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.[a-z0-9.-]+)?(?::(\d+))?$/.exec(target) ?? [];
  if (name === undefined || namespace === undefined) return undefined;
  return `${namespace}/${name}${port === undefined ? '' : `:${port}`}`;
}
