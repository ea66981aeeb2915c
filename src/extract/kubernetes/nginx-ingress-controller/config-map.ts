import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, composite, type Fields, written } from '../../../core/fact-builder.ts';
import { scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import { parseProtocol } from '../../../tls/protocols.ts';
import { exposureOf } from '../host-names.ts';
import { ownerOfConfigMap } from '../ingress/config-maps.ts';
import { readSnippets } from '../ingress/nginx-snippets.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { booleanField, cipherStringField, type Setting, settingAt, wordsField } from '../settings.ts';
import { hstsBy, protocolsByDefault, technology } from './controller.ts';

/**
 * The settings that F5's controller applies to every host: one `listener`. One that is known by its keys alone says only
 * what is written. Source: nginx/kubernetes-ingress 5.5.4, internal/configs/configmaps.go; version1/nginx.tmpl.
 */
export const f5ConfigMap: KindExtractor = (object, context) => {
  const reports = usageReports(object);
  if (reports.length > 0) return { facts: reports, diagnostics: [] };
  const owner = ownerOfConfigMap(object);
  if (owner?.product !== technology) return nothing;
  const read = owner.evidence === 'name' ? object : { ...object, fragment: true };
  const key = (name: string): Setting => settingAt(read, read.root, 'data', name);
  const snippets = readSnippets(
    [
      [key('http-snippets'), 'http'],
      [key('server-snippets'), 'server'],
      [key('location-snippets'), 'location'],
    ],
    undefined,
    "F5's controller",
  );
  const protocols = wordsField(key('ssl-protocols'), /[^\s,]+/g, parseProtocol);
  const fields: Fields<Listener> = {
    protocols: protocols ?? protocolsByDefault(object, context),
    ciphers: cipherStringField(key('ssl-ciphers')),
    preferServerCiphers: booleanField(key('ssl-prefer-server-ciphers')),
    hsts: hstsBy(key),
    exposure: exposureOf(undefined, [object.name, object.namespace], headOf(object)),
    ...snippets.listener,
    earlyData: snippets.earlyData,
  };
  const fact = buildFact<Listener>(
    { technology, subject: labelOf(object), self: headOf(object) },
    { kind: 'listener', tls: true, application: 'http' },
    fields,
  );
  return { facts: [fact], diagnostics: snippets.diagnostics };
};

/** NGINX Plus reports its usage over TLS: `ssl-verify` of the ConfigMap for management. */
function usageReports(object: KubernetesObject): readonly Fact<Upstream>[] {
  const { root } = object;
  const isManagement = ['license-token-secret-name', 'usage-report-endpoint', 'usage-report-interval'].some(
    (name) => scalar(root, 'data', name) !== undefined,
  );
  const verify = settingAt(object, root, 'data', 'ssl-verify');
  const checked = booleanField(verify);
  if (!isManagement || checked?.origin !== 'written') return [];
  const endpoint = scalar(root, 'data', 'usage-report-endpoint');
  return [
    buildFact<Upstream>(
      { technology, subject: `${labelOf(object)} for usage reports`, self: checked.span },
      { kind: 'upstream', tls: true, exposure: 'external' },
      {
        target: endpoint && written(endpoint.value, spanOfNode(endpoint)),
        verify: composite<NonNullable<Upstream['verify']>>({ chain: checked, hostname: checked }),
      },
    ),
  ];
}
