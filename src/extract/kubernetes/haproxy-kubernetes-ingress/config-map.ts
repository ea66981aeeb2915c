import type { Listener } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import { bindFields } from '../../dialects/haproxy-fields.ts';
import { chained, noOptions } from '../../dialects/haproxy-options.ts';
import { exposureOf } from '../host-names.ts';
import { ownerOfConfigMap } from '../ingress/config-maps.ts';
import { type ControllerDefaults, controllerDefaults, placed } from '../ingress/haproxy-defaults.ts';
import { snippetsOf } from '../ingress/haproxy-snippets.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { booleanField, fieldFrom, scalarIn, settingAt, spanIn } from '../settings.ts';
import { certificateBy } from './ingress.ts';
import { headerHsts, type Key, secretName, technology } from './settings.ts';
import { backends } from './upstreams.ts';

/**
 * The settings of the whole controller: one `listener`, and an `upstream` where all backends are to speak TLS. Raw lines of
 * `global-config-snippet` and `frontend-config-snippet` count; a Global that `cr-global` names decides versions and
 * suites instead. Source: haproxytech/kubernetes-ingress 3.2.11, documentation/annotations.md; pkg/haproxy/env/defaults.go.
 */
export const haproxyTechConfigMap: KindExtractor = (object, context) => {
  const owner = ownerOfConfigMap(object);
  if (owner?.product !== technology) return nothing;
  const isKnown = owner.evidence === 'name';
  const read = isKnown ? object : { ...object, fragment: true };
  const key: Key = (name) => settingAt(read, read.root, 'data', name);
  const defaults = controllerDefaults(technology, object.root.source.path, context);
  const snippets = snippetsOf(key, ['global-config-snippet', 'frontend-config-snippet']);
  const added = chained(snippets.map(({ bindOptions }) => bindOptions));
  const whole = key('cr-global').state === 'absent' && key('global-config-snippet').state !== 'unknown';
  const hsts = headerHsts(key('response-set-header'));
  const fields: Fields<Listener> = {
    ...(whole || added.options.length > 0 ? versions(added, defaults) : { protocols: unknown }),
    ciphers: whole ? defaults.listener.ciphers : unknown,
    certificates: key('ssl-certificate').state === 'written' ? certificateBy({ key }) : undefined,
    clientAuth: clientAuthBy(object, key),
    exposure: exposureOf(undefined, [object.name, object.namespace], headOf(object)),
    ...(hsts && { hsts }),
    ...Object.assign({}, ...snippets.map(({ listener }) => listener)),
  };
  return {
    facts: [
      buildFact<Listener>(
        { technology, subject: labelOf(object), self: headOf(object) },
        { kind: 'listener', tls: true, application: 'http' },
        fields,
      ),
      ...backends(object, key, key, { subject: `${labelOf(object)} for all backends`, services: [] }, defaults),
    ],
    diagnostics: snippets.flatMap(({ diagnostics }) => diagnostics),
  };
};

/** The controller's own options, with those that a snippet adds. */
function versions(added: ReturnType<typeof chained>, defaults: ControllerDefaults): Fields<Listener> {
  const { protocols, sessionTickets } = bindFields(noOptions, chained([defaults.bindOptions, added]), defaults.haproxy);
  return { protocols: placed(protocols, defaults), sessionTickets: placed(sessionTickets, defaults) };
}

/** `client-ca` asks all clients of all hosts for a certificate, and requires it unless `client-crt-optional` is set. */
function clientAuthBy(object: KubernetesObject, key: Key): Field<NonNullable<Listener['clientAuth']>> {
  const authority = key('client-ca');
  if (authority.state === 'unknown') return unknown;
  const span = spanIn(authority);
  if (!span || scalarIn(authority)?.value === '')
    return byDefault({ mode: 'none' }, "HAProxy's controller asks for client certificates only with client-ca");
  const optional = booleanField(key('client-crt-optional'));
  const mode =
    optional?.origin === 'unknown'
      ? unknown
      : optional?.origin === 'written' && optional.value
        ? written('optional' as const, optional.span)
        : written('required' as const, span);
  return composite<NonNullable<Listener['clientAuth']>>({
    mode,
    ca: fieldFrom(authority, (name) => `Secret ${secretName(object, name)}`),
  });
}
