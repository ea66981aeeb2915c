import { data as defaults } from '../../../../data/ingress-nginx-defaults.yaml';
import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, type Fields, unknown } from '../../../core/fact-builder.ts';
import { parseProtocol } from '../../../tls/protocols.ts';
import { exposureOf } from '../host-names.ts';
import { ownerOfConfigMap } from '../ingress/config-maps.ts';
import { readSnippets } from '../ingress/nginx-snippets.ts';
import { type KindExtractor, nothing } from '../kind.ts';
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
import { authentication } from './authentication.ts';
import { protocolsByDefault } from './settings.ts';

/**
 * The settings that an ingress-nginx controller applies to every host: one `listener`. A ConfigMap that is known by its
 * keys alone may belong to another controller that shares them: what it leaves out is unknown.
 * Source: ingress-nginx controller-v1.15.1, docs/user-guide/nginx-configuration/configmap.md.
 */
export const ingressNginxConfigMap: KindExtractor = (object, context) => {
  const owner = ownerOfConfigMap(object);
  if (owner?.product !== 'ingress-nginx' && owner?.product !== 'nginx') return nothing;
  const isKnown = owner.evidence === 'name';
  const read = isKnown ? object : { ...object, fragment: true };
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
    'ingress-nginx',
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
  const technology = isKnown ? 'ingress-nginx' : 'kubernetes';
  return {
    facts: [factOf(object, technology, fields), ...authentication(object, key('global-auth-url'), technology)],
    diagnostics: snippets.diagnostics,
  };
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
