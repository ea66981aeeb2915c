import { data as defaults } from '../../../../data/ingress-nginx-defaults.yaml';
import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, type Fields, unknown } from '../../../core/fact-builder.ts';
import { entries, text } from '../../../formats/yaml-tree.ts';
import { parseProtocol } from '../../../tls/protocols.ts';
import { exposureOf } from '../host-names.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import {
  booleanField,
  booleanIn,
  cipherStringField,
  fieldFrom,
  type Setting,
  settingAt,
  wordsField,
} from '../settings.ts';
import { protocolsByDefault, readSnippets } from './settings.ts';

/**
 * The settings that an ingress-nginx controller applies to every host: one `listener`. A ConfigMap that is known by its
 * keys alone may belong to another controller that shares them: what it leaves out is unknown.
 * Source: ingress-nginx controller-v1.15.1, docs/user-guide/nginx-configuration/configmap.md.
 */
export const ingressNginxConfigMap: KindExtractor = (object, context) => {
  const evidence = evidenceFor(object);
  if (!evidence) return { facts: [], diagnostics: [] };
  const read = evidence === 'name' ? object : { ...object, fragment: true };
  const key = (name: string): Setting => settingAt(read, read.root, 'data', name);
  const snippets = readSnippets(
    [
      [key('http-snippet'), 'http'],
      [key('server-snippet'), 'server'],
      [key('location-snippet'), 'location'],
      // A ConfigMap of headers that is named here may hold the Early-Data header.
      [key('proxy-set-headers').state === 'absent' ? { state: 'absent' } : { state: 'unknown' }, 'location'],
    ],
    booleanField(key('ssl-early-data')) ?? byDefault(false, 'ingress-nginx leaves ssl-early-data off'),
  );
  const fields: Fields<Listener> = {
    protocols:
      wordsField(key('ssl-protocols'), /[^\s,]+/g, parseProtocol) ??
      protocolsByDefault('protocols', context.versions('ingress-nginx', object.root.source.path)),
    ciphers: cipherStringField(key('ssl-ciphers')),
    groups: fieldFrom(key('ssl-ecdh-curve'), (curves) => (curves === 'auto' ? undefined : curves.split(':'))),
    sessionTickets: booleanField(key('ssl-session-tickets')),
    ocspStapling: booleanField(key('enable-ocsp')),
    hsts: hstsOf(key),
    exposure: exposureOf(undefined, [object.name, object.namespace], headOf(object)),
    ...snippets.listener,
    earlyData: snippets.earlyData,
  };
  const technology = evidence === 'name' ? 'ingress-nginx' : 'kubernetes';
  return { facts: [factOf(object, technology, fields)], diagnostics: snippets.diagnostics };
};

const factOf = (object: KubernetesObject, technology: string, fields: Fields<Listener>): Fact<Listener> =>
  buildFact(
    { technology, subject: labelOf(object), self: headOf(object) },
    { kind: 'listener', tls: true, application: 'http' },
    fields,
  );

function hstsOf(key: (name: string) => Setting): Field<NonNullable<Listener['hsts']>> {
  const enabled = key('hsts');
  if (enabled.state === 'unknown') return unknown;
  const off = booleanIn(enabled) === false;
  if (off) return composite({ maxAgeSeconds: fieldFrom(enabled, () => 0) });
  const { maxAgeSeconds, includeSubDomains } = defaults.hsts;
  const reason = 'ingress-nginx sends HSTS unless told not to';
  return composite({
    maxAgeSeconds: fieldFrom(key('hsts-max-age'), seconds) ?? byDefault(maxAgeSeconds, reason),
    includeSubDomains: booleanField(key('hsts-include-subdomains')) ?? byDefault(includeSubDomains, reason),
  });
}

const seconds = (value: string): number | undefined => (/^\d+$/.test(value) ? Number(value) : undefined);

/** The ConfigMaps of ingress-nginx controllers, by their names or labels. */
export const controllerConfigMaps = ({ known }: KindContext): readonly KubernetesObject[] =>
  known('/ConfigMap').filter((object) => evidenceFor(object) === 'name');

function evidenceFor(object: KubernetesObject): 'name' | 'keys' | undefined {
  const { root, group, kind, name } = object;
  if (kind !== 'ConfigMap' || group !== '') return undefined;
  const keys = entries(root, 'data').map(({ key }) => key.value);
  const labels = ['app.kubernetes.io/name', 'app.kubernetes.io/part-of', 'app'].map((label) =>
    text(root, 'metadata', 'labels', label),
  );
  const isFile = keys.some((key) => /\.(conf|ya?ml|json|tmpl|crt|pem|sh)$/.test(key));
  const isPorts = keys.length > 0 && keys.every((key) => /^\d+$/.test(key));
  if (isFile || isPorts || /(^|-)(tcp|udp)(-services)?$|headers$/.test(name ?? '')) return undefined;
  if (labels.includes('ingress-nginx')) return 'name';
  if (/(^|-)ingress-nginx-controller$|^(ingress-)?nginx-configuration$|^ingress-nginx$/.test(name ?? '')) return 'name';
  return keys.some((key) => defaults.ownKeys.includes(key)) ? 'keys' : undefined;
}

/** The redirect to https that the controller's ConfigMap decides for Ingresses that do not; `undefined`: its default. */
export function redirectOf(context: KindContext): Field<boolean> | undefined {
  const [only, ...others] = controllerConfigMaps(context);
  if (!only) return undefined;
  if (others.length > 0) return unknown;
  const key = (name: string): Setting => settingAt(only, only.root, 'data', name);
  // Where a load balancer before the controller ends TLS, it redirects as well, or nginx does by X-Forwarded-Proto.
  const behind = ['use-forwarded-headers', 'use-proxy-protocol'].some(
    (name) => booleanIn(key(name)) !== false && key(name).state !== 'absent',
  );
  return behind ? unknown : booleanField(key('ssl-redirect'));
}
