import type { Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, unknown } from '../../../core/fact-builder.ts';
import { items, scalar, text } from '../../../formats/yaml-tree.ts';
import type { NginxContext } from '../../dialects/nginx.ts';
import { readSnippets } from '../ingress/nginx-snippets.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, labelOf } from '../objects.ts';
import type { Setting } from '../settings.ts';

const technology = 'nginx-gateway-fabric';

const contexts: Readonly<Record<string, NginxContext>> = {
  http: 'http',
  'http.server': 'server',
  'http.server.location': 'location',
};

/**
 * Raw nginx configuration that NGINX Gateway Fabric puts beside its own, in a SnippetsFilter or a SnippetsPolicy: what it
 * says of TLS, and nothing else, for the servers that it is attached to are described elsewhere.
 * Source: nginx/nginx-gateway-fabric 2.x, config/crd/bases/gateway.nginx.org_snippetsfilters.yaml.
 */
export const gatewaySnippets: KindExtractor = (object) => {
  const snippets = items(object.root, 'spec', 'snippets').flatMap(
    (snippet): readonly (readonly [Setting, NginxContext])[] => {
      const node = scalar(snippet, 'value');
      const context = contexts[text(snippet, 'context') ?? ''];
      return node && context ? [[{ state: 'written', node }, context]] : [];
    },
  );
  const { listener, upstream, earlyData, diagnostics } = readSnippets(snippets, undefined, 'NGINX Gateway Fabric');
  const head = { technology, subject: labelOf(object), self: headOf(object) };
  const says = Object.keys(listener).length > 0 || earlyData !== undefined;
  return {
    facts: [
      ...(says
        ? [buildFact<Listener>(head, { kind: 'listener', tls: true, application: 'http' }, { ...listener, earlyData })]
        : []),
      ...(Object.keys(upstream).length > 0
        ? [buildFact<Upstream>(head, { kind: 'upstream', exposure: 'private' }, { tls: unknown, ...upstream })]
        : []),
    ],
    diagnostics,
  };
};
